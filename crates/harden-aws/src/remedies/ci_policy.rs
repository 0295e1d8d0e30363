//! The permissions to have instead: the least that the deployment needs, in place of the policies
//! that are at fault.
//!
//! What a policy at fault says beside is kept where it is no part of the deployment: its denies,
//! and its statements about other services that have no fault of their own.

use std::collections::BTreeSet;

use harden_core::{Known, Remediation, Step, hcl_string};
use harden_iam::deployment::{self, Targets, least};
use harden_iam::lint::{Grade, Kind, Rule, lint};
use harden_iam::{Attached, Effect, Policy, Selector, Statement};

use super::ci_trust::{complete, hcl_with_variables};
use super::cli::{Input, aws};
use crate::CiPolicy;
use crate::resources::{ManagedPolicy, RolePolicy};
use crate::views::{CiRole, Deployment};

const LINK: &str = "https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html";

/// Names that only a person knows, by the place in a deployment's calls.
const INPUTS: [Input; 11] = [
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
enum Change {
    /// An inline policy is written, new or in place of one of the same name.
    Inline(String, Policy),
    /// A managed policy of this role alone gets another default version.
    Version(ManagedPolicy, Policy),
    /// An inline policy goes.
    Delete(String),
    /// A managed policy is detached, and stays for whom else it has.
    Detach(ManagedPolicy),
}

/// Replaces the policies at fault (by their place among the role's) by the least that its
/// deployments need. `still` says what the check finds wrong with the role that comes of it.
pub(crate) fn least_instead(
    role: &CiRole,
    policy: &CiPolicy,
    at_fault: &BTreeSet<usize>,
    still: &dyn Fn(&CiRole) -> Option<String>,
) -> Remediation {
    let to = Remediation::new(
        "give the role what its deployment calls, on the resources that it is about, and nothing \
         else",
    )
    .link(LINK);
    let (Ok(identity), Known::Yes(policies)) = (role.identity(), &role.policies) else {
        return to.withheld("not all policies of the role could be read");
    };
    let deployments = role.deployments(&identity, policy);
    if deployments.is_empty() {
        return to
            .step(Step::by_hand(
                "Find out what the role is used for (the console shows when each service and action \
                 was last used), and name it in [[aws.ci.deployments]] of harden.toml",
            ))
            .withheld(
                "what the role deploys can't be told from its policies: name it in \
                 [[aws.ci.deployments]], and the policy for it is written here",
            );
    }
    let needed = needed(role, &deployments);
    let services = services(&deployments);
    let (mut changes, mut mended) = (Vec::new(), Vec::new());
    let mut wanted = Some(needed);
    for (at, one) in policies.iter().enumerate() {
        let Known::Yes(document) = one.policy() else {
            return to.withheld("not all policies of the role could be read");
        };
        if !at_fault.contains(&at) {
            mended.push(Attached::new(&*one.name, document));
            continue;
        }
        let mut kept = kept(&document, &services);
        // the first policy that can be written gets what the deployment needs
        if is_own(one)
            && let Some(needed) = wanted.take()
        {
            kept.splice(0..0, needed.statements().iter().cloned());
        }
        rewrite(one, joined(kept), policies, &mut changes, &mut mended);
    }
    if let Some(needed) = wanted {
        let name = free_name(policies, &changes);
        changes.insert(0, Change::Inline(name.clone(), needed.clone()));
        mended.push(Attached::new(name, needed));
    }
    if let Some(still) = still(&role.with_policies(&mended)) {
        return to.withheld(format!("that would not be enough: {still}"));
    }
    carry_out(to, role, &changes)
}

/// The policy that replaces a part of the role's: of each policy at fault another text, or none.
pub(crate) fn rewritten(role: &CiRole, texts: &[(usize, Policy)], summary: String) -> Remediation {
    let to = Remediation::new(summary).link(LINK);
    let Known::Yes(policies) = &role.policies else {
        return to.withheld("the policies of the role could not be read");
    };
    let (mut changes, mut mended) = (Vec::new(), Vec::new());
    for (at, text) in texts {
        if let Some(one) = policies.get(*at) {
            rewrite(one, text.clone(), policies, &mut changes, &mut mended);
        }
    }
    carry_out(to, role, &changes)
}

fn rewrite(
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
fn is_own(policy: &RolePolicy) -> bool {
    policy.managed.as_ref().is_none_or(|managed| {
        !managed.is_aws()
            && managed.attachments == Known::Yes(1)
            && managed.boundaries == Known::Yes(0)
            && managed.spare_versions.is_known()
    })
}

/// What the deployments need, with a mark for each name that is not known.
fn needed(role: &CiRole, deployments: &[Deployment]) -> Policy {
    let all = deployments.iter().flat_map(|one| {
        let targets = marked(role, &one.targets);
        let least = least(&one.kinds, &targets).policy;
        least.statements().to_vec()
    });
    joined(all.collect())
}

fn marked(role: &CiRole, known: &Targets) -> Targets {
    let mut targets = known.clone();
    for input in INPUTS {
        let place = input.name.to_ascii_lowercase();
        if targets.get(&place).is_none() {
            targets = targets.with(&place, input.marker);
        }
    }
    if targets.roles.is_empty() {
        let (partition, account) = (role.partition(), &role.place.account);
        for name in ["«TASK_ROLE»", "«EXECUTION_ROLE»"] {
            targets = targets.passing(format!("arn:{partition}:iam::{account}:role/{name}"));
        }
    }
    targets
}

/// The services that the deployments are about; logs are those of what they run.
fn services(deployments: &[Deployment]) -> BTreeSet<String> {
    let parts = deployments.iter().flat_map(|one| &one.kinds);
    let calls = parts
        .flat_map(|kind: &deployment::Kind| kind.parts())
        .flat_map(|part| part.calls);
    let prefix = |action: &str| action.split(':').next().unwrap_or_default().to_owned();
    let mut all: BTreeSet<String> = calls.map(|call| prefix(call.action)).collect();
    all.extend(["iam".to_owned(), "logs".to_owned()]);
    all
}

/// The statements that stay: denies, and what is about other services and has no fault.
fn kept(document: &Policy, services: &BTreeSet<String>) -> Vec<Statement> {
    let faults: BTreeSet<usize> = lint(document, Kind::Identity)
        .iter()
        .filter(|one| one.grade() == Grade::Error || is_wide(one.rule))
        .filter_map(|one| one.statement.as_ref().map(|at| at.index))
        .collect();
    let elsewhere = |statement: &Statement| match statement.actions() {
        Selector::Only(actions) => actions.iter().all(|action| {
            let prefix = action.split(':').next().unwrap_or_default();
            !prefix.contains('*') && !services.contains(&prefix.to_ascii_lowercase())
        }),
        Selector::Except(_) => false,
    };
    let statements = document.statements().iter().enumerate();
    statements
        .filter(|(at, one)| {
            one.effect() == Effect::Deny || (elsewhere(one) && !faults.contains(at))
        })
        .map(|(_, one)| one.clone())
        .collect()
}

/// Whether a finding is about a statement that allows more than it names.
pub(crate) fn is_wide(rule: Rule) -> bool {
    matches!(
        rule,
        Rule::WildcardAction | Rule::WildcardResource | Rule::AllowExcept
    )
}

/// Statements in one policy; of two with the same `Sid` the later gets another, unless they are
/// the same.
pub(crate) fn joined(statements: Vec<Statement>) -> Policy {
    let mut policy = Policy::new();
    for statement in statements {
        if policy.statements().contains(&statement) {
            continue;
        }
        let taken = |sid: &str| policy.statements().iter().any(|one| one.sid() == Some(sid));
        let statement = match statement.sid().map(str::to_owned) {
            Some(sid) if taken(&sid) => {
                let free = (2..).map(|n| format!("{sid}{n}")).find(|sid| !taken(sid));
                statement.with_sid(free.unwrap_or(sid))
            }
            _ => statement,
        };
        policy = policy.with_statement(statement);
    }
    policy
}

/// A name that no inline policy of the role has, nor will have.
fn free_name(policies: &[RolePolicy], changes: &[Change]) -> String {
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

fn carry_out(mut to: Remediation, role: &CiRole, changes: &[Change]) -> Remediation {
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
