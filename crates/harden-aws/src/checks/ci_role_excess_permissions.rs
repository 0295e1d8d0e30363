use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use harden_core::{Evidence, Judgement, Judging, Meta, Rule, Severity, Unknown, Verdict};
use harden_iam::table::{self, Service};
use harden_iam::{Context, Effect, Identity, Pattern, Principal, Request, Selector};

use crate::remediations::ci_policy::least_instead;
use crate::text::join_first;
use crate::views::{CiRole, ROLE_SOURCE};
use crate::{AwsPolicy, CiPolicy};

pub(crate) static CHECK: Rule<CiRole, AwsPolicy> = Rule::new(
    Meta::new(
        "aws/ci-role-excess-permissions",
        "CI roles have no action beyond the allow-list",
        Severity::High,
    )
    .tags(&["guide:5"])
    .security()
    .remediation("Take away the actions that are not on the list, or put them on it.")
    .page(include_str!("ci_role_excess_permissions.md"))
    .since("0.1.0"),
    judge,
)
.off(off);

fn off(policy: &AwsPolicy) -> Option<&'static str> {
    let none = policy.ci.allowed_actions.is_empty();
    none.then_some("the policy gives no allow-list: `allowed_actions` in [aws.ci]")
}

fn judge(role: &CiRole, j: &Judging<AwsPolicy>) -> Judgement {
    if let Some(reason) = role.missing() {
        return Ok(Verdict::not_applicable(reason));
    }
    let excess = excess(role, &j.policy.ci)?;
    let wanted = format!("none but {}", join_first(&j.policy.ci.allowed_actions));
    let evidence = |found: String| {
        Evidence::of("Policies", found, ROLE_SOURCE)
            .expected(wanted.clone())
            .note(
                "judged by the role's policies and its boundary; service control policies, which \
                 may deny a part of it, can't be read from the account",
            )
    };
    if excess.is_empty() {
        return Ok(Verdict::Pass(evidence(
            "no action beyond the list".to_owned(),
        )));
    }
    let names: Vec<String> = excess.keys().cloned().collect();
    let at_fault: BTreeSet<usize> = excess.values().copied().collect();
    let still = |mended: &CiRole| match self::excess(mended, &j.policy.ci) {
        Ok(left) if left.is_empty() => None,
        Ok(left) => {
            let left: Vec<String> = left.into_keys().collect();
            Some(format!("its deployment calls for {}", join_first(&left)))
        }
        Err(unknown) => Some(unknown.message.clone().into_owned()),
    };
    let to = least_instead(role, &j.policy.ci, &at_fault, &still);
    Ok(Verdict::Fail(evidence(join_first(&names)), to))
}

/// The actions that the role may do on something and that are on no list, each with the place of
/// a policy that allows it. An action under a condition counts.
fn excess(role: &CiRole, policy: &CiPolicy) -> Result<BTreeMap<String, usize>, Arc<Unknown>> {
    let identity = role.identity()?;
    let listed: Vec<Pattern> = policy
        .allowed_actions
        .iter()
        .map(|p| Pattern::action(p))
        .collect();
    let is_listed = |pattern: &Pattern| listed.iter().any(|one| one.contains(pattern));
    let mut excess = BTreeMap::new();
    for (at, attached) in identity.policies.iter().enumerate() {
        for statement in attached.policy.statements() {
            if statement.effect() == Effect::Deny {
                continue;
            }
            let Selector::Only(actions) = statement.actions() else {
                excess.insert("all actions but some (NotAction)".to_owned(), at);
                continue;
            };
            for text in actions {
                if is_listed(&Pattern::action(text)) {
                    continue;
                }
                for action in meant(text) {
                    let beyond = !is_listed(&Pattern::action(&action));
                    if beyond && may(&identity, role, &action) {
                        excess.entry(action).or_insert(at);
                    }
                }
            }
        }
    }
    Ok(excess)
}

/// The actions that an entry stands for: those of its service that it fits; itself where it is of
/// several services, or of none that is known.
fn meant(text: &str) -> Vec<String> {
    let pattern = Pattern::action(text);
    let service = text
        .split_once(':')
        .and_then(|(prefix, _)| table::service(prefix));
    let fitting = service.as_ref().map(|service: &Service| {
        let actions = service.actions().map(|action| action.full_name());
        actions
            .filter(|name| pattern.matches(name))
            .collect::<Vec<_>>()
    });
    match fitting {
        Some(fitting) if !fitting.is_empty() => fitting,
        _ => vec![text.to_owned()],
    }
}

/// Whether the role may do an action on something.
fn may(identity: &Identity, role: &CiRole, action: &str) -> bool {
    if action.contains(['*', '?']) {
        return true;
    }
    let caller = Principal::arn(&*role.arn);
    let request = Request::new(caller, action, "*", Context::unknown_otherwise());
    let request = request.owned_by(&*role.place.account);
    // whether a key or a role admits the role is up to its own policy
    identity.decide_caller_side(&request).may_be_allowed()
}
