use std::collections::BTreeSet;
use std::sync::Arc;

use harden_core::{Evidence, Judgement, Judging, Known, Meta, Rule, Severity, Unknown, Verdict};
use harden_iam::{Effect, Pattern, Policy, Selector, escalation};

use crate::AwsPolicy;
use crate::remediations::ci_policy::least_instead;
use crate::text::join_first;
use crate::views::{CiRole, ROLE_SOURCE, policy_name};

pub(crate) static CHECK: Rule<CiRole, AwsPolicy> = Rule::new(
    Meta::new(
        "aws/ci-role-admin",
        "CI roles do not have administrator access",
        Severity::Critical,
    )
    .tags(&["guide:5"])
    .security()
    .remediation("Replace the administrator policy with a policy for the calls of the deployment.")
    .page(include_str!("ci_role_admin.md"))
    .since("0.1.0"),
    judge,
);

fn judge(role: &CiRole, j: &Judging<AwsPolicy>) -> Judgement {
    if let Some(reason) = role.missing() {
        return Ok(Verdict::not_applicable(reason));
    }
    let has_admin = is_admin(role)?;
    let mut everything = BTreeSet::new();
    let mut names = Vec::new();
    for (at, (held, document)) in role.documents()?.into_iter().enumerate() {
        if let Known::Yes(document) = document
            && allows_everything(&document)
        {
            everything.insert(at);
            names.push(format!("{} allows every action", policy_name(held)));
        }
    }
    if names.is_empty() {
        names.push("no policy that allows every action".to_owned());
    }
    let boundary = role.boundary.get()?;
    let mut evidence = Evidence::of("Policies", join_first(&names), ROLE_SOURCE)
        .expected("the actions that the deployment calls");
    if let Some(boundary) = boundary {
        let limits = if has_admin {
            "does not limit"
        } else {
            "limits"
        };
        evidence = evidence.note(format!(
            "the permissions boundary {} {limits} the role",
            policy_name(boundary)
        ));
    }
    if !has_admin {
        return Ok(Verdict::Pass(evidence));
    }
    let still = |changed: &CiRole| match is_admin(changed) {
        Ok(false) => None,
        Ok(true) => Some("other policies give it administrator access too".to_owned()),
        Err(unknown) => Some(unknown.message.clone().into_owned()),
    };
    let to = least_instead(role, &j.policy.ci, &everything, &still);
    Ok(Verdict::Fail(evidence, to))
}

/// Whether the role is allowed everything, with its boundary and its Deny statements considered.
fn is_admin(role: &CiRole) -> Result<bool, Arc<Unknown>> {
    escalation::is_admin(&role.identity()?, Some(&*role.arn)).map_err(|key| {
        let message = format!("whether the policies allow everything depends on {key}");
        Arc::new(Unknown::undetermined(message))
    })
}

/// Whether a statement allows all actions, or all except some (`NotAction`).
fn allows_everything(policy: &Policy) -> bool {
    let whole = |action: &String| Pattern::action(action).contains(&Pattern::action("*"));
    policy.statements().iter().any(|statement| {
        statement.effect() == Effect::Allow
            && match statement.actions() {
                Selector::Only(actions) => actions.iter().any(whole),
                Selector::Except(_) => true,
            }
    })
}
