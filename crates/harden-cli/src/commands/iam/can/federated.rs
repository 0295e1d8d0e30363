//! Whether a trust policy lets a user or workload of an identity provider assume its role.
//!
//! AWS STS API Reference, `AssumeRoleWithWebIdentity` and `AssumeRoleWithSAML`: the calls need no AWS
//! credentials, so that only the trust policy of the role decides.

use harden_iam::{Attached, Decision as Ruling, Effect, Principal, Request, Selector};

use super::answer::{Answer, Decision, missing_keys};
use super::keys::Keys;

/// Whether an action is called with a token or an assertion of an identity provider.
pub(super) fn is_federated(action: &str) -> bool {
    ["sts:AssumeRoleWithWebIdentity", "sts:AssumeRoleWithSAML"]
        .iter()
        .any(|one| one.eq_ignore_ascii_case(action))
}

/// Evaluates the trust policies. Without `provider`, the only provider that they name calls.
pub(super) fn can(
    policies: &[Attached],
    action: &str,
    resource: &str,
    keys: &Keys,
    provider: Option<&str>,
) -> Answer {
    let missing = missing_keys(policies, action, keys);
    let named = providers(policies, action);
    let provider = match (provider, named.as_slice()) {
        (Some(provider), _) => provider.to_owned(),
        (None, [only]) => only.clone(),
        (None, []) => {
            let why = format!("no statement allows {action} to an identity provider");
            return answer(Decision::ImplicitlyDenied, why, missing);
        }
        (None, all) => {
            let all = all.join(", ");
            let why =
                format!("it depends on the identity provider: name one of {all} with --principal");
            return answer(Decision::Undetermined, why, missing);
        }
    };
    let caller = Principal::Federated(provider.clone());
    let request = Request::new(caller, action, resource, keys.context());
    let mut result = answer(
        Decision::ImplicitlyDenied,
        format!("no statement allows {action} to {provider}"),
        missing,
    );
    for attached in policies {
        let policy = &attached.policy;
        if !policy
            .statements()
            .iter()
            .any(|one| one.principal().is_some())
        {
            continue;
        }
        let (decision, statement, why) = match policy.evaluate(&request) {
            Ruling::ImplicitlyDenied => continue,
            Ruling::Allowed { statement } => {
                let why = format!("{statement} allows {action} to {provider}");
                (Decision::Allowed, statement, why)
            }
            Ruling::ExplicitlyDenied { statement } => {
                let why = format!("{statement} denies {action} to {provider}");
                (Decision::ExplicitlyDenied, statement, why)
            }
            Ruling::Undetermined { statement, key } => {
                let why = format!("{statement} decides it depending on {key}");
                (Decision::Undetermined, statement, why)
            }
        };
        let place = policy.statements().get(statement.index);
        let position = place.and_then(|one| one.position());
        result.decision = decision;
        result.why = why;
        result.statement = Some(statement.index);
        result.sid = statement.sid;
        result.policy = Some(attached.name.clone());
        result.line = position.map(|at| at.line);
        result.column = position.map(|at| at.column);
        break;
    }
    result
}

fn answer(decision: Decision, why: String, missing: Vec<String>) -> Answer {
    Answer {
        decision,
        statement: None,
        sid: None,
        policy: None,
        line: None,
        column: None,
        why,
        missing,
    }
}

/// The identity providers to which a statement allows the action.
fn providers(policies: &[Attached], action: &str) -> Vec<String> {
    let statements = policies.iter().flat_map(|one| one.policy.statements());
    let allows =
        statements.filter(|one| one.effect() == Effect::Allow && one.matches_action(action));
    let mut named: Vec<String> = allows
        .filter_map(|one| match one.principal() {
            Some(Selector::Only(set)) => Some(set.federated.clone()),
            _ => None,
        })
        .flatten()
        .collect();
    named.sort();
    named.dedup();
    named
}
