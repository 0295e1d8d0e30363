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
        "CI roles have only the allowed actions",
        Severity::High,
    )
    .tags(&["guide:5"])
    .security()
    .remediation("Remove the actions that are not on the list, or add them to it.")
    .page(include_str!("ci_role_excess_permissions.md"))
    .since("0.1.0"),
    judge,
)
.off(off);

fn off(policy: &AwsPolicy) -> Option<&'static str> {
    let is_unset = policy.ci.allowed_actions.is_empty();
    is_unset.then_some("`allowed_actions` is not set in `[aws.ci]` of the policy")
}

fn judge(role: &CiRole, j: &Judging<AwsPolicy>) -> Judgement {
    if let Some(reason) = role.missing() {
        return Ok(Verdict::not_applicable(reason));
    }
    let excess = excess(role, &j.policy.ci)?;
    let expected = format!("only {}", join_first(&j.policy.ci.allowed_actions));
    let evidence = |found: String| {
        Evidence::of("Policies", found, ROLE_SOURCE)
            .expected(expected.clone())
            .note(
                "judged by the policies and the permissions boundary of the role; service \
                 control policies, which can deny some of these actions, cannot be read from the \
                 account",
            )
    };
    if excess.is_empty() {
        return Ok(Verdict::Pass(evidence(
            "only actions of the list".to_owned(),
        )));
    }
    let names: Vec<String> = excess.keys().cloned().collect();
    let at_fault: BTreeSet<usize> = excess.values().copied().collect();
    let still = |changed: &CiRole| match self::excess(changed, &j.policy.ci) {
        Ok(left) if left.is_empty() => None,
        Ok(left) => {
            let left: Vec<String> = left.into_keys().collect();
            Some(format!("the deployment needs {}", join_first(&left)))
        }
        Err(unknown) => Some(unknown.message.clone().into_owned()),
    };
    let to = least_instead(role, &j.policy.ci, &at_fault, &still);
    Ok(Verdict::Fail(evidence(join_first(&names)), to))
}

/// The actions that the role is allowed on at least one resource and that are not on the list, each
/// with the index of a policy that allows it. An action under a condition counts as allowed.
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
                excess.insert("all actions except some (NotAction)".to_owned(), at);
                continue;
            };
            for text in actions {
                if is_listed(&Pattern::action(text)) {
                    continue;
                }
                for action in expand(text) {
                    let beyond = !is_listed(&Pattern::action(&action));
                    if beyond && may_be_allowed(&identity, role, &action) {
                        excess.entry(action).or_insert(at);
                    }
                }
            }
        }
    }
    Ok(excess)
}

/// The known actions that an entry matches. The entry itself if it spans several services, or if its
/// service or its action is unknown.
fn expand(text: &str) -> Vec<String> {
    let pattern = Pattern::action(text);
    let service = text
        .split_once(':')
        .and_then(|(prefix, _)| table::service(prefix));
    let matching = service.as_ref().map(|service: &Service| {
        let actions = service.actions().map(|action| action.full_name());
        actions
            .filter(|name| pattern.matches(name))
            .collect::<Vec<_>>()
    });
    match matching {
        Some(matching) if !matching.is_empty() => matching,
        _ => vec![text.to_owned()],
    }
}

/// Whether the role may be allowed an action on some resource.
fn may_be_allowed(identity: &Identity, role: &CiRole, action: &str) -> bool {
    if action.contains(['*', '?']) {
        return true;
    }
    let caller = Principal::arn(&*role.arn);
    let request = Request::new(caller, action, "*", Context::unknown_otherwise());
    let request = request.owned_by(&*role.place.account);
    // Only the policies of the role itself are evaluated. Whether the policy of a KMS key or the
    // trust policy of another role allows the call too is not judged here.
    identity.decide_caller_side(&request).may_be_allowed()
}
