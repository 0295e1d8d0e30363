//! Groups the policies of roles.

use std::collections::BTreeMap;

use harden_iam::lint::PolicyType;
use serde::Deserialize;

use super::document::Document;
use crate::commands::iam::input::Input;

/// The policies of one role, as indices of documents.
#[derive(Default)]
pub(super) struct Group {
    pub(super) policies: Vec<usize>,
    pub(super) boundary: Vec<usize>,
    /// The ARN of the role, if a file states it.
    pub(super) arn: Option<String>,
    /// Whether these are all policies of the role, so that its deployment can be inferred.
    pub(super) whole: bool,
}

/// A role of `get-account-authorization-details`.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct RoleDetail {
    role_name: String,
    arn: Option<String>,
    #[serde(default)]
    attached_managed_policies: Vec<AttachedPolicy>,
    permissions_boundary: Option<Boundary>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct AttachedPolicy {
    policy_name: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Boundary {
    permissions_boundary_arn: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Details {
    #[serde(default)]
    role_detail_list: Vec<RoleDetail>,
}

/// Groups the documents. With `one_role`, policies of which no file states the role belong to one.
pub(super) fn groups(inputs: &[Input], all: &[Document<'_>], one_role: bool) -> Vec<Group> {
    let identities: Vec<usize> = all
        .iter()
        .enumerate()
        .filter(|(_, one)| one.policy_type == Some(PolicyType::Identity))
        .map(|(at, _)| at)
        .collect();
    let mut groups: BTreeMap<(usize, String), Group> = BTreeMap::new();
    let mut taken = vec![false; all.len()];
    for (at, input) in inputs.iter().enumerate() {
        add_details(at, input, all, &mut groups, &mut taken);
    }
    let mut free = Vec::new();
    for at in identities {
        let Some(document) = all
            .get(at)
            .filter(|_| !taken.get(at).is_some_and(|one| *one))
        else {
            continue;
        };
        match &document.document.role {
            Some(role) => {
                // With `--role` the files of one role can be several.
                let file = if one_role { 0 } else { document.input };
                let group = groups.entry((file, role.clone())).or_default();
                group.policies.push(at);
                group.whole |= one_role;
            }
            None => free.push(at),
        }
    }
    let mut named: Vec<Group> = groups.into_values().collect();
    if one_role {
        match named.as_mut_slice() {
            // The other files are taken to be policies of the only role that is named.
            [only] => {
                only.policies.extend(free);
                only.policies.sort_unstable();
                only.whole = true;
            }
            _ => named.push(Group {
                policies: free,
                whole: true,
                ..Group::default()
            }),
        }
    } else {
        named.extend(free.into_iter().map(|at| {
            Group {
                policies: vec![at],
                // An answer with several policies does not state which of them belong to one role.
                whole: all
                    .iter()
                    .filter(|one| all.get(at).map(|at| at.input) == Some(one.input))
                    .count()
                    == 1,
                ..Group::default()
            }
        }));
    }
    named.retain(|one| !one.policies.is_empty());
    named
}

/// Adds the roles of `get-account-authorization-details`, each with its managed policies.
fn add_details(
    at: usize,
    input: &Input,
    all: &[Document<'_>],
    groups: &mut BTreeMap<(usize, String), Group>,
    taken: &mut [bool],
) {
    if !input.text.contains("RoleDetailList") {
        return;
    }
    let Ok(details) = serde_json::from_str::<Details>(&input.text) else {
        return;
    };
    let own = |wanted: &dyn Fn(&Document<'_>) -> bool| -> Vec<usize> {
        let of_file = all.iter().enumerate().filter(|(_, one)| one.input == at);
        of_file
            .filter(|(_, one)| one.policy_type != Some(PolicyType::Trust) && wanted(one))
            .map(|(at, _)| at)
            .collect()
    };
    let managed = |name: &str| {
        let start = format!("policy {name}");
        own(&|one| {
            let known = one.document.name.as_deref().unwrap_or_default();
            one.document.role.is_none()
                && (known == start || known.starts_with(&format!("{start}, version")))
        })
    };
    for role in details.role_detail_list {
        let mut policies = own(&|one| one.document.role.as_deref() == Some(&*role.role_name));
        for attached in &role.attached_managed_policies {
            policies.extend(managed(&attached.policy_name));
        }
        let boundary = role.permissions_boundary.map(|one| {
            let arn = one.permissions_boundary_arn;
            managed(arn.rsplit('/').next().unwrap_or(&arn))
        });
        for at in &policies {
            if let Some(place) = taken.get_mut(*at) {
                *place = true;
            }
        }
        let group = Group {
            policies,
            boundary: boundary.unwrap_or_default(),
            arn: role.arn,
            whole: false,
        };
        groups.insert((at, role.role_name), group);
    }
}
