//! The replacement of faulty policies by the least permissions that the deployment needs.
//!
//! Statements of a faulty policy that are not part of the deployment stay: its Deny statements, and its
//! statements about other services without a fault.

use std::collections::BTreeSet;

use harden_core::{Known, Remediation, Step};
use harden_iam::deployment::{self, Targets, least_policy};
use harden_iam::lint::{Level, PolicyType, Rule, lint};
use harden_iam::{Attached, Effect, Identity, Policy, Selector, Statement};

use super::ci_changes::{Change, INPUTS, carry_out, free_name, is_own, rewrite};
use crate::CiPolicy;
use crate::resources::RolePolicy;
use crate::text::join_first;
use crate::views::{CiRole, Deployment};

const LINK: &str = "https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html";

/// Replaces the faulty policies (by their index) by the least permissions that the deployments of the
/// role need. `still` returns the fault that the check finds in the result, if any.
pub(crate) fn least_instead(
    role: &CiRole,
    policy: &CiPolicy,
    at_fault: &BTreeSet<usize>,
    still: &dyn Fn(&CiRole) -> Option<String>,
) -> Remediation {
    let to = Remediation::new(
        "give the role only the permissions that its deployment needs, on the resources of the \
         deployment",
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
                "the policies of the role do not show what it deploys: name it in \
                 [[aws.ci.deployments]], then the audit writes the policy here",
            );
    }
    let needed = needed(role, &deployments);
    let services = services(&deployments);
    let (mut changes, mut fixed) = (Vec::new(), Vec::new());
    let mut remaining = Some(needed);
    for (at, one) in policies.iter().enumerate() {
        let Known::Yes(document) = one.policy() else {
            return to.withheld("not all policies of the role could be read");
        };
        if !at_fault.contains(&at) {
            fixed.push(Attached::new(&*one.name, document));
            continue;
        }
        let mut kept = kept(&document, &services);
        // the first policy that can be changed gets the permissions of the deployment
        if is_own(one)
            && let Some(needed) = remaining.take()
        {
            kept.splice(0..0, needed.statements().iter().cloned());
        }
        rewrite(
            one,
            merge_statements(kept),
            policies,
            &mut changes,
            &mut fixed,
        );
    }
    if let Some(needed) = remaining {
        let name = free_name(policies, &changes);
        changes.insert(0, Change::Inline(name.clone(), needed.clone()));
        fixed.push(Attached::new(name, needed));
    }
    if let Some(still) = still(&role.with_policies(&fixed)) {
        return to.withheld(format!("the role would still have a fault: {still}"));
    }
    let lost = lost(policies, at_fault, &fixed);
    let mut to = to;
    if !lost.is_empty() {
        to.summary = format!("{}; this removes: {}", to.summary, join_first(&lost)).into();
    }
    carry_out(to, role, &changes)
}

/// The actions of the faulty policies that no policy allows afterwards. A person may know their
/// purpose.
fn lost(policies: &[RolePolicy], at_fault: &BTreeSet<usize>, fixed: &[Attached]) -> Vec<String> {
    let after = Identity::new(fixed.iter().cloned());
    let mut lost: Vec<String> = Vec::new();
    let documents = policies.iter().enumerate();
    let documents = documents.filter(|(at, _)| at_fault.contains(at));
    for document in documents.filter_map(|(_, one)| one.policy().ok().cloned()) {
        for statement in document.statements() {
            let (Effect::Allow, Selector::Only(actions)) =
                (statement.effect(), statement.actions())
            else {
                continue;
            };
            for action in actions {
                let allowed = after.allow_statements(action).next().is_some();
                if !allowed && !lost.contains(action) {
                    lost.push(action.clone());
                }
            }
        }
    }
    lost
}

/// The remediation that replaces the text of some policies of the role, or removes it.
pub(crate) fn rewritten(role: &CiRole, texts: &[(usize, Policy)], summary: String) -> Remediation {
    let to = Remediation::new(summary).link(LINK);
    let Known::Yes(policies) = &role.policies else {
        return to.withheld("the policies of the role could not be read");
    };
    let (mut changes, mut fixed) = (Vec::new(), Vec::new());
    for (at, text) in texts {
        if let Some(one) = policies.get(*at) {
            rewrite(one, text.clone(), policies, &mut changes, &mut fixed);
        }
    }
    carry_out(to, role, &changes)
}

/// The permissions that the deployments need, with a placeholder for each unknown name.
fn needed(role: &CiRole, deployments: &[Deployment]) -> Policy {
    let all = deployments.iter().flat_map(|one| {
        let targets = marked(role, &one.targets);
        let least = least_policy(&one.kinds, &targets).policy;
        least.statements().to_vec()
    });
    merge_statements(all.collect())
}

fn marked(role: &CiRole, known: &Targets) -> Targets {
    let inputs = INPUTS.iter();
    let mut targets = inputs.fold(known.clone(), |targets, input| {
        targets.with_placeholder(&input.name.to_ascii_lowercase(), input.marker)
    });
    if targets.roles.is_empty() {
        let (partition, account) = (role.partition(), &role.place.account);
        for name in ["«TASK_ROLE»", "«EXECUTION_ROLE»"] {
            targets =
                targets.with_passed_role(format!("arn:{partition}:iam::{account}:role/{name}"));
        }
    }
    targets
}

/// The services of the deployments. Logs are included: they belong to what the deployment runs.
fn services(deployments: &[Deployment]) -> BTreeSet<String> {
    let parts = deployments.iter().flat_map(|one| &one.kinds);
    let calls = parts
        .flat_map(|kind: &deployment::Deployment| kind.steps())
        .flat_map(|part| part.calls);
    let prefix = |action: &str| action.split(':').next().unwrap_or_default().to_owned();
    let mut all: BTreeSet<String> = calls.map(|call| prefix(call.action)).collect();
    all.extend(["iam".to_owned(), "logs".to_owned()]);
    all
}

/// The statements that stay: Deny statements, and statements about other services without a fault.
fn kept(document: &Policy, services: &BTreeSet<String>) -> Vec<Statement> {
    let faults: BTreeSet<usize> = lint(document, PolicyType::Identity)
        .iter()
        .filter(|one| one.level() == Level::Error || is_wide(one.rule))
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

/// Merges statements into one policy. A `Sid` must be unique in a policy, so the later of two different
/// statements with the same `Sid` gets a new one.
pub(crate) fn merge_statements(statements: Vec<Statement>) -> Policy {
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
