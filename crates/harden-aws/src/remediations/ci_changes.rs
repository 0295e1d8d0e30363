//! Changes of a role's policies, and the commands that make them.

use harden_core::{Known, Remediation, Step, hcl_string};
use harden_iam::{Attached, Policy};

use super::ci_trust::{complete, hcl_with_variables};
use super::cli::{Input, aws};
use crate::resources::{ManagedPolicy, RolePolicy};
use crate::views::CiRole;

/// Names that only a person knows, by the place in a deployment's calls.
pub(super) const INPUTS: [Input; 11] = [
    input("«REGION»", "REGION", "the region of the deployment"),
    input("«REPOSITORY»", "REPOSITORY", "the repository of Amazon ECR"),
    input("«CLUSTER»", "CLUSTER", "the ECS cluster"),
    input("«SERVICE»", "SERVICE", "the ECS service"),
    input("«FAMILY»", "FAMILY", "the family of the task definition"),
    input("«FUNCTION»", "FUNCTION", "the Lambda function"),
    input("«BUCKET»", "BUCKET", "the bucket"),
    input(
        "«DISTRIBUTION»",
        "DISTRIBUTION",
        "the id of the CloudFront distribution",
    ),
    input("«TASK_ROLE»", "TASK_ROLE", "the name of the task role"),
    input(
        "«EXECUTION_ROLE»",
        "EXECUTION_ROLE",
        "the name of the execution role",
    ),
    input("«ROLE»", "ROLE", "the name of the role that is passed"),
];

const fn input(marker: &'static str, name: &'static str, hint: &'static str) -> Input {
    Input { marker, name, hint }
}

/// What is done to one policy of the role.
pub(super) enum Change {
    /// An inline policy is written, new or in place of one of the same name.
    Inline(String, Policy),
    /// A managed policy of this role alone gets another default version.
    Version(ManagedPolicy, Policy),
    /// An inline policy goes.
    Delete(String),
    /// A managed policy is detached, and stays for whom else it has.
    Detach(ManagedPolicy),
}

/// A policy of the role with another text, or without one, by what can be done to it; what comes of it goes
/// to `mended`.
pub(super) fn rewrite(
    one: &RolePolicy,
    text: Policy,
    policies: &[RolePolicy],
    changes: &mut Vec<Change>,
    mended: &mut Vec<Attached>,
) {
    let empty = text.statements().is_empty();
    match &one.managed {
        None if empty => changes.push(Change::Delete(one.name.clone())),
        None => changes.push(Change::Inline(one.name.clone(), text.clone())),
        Some(managed) if is_own(one) && !empty => {
            changes.push(Change::Version(managed.clone(), text.clone()));
        }
        Some(managed) => {
            if !empty {
                changes.push(Change::Inline(free_name(policies, changes), text.clone()));
            }
            changes.push(Change::Detach(managed.clone()));
        }
    }
    if !empty {
        mended.push(Attached::new(&*one.name, text));
    }
}

/// Whether the policy is this role's alone, so that it can be written.
pub(super) fn is_own(policy: &RolePolicy) -> bool {
    policy.managed.as_ref().is_none_or(|managed| {
        !managed.is_aws()
            && managed.attachments == Known::Yes(1)
            && managed.boundaries == Known::Yes(0)
            && managed.spare_versions.is_known()
    })
}

/// A name that no inline policy of the role has, nor will have.
pub(super) fn free_name(policies: &[RolePolicy], changes: &[Change]) -> String {
    let held = |name: &str| {
        policies
            .iter()
            .any(|p| p.managed.is_none() && p.name == name)
    };
    let new = |name: &str| {
        let written = |one: &Change| matches!(one, Change::Inline(other, _) if other == name);
        changes.iter().any(written)
    };
    let taken = |name: &str| held(name) || new(name);
    let numbered = (2..).map(|n| format!("ci-deploy-{n}"));
    std::iter::once("ci-deploy".to_owned())
        .chain(numbered)
        .find(|name| !taken(name))
        .unwrap_or_default()
}

/// The commands.
pub(super) fn carry_out(mut to: Remediation, role: &CiRole, changes: &[Change]) -> Remediation {
    // what is written comes first: at no time does the role lack what it needs
    for change in changes {
        to = match change {
            Change::Inline(name, text) => to.step(put(role, name, text)),
            Change::Version(managed, text) => new_version(to, managed, text),
            Change::Delete(_) | Change::Detach(_) => to,
        };
    }
    for change in changes {
        to = match change {
            Change::Delete(name) => to.step(
                aws("iam", "delete-role-policy")
                    .opt("--role-name", &*role.name)
                    .opt("--policy-name", &**name)
                    .step(
                        format!("Delete the inline policy {name}"),
                        &["iam:DeleteRolePolicy"],
                    )
                    .destructive(),
            ),
            Change::Detach(managed) => to.step(
                aws("iam", "detach-role-policy")
                    .opt("--role-name", &*role.name)
                    .opt("--policy-arn", &*managed.arn)
                    .step(
                        format!("Detach {}, which stays for whom else it has", managed.arn),
                        &["iam:DetachRolePolicy"],
                    ),
            ),
            Change::Inline(..) | Change::Version(..) => to,
        };
    }
    match changes.iter().find_map(as_terraform(role)) {
        Some(block) => to.terraform(block),
        None => to,
    }
}

fn put(role: &CiRole, name: &str, text: &Policy) -> Step {
    aws("iam", "put-role-policy")
        .opt("--role-name", &*role.name)
        .opt("--policy-name", name)
        .opt("--policy-document", complete(&text.to_string(), &INPUTS))
        .step(
            format!("Write the inline policy {name}, in place of one of that name"),
            &["iam:PutRolePolicy"],
        )
}

/// IAM keeps five versions of a policy: the oldest that is not in force makes room.
fn new_version(to: Remediation, managed: &ManagedPolicy, text: &Policy) -> Remediation {
    const SPARE: usize = 4;
    let spare = managed.spare_versions.ok().map_or(&[][..], Vec::as_slice);
    let to = match spare.first().filter(|_| spare.len() >= SPARE) {
        Some(oldest) => to.step(
            aws("iam", "delete-policy-version")
                .opt("--policy-arn", &*managed.arn)
                .opt("--version-id", &**oldest)
                .step(
                    format!("Delete the oldest version {oldest}: a policy has five at most"),
                    &["iam:DeletePolicyVersion"],
                )
                .destructive(),
        ),
        None => to,
    };
    to.step(
        aws("iam", "create-policy-version")
            .opt("--policy-arn", &*managed.arn)
            .opt("--policy-document", complete(&text.to_string(), &INPUTS))
            .flag("--set-as-default")
            .step(
                "Put a new version of the policy in force",
                &["iam:CreatePolicyVersion"],
            ),
    )
}

fn as_terraform(role: &CiRole) -> impl Fn(&Change) -> Option<String> {
    let role = hcl_string(&role.name);
    move |change| match change {
        Change::Inline(name, text) => Some(format!(
            "resource \"aws_iam_role_policy\" \"ci\" {{\n  name   = {}\n  role   = {role}\n  \
             policy = {}\n}}\n",
            hcl_string(name),
            hcl_with_variables(&text.to_string(), &INPUTS),
        )),
        Change::Version(managed, text) => Some(format!(
            "resource \"aws_iam_policy\" \"ci\" {{\n  # … the settings it has\n  name   = {}\n  \
             policy = {}\n}}\n",
            hcl_string(managed.arn.rsplit('/').next().unwrap_or(&managed.arn)),
            hcl_with_variables(&text.to_string(), &INPUTS),
        )),
        Change::Delete(_) | Change::Detach(_) => None,
    }
}
