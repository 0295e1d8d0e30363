//! Changes to the policies of a role, and the commands that make them.

use harden_core::{Known, Remediation, Step, hcl_string};
use harden_iam::{Attached, Policy};

use super::ci_trust::{complete, hcl_with_variables};
use super::cli::{Input, aws};
use crate::resources::{ManagedPolicy, RolePolicy};
use crate::views::CiRole;

/// Inputs for names that the policies do not contain, by their placeholder in the calls of a
/// deployment.
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

/// A change to one policy of the role.
pub(super) enum Change {
    /// Writes an inline policy, a new one or in place of one of the same name.
    Inline(String, Policy),
    /// Makes a new default version of a managed policy that only this role uses.
    Version(ManagedPolicy, Policy),
    /// Deletes an inline policy.
    Delete(String),
    /// Detaches a managed policy, which stays for its other principals.
    Detach(ManagedPolicy),
}

/// Replaces or removes the text of one policy of the role, in the way that its type allows. The result
/// is added to `fixed`.
pub(super) fn rewrite(
    one: &RolePolicy,
    text: Policy,
    policies: &[RolePolicy],
    changes: &mut Vec<Change>,
    fixed: &mut Vec<Attached>,
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
        fixed.push(Attached::new(&*one.name, text));
    }
}

/// Whether only this role uses the policy, so that it can be changed.
pub(super) fn is_own(policy: &RolePolicy) -> bool {
    policy.managed.as_ref().is_none_or(|managed| {
        !managed.is_aws()
            && managed.attachments == Known::Yes(1)
            && managed.boundaries == Known::Yes(0)
            && managed.spare_versions.is_known()
    })
}

/// A name that no inline policy of the role has now or after the changes.
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

/// Adds the commands for the changes.
pub(super) fn carry_out(mut to: Remediation, role: &CiRole, changes: &[Change]) -> Remediation {
    // writes come before deletions, so that the role always has the permissions that it needs
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
                        format!(
                            "Detach {}; the policy stays for its other users",
                            managed.arn
                        ),
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
            format!("Write the inline policy {name}; it replaces one of the same name"),
            &["iam:PutRolePolicy"],
        )
}

/// Adds a new default version. IAM keeps at most five versions of a policy ("IAM and AWS STS quotas"),
/// so the oldest version that is not the default is deleted first.
fn new_version(to: Remediation, managed: &ManagedPolicy, text: &Policy) -> Remediation {
    const SPARE: usize = 4;
    let spare = managed.spare_versions.ok().map_or(&[][..], Vec::as_slice);
    let to = match spare.first().filter(|_| spare.len() >= SPARE) {
        Some(oldest) => to.step(
            aws("iam", "delete-policy-version")
                .opt("--policy-arn", &*managed.arn)
                .opt("--version-id", &**oldest)
                .step(
                    format!("Delete the oldest version {oldest}: a policy has at most five"),
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
                "Create a new default version of the policy",
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
            "resource \"aws_iam_policy\" \"ci\" {{\n  # … the current settings\n  name   = {}\n  \
             policy = {}\n}}\n",
            hcl_string(managed.arn.rsplit('/').next().unwrap_or(&managed.arn)),
            hcl_with_variables(&text.to_string(), &INPUTS),
        )),
        Change::Delete(_) | Change::Detach(_) => None,
    }
}
