//! iam:GetAccountAuthorizationDetails: all roles of an account with all policies that they have, in
//! a handful of calls.

use std::collections::HashMap;

use aws_sdk_iam::types::{EntityType, ManagedPolicyDetail, RoleDetail};
use harden_collect::{Collect, Collected, Portion};
use harden_core::{FactError, Facts, Known, Unknown};
use harden_iam::Policy;

use super::AwsProvider;
use super::failure::Failure;
use super::place_api::{PlaceApi, read_pages, timestamp};
use super::sent::Sent as _;
use crate::resources::iam_role::read as read_policy;
use crate::resources::{IamRole, ManagedPolicy, RolePolicy, privileged, trusts_github};

const DETAILS: &str = "iam:GetAccountAuthorizationDetails";

impl Collect<AwsProvider> for IamRole {
    async fn collect(aws: &AwsProvider, facts: &Facts) -> Result<Collected<Self>, FactError> {
        Ok(aws.in_accounts(facts, read).await)
    }
}

/// What pages hold: roles, and the managed policies that they name.
enum Item {
    Role(Box<RoleDetail>),
    Policy(Box<ManagedPolicyDetail>),
}

async fn read(api: PlaceApi) -> Portion<IamRole> {
    let client = aws_sdk_iam::Client::new(&api.config);
    let api = &api;
    let found = read_pages(DETAILS, |token| {
        // without a filter users and groups come along; AWS's own policies come where they are
        // attached to something
        let request = client
            .get_account_authorization_details()
            .filter(EntityType::Role)
            .filter(EntityType::LocalManagedPolicy)
            .filter(EntityType::AwsManagedPolicy)
            .max_items(1000)
            .set_marker(token);
        async move {
            let answer = api.call(DETAILS, request.send()).await?;
            let roles = answer.role_detail_list.sent(DETAILS, "RoleDetailList")?;
            let policies = answer.policies.sent(DETAILS, "Policies")?;
            let items = roles
                .into_iter()
                .map(|role| Item::Role(Box::new(role)))
                .chain(
                    policies
                        .into_iter()
                        .map(|policy| Item::Policy(Box::new(policy))),
                )
                .collect();
            Ok((items, answer.marker))
        }
    })
    .await;
    let (mut roles, mut policies) = (Vec::new(), HashMap::new());
    for item in found.items {
        match item {
            Item::Role(role) => roles.push(*role),
            Item::Policy(policy) => {
                // what a role names and no policy has is unknown
                if let Some(arn) = policy.arn.clone() {
                    policies.insert(arn.clone(), managed(arn, *policy));
                }
            }
        }
    }
    let failed = found.failed.as_ref().map(|failure| failure.unknown.clone());
    let held = Held { policies, failed };
    let mut read = Portion::default();
    for role in roles {
        read.push(described(role, &held, api));
    }
    read.gaps.extend(found.failed.map(Unknown::from));
    read
}

/// The managed policies that were read, and why these are not all.
struct Held {
    policies: HashMap<String, RolePolicy>,
    failed: Option<Unknown>,
}

impl Held {
    /// A policy that a role names.
    fn policy(&self, arn: &str, name: Option<&str>) -> RolePolicy {
        if let Some(policy) = self.policies.get(arn) {
            return policy.clone();
        }
        let missing = Unknown::missing(DETAILS, &format!("document of {arn}"));
        let why = self.failed.clone().unwrap_or(missing);
        RolePolicy {
            name: name.unwrap_or_else(|| name_in(arn)).to_owned(),
            document: why.clone().into(),
            managed: Some(ManagedPolicy {
                arn: arn.to_owned(),
                attachments: why.clone().into(),
                boundaries: why.clone().into(),
                spare_versions: why.into(),
            }),
        }
    }
}

/// The name at the end of a policy's ARN.
fn name_in(arn: &str) -> &str {
    arn.rsplit('/').next().unwrap_or(arn)
}

fn managed(arn: String, policy: ManagedPolicyDetail) -> RolePolicy {
    let versions = Known::present(policy.policy_version_list, DETAILS, "PolicyVersionList");
    let versions = versions.map(|mut versions| {
        versions.sort_by_key(|one| one.create_date.as_ref().map(|at| at.secs()));
        versions
    });
    let document = versions.as_ref().and_then(|versions| {
        let default = versions.iter().find(|one| one.is_default_version);
        let document = default.and_then(|one| one.document.as_deref()).map(plain);
        Known::present(document, DETAILS, "Document")
    });
    let spare_versions = versions.and_then(|versions| {
        let spare = versions.into_iter().filter(|one| !one.is_default_version);
        let ids = spare.map(|one| one.version_id).collect();
        Known::present(ids, DETAILS, "VersionId")
    });
    let name = policy.policy_name.filter(|name| !name.is_empty());
    RolePolicy {
        name: name.unwrap_or_else(|| name_in(&arn).to_owned()),
        document,
        managed: Some(ManagedPolicy {
            arn,
            attachments: count(policy.attachment_count, "AttachmentCount"),
            boundaries: count(
                // the API leaves it out where it is zero
                policy.permissions_boundary_usage_count.or(Some(0)),
                "PermissionsBoundaryUsageCount",
            ),
            spare_versions,
        }),
    }
}

fn count(count: Option<i32>, field: &str) -> Known<i64> {
    Known::present(count.map(i64::from), DETAILS, field)
}

/// A document as plain JSON on one line: IAM answers with it percent-encoded. What is not
/// understood stays as it is.
fn plain(document: &str) -> String {
    match Policy::parse(document) {
        Ok(policy) => policy.to_string(),
        Err(_) => document.to_owned(),
    }
}

fn described(role: RoleDetail, held: &Held, api: &PlaceApi) -> Result<IamRole, Failure> {
    let Some(arn) = role.arn else {
        return Err(Failure {
            code: None,
            unknown: Unknown::missing(DETAILS, "Arn"),
        });
    };
    let inline = role.role_policy_list.sent(DETAILS, "RolePolicyList")?;
    let inline = inline.into_iter().map(|one| RolePolicy {
        name: one
            .policy_name
            .unwrap_or_else(|| "inline policy without a name".to_owned()),
        managed: None,
        document: Known::present(
            one.policy_document.as_deref().map(plain),
            DETAILS,
            "PolicyDocument",
        ),
    });
    let attached = role
        .attached_managed_policies
        .sent(DETAILS, "AttachedManagedPolicies")?;
    let attached = attached.iter().map(|one| {
        let arn = one.policy_arn.as_deref().unwrap_or("policy without an ARN");
        held.policy(arn, one.policy_name.as_deref())
    });
    let policies: Vec<RolePolicy> = inline.chain(attached).collect();
    let boundary = role
        .permissions_boundary
        .and_then(|one| one.permissions_boundary_arn);
    let boundary = boundary.map(|arn| held.policy(&arn, None));
    let trust = role.assume_role_policy_document.as_deref().map(plain);
    let trust = Known::present(trust, DETAILS, "AssumeRolePolicyDocument");
    let trusts = trust
        .as_ref()
        .and_then(|text| read_policy("that says who may take the role", text));
    let trusts = trusts.map(|policy| trusts_github(&policy));
    let privileged = privileged(&arn, &policies, boundary.as_ref());
    let created = role.create_date.as_ref().and_then(timestamp);
    // the policies of other roles are not needed, so they are not recorded
    let is_ci = trusts != Known::Yes(false) || api.policy.ci.names(&arn);
    Ok(IamRole {
        created_at: Known::present(created, DETAILS, "CreateDate"),
        privileged,
        trusts_github: trusts,
        trust: if is_ci { trust } else { Known::default() },
        policies: if is_ci {
            Known::Yes(policies)
        } else {
            Known::default()
        },
        boundary: if is_ci {
            Known::Yes(boundary)
        } else {
            Known::default()
        },
        arn,
    })
}

#[cfg(test)]
mod tests {
    use aws_sdk_iam::types::PolicyVersion;
    use aws_smithy_types::DateTime;

    use super::*;

    const ARN: &str = "arn:aws:iam::392853978631:policy/deploy";
    const ALLOW: &str = "%7B%22Version%22%3A%222012-10-17%22%2C%22Statement%22%3A%7B%22Effect%22%3A\
                         %22Allow%22%2C%22Action%22%3A%22ecr%3APutImage%22%2C%22Resource%22%3A%22%2A\
                         %22%7D%7D";

    #[test]
    fn the_default_version_counts_and_the_others_are_told_by_age() {
        let version = |id: &str, default, secs| {
            PolicyVersion::builder()
                .version_id(id)
                .is_default_version(default)
                .create_date(DateTime::from_secs(secs))
                .document(if default { ALLOW } else { "%7B%7D" })
                .build()
        };
        let policy = ManagedPolicyDetail::builder()
            .policy_name("deploy")
            .arn(ARN)
            .attachment_count(1)
            .policy_version_list(version("v9", false, 300))
            .policy_version_list(version("v3", true, 200))
            .policy_version_list(version("v2", false, 100))
            .build();
        let policy = managed(ARN.to_owned(), policy);
        let text = policy.document.ok().unwrap();
        assert!(
            text.starts_with(r#"{"Version":"2012-10-17","Statement":"#),
            "{text}"
        );
        let managed = policy.managed.unwrap();
        assert_eq!(managed.spare_versions.ok().unwrap(), &["v2", "v9"]);
        assert!(!managed.is_aws());
    }

    #[test]
    fn a_policy_on_a_page_that_was_not_read_is_unknown() {
        let unknown = Unknown::new(harden_core::Cause::Throttled, "slow down").during(DETAILS);
        let mut held = Held {
            policies: HashMap::new(),
            failed: Some(unknown.clone()),
        };
        assert_eq!(held.policy(ARN, None).document, unknown.into());
        held.failed = None;
        let document = held.policy(ARN, Some("deploy")).document;
        assert!(document.get().unwrap_err().message.contains("no document"));
    }
}
