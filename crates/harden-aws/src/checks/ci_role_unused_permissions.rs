use harden_core::{
    Evidence, Judgement, Judging, Known, Meta, Remediation, Rule, Severity, Unknown, Verdict,
};
use harden_iam::{Effect, Policy, Selector};
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use std::sync::Arc;

use crate::AwsPolicy;
use crate::remediations::ci_policy::rewritten;
use crate::resources::ServiceUse;
use crate::text::{counted, join_first};
use crate::views::RoleWithUse;

pub(crate) static CHECK: Rule<RoleWithUse, AwsPolicy> = Rule::new(
    Meta::new(
        "aws/ci-role-unused-permissions",
        "CI roles use the services that their policies allow",
        Severity::Low,
    )
    .tags(&["guide:5"])
    .security()
    .remediation("Remove the permissions that are not used.")
    .page(include_str!("ci_role_unused_permissions.md"))
    .since("0.1.0"),
    judge,
);

const SOURCE: &str = "iam:GetServiceLastAccessedDetails";

fn judge(role: &RoleWithUse, j: &Judging<AwsPolicy>) -> Judgement {
    if let Some(reason) = role.missing() {
        return Ok(Verdict::not_applicable(reason));
    }
    let days = j.policy.ci.unused_days;
    let since = j
        .now
        .checked_sub(SignedDuration::from_hours(i64::from(days) * 24))
        .unwrap_or(Timestamp::MIN);
    if *role.created_at.get()? > since {
        return Ok(Verdict::not_applicable(format!(
            "the role is younger than {days} days"
        )));
    }
    let services = role.services.get()?;
    let passes_only = passes_roles_only(role)?;
    let unused: Vec<&ServiceUse> = services
        .iter()
        .filter(|one| one.last_used.is_none_or(|at| at < since))
        // Passing a role is not an API call, so IAM never records it as an access:
        // https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html
        .filter(|one| one.service != "iam" || !passes_only)
        .collect();
    let expected = format!("every service used in the last {days} days");
    if unused.is_empty() {
        let found = format!("{}, all used", counted(services.len(), "service"));
        return Ok(Verdict::Pass(
            Evidence::of("ServicesLastAccessed", found, SOURCE).expected(expected),
        ));
    }
    let found: Vec<String> = unused.iter().map(|one| describe(one)).collect();
    let evidence =
        Evidence::of("ServicesLastAccessed", join_first(&found), SOURCE).expected(expected);
    let evidence = if unused.len() == services.len() {
        evidence.note("the role used no service: delete it if it is not needed")
    } else {
        evidence
    };
    let names: Vec<&str> = unused.iter().map(|one| &*one.service).collect();
    Ok(Verdict::Fail(evidence, remediation(role, &names)))
}

fn describe(one: &ServiceUse) -> String {
    match one.last_used {
        Some(at) => format!("{}: last accessed {at}", one.service),
        None => format!("{}: not accessed in 400 days", one.service),
    }
}

/// Whether `iam:PassRole` is the only IAM action that the policies allow.
fn passes_roles_only(role: &RoleWithUse) -> Result<bool, Arc<Unknown>> {
    for (_, document) in role.documents()? {
        for statement in document.get()?.statements() {
            let Selector::Only(actions) = statement.actions() else {
                return Ok(false);
            };
            let other = |action: &String| {
                let action = action.to_ascii_lowercase();
                action == "*" || (action.starts_with("iam:") && action != "iam:passrole")
            };
            if statement.effect() == Effect::Allow && actions.iter().any(other) {
                return Ok(false);
            }
        }
    }
    Ok(true)
}

/// Rewrites the policies without the actions of the unused services.
fn remediation(role: &RoleWithUse, unused: &[&str]) -> Remediation {
    let summary = format!(
        "remove the permissions of the services that the role does not use: {}",
        unused.join(", ")
    );
    let Known::Yes(policies) = &role.policies else {
        return rewritten(role, &[], summary)
            .withheld("the policies of the role could not be read");
    };
    let mut texts = Vec::new();
    for (at, held) in policies.iter().enumerate() {
        let Known::Yes(policy) = held.policy() else {
            return rewritten(role, &[], summary)
                .withheld("some policies of the role could not be read");
        };
        match without(&policy, unused) {
            Some(less) if less == policy => {}
            Some(less) => texts.push((at, less)),
            None => {
                return rewritten(role, &[], summary).withheld(format!(
                    "{} allows services with a wildcard: first name the actions that the \
                     deployment calls (see aws/ci-role-wildcard-action)",
                    held.name
                ));
            }
        }
    }
    rewritten(role, &texts, summary)
}

/// A policy without the actions of some services. `None` if it allows services with a wildcard.
fn without(policy: &Policy, services: &[&str]) -> Option<Policy> {
    let mut document = serde_json::to_value(policy).ok()?;
    let statements = document.get_mut("Statement")?.as_array_mut()?;
    let mut kept = Vec::new();
    for (value, statement) in statements.drain(..).zip(policy.statements()) {
        if statement.effect() == Effect::Deny {
            kept.push(value);
            continue;
        }
        let Selector::Only(actions) = statement.actions() else {
            return None;
        };
        let prefix = |action: &str| action.split(':').next().unwrap_or_default().to_lowercase();
        if actions
            .iter()
            .any(|action| prefix(action).contains(['*', '?']))
        {
            return None;
        }
        let used = actions
            .iter()
            .filter(|one| !services.contains(&&*prefix(one)));
        let used: Vec<Value> = used.map(|one| Value::from(one.as_str())).collect();
        if !used.is_empty() {
            let mut value = value;
            value["Action"] = Value::from(used);
            kept.push(value);
        }
    }
    // Deny statements alone allow nothing, so the policy can become empty.
    if kept.iter().all(|one| one["Effect"] == "Deny") {
        return Some(Policy::new());
    }
    document["Statement"] = Value::from(kept);
    Policy::parse(&document.to_string()).ok()
}
