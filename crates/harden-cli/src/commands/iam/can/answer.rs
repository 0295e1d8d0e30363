//! Whether policies allow one call.
//!
//! [`can`] asks [`Identity::decide`] with only the given files. Policies without a principal element
//! are the caller's own, the policy with one is the resource's. Condition keys that are not given
//! are not in the request, as in the AWS policy simulator. [`Answer::missing`] names those that the
//! policies use.
//!
//! # What is not modelled
//!
//! * **Permissions boundaries, session policies and control policies.** [`Identity`] has fields for
//!   them; the command has no option for them.
//! * **Another account.** Caller and resource are in the same account, unless `aws:PrincipalArn` or
//!   `aws:PrincipalAccount` differs from the account in the resource's ARN.
//! * **The keys that the service would send.** The request has the given keys and no others.

use harden_iam::lint::{self, CallError};
use harden_iam::{
    ArnParts, Attached, Identity, Pattern, Policy, Principal, Request, Ruling, Selector, Source,
    Statement,
};
use serde::Serialize;

use super::federated;
use super::keys::Keys;

/// Whether policies allow a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Decision {
    /// Allowed.
    Allowed,
    /// No statement allows it.
    ImplicitlyDenied,
    /// A statement denies it.
    ExplicitlyDenied,
    /// It depends on something that was not given (the policy of a resource in another account), or
    /// that AWS does not document. The same holds if the policies allow a call that AWS never
    /// authorizes: the action does not exist, or it is never authorized on that resource.
    Undetermined,
}

/// The answer to one question.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Answer {
    /// Whether the call is allowed.
    pub(super) decision: Decision,
    /// The index of the statement that decides, from 0; `None` for an implicit denial.
    pub(super) statement: Option<usize>,
    /// The statement's `Sid`.
    pub(super) sid: Option<String>,
    /// The name of the policy that contains the statement.
    pub(super) policy: Option<String>,
    /// The line of the statement, from 1.
    pub(super) line: Option<u32>,
    /// The character within the line, from 1.
    pub(super) column: Option<u32>,
    /// The reason, as one clause for a person.
    pub(super) why: String,
    /// Condition keys that statements about the action use, and that were not given.
    pub(super) missing: Vec<String>,
}

/// Evaluates an action on a resource (an ARN, or `*` for an action without resource types). `provider` is
/// the identity provider of the caller, for the actions that assume a role with a token or an assertion.
pub(super) fn can(
    policies: &[Attached],
    action: &str,
    resource: &str,
    keys: &Keys,
    provider: Option<&str>,
) -> Answer {
    if federated::is_federated(action) {
        return federated::can(policies, action, resource, keys, provider);
    }
    let mut identity = Identity::default();
    for attached in policies {
        if is_trust_policy(&attached.policy) && !Pattern::action("sts:*").matches(action) {
            continue;
        }
        let of_resource = attached
            .policy
            .statements()
            .iter()
            .any(|one| one.principal().is_some());
        if of_resource {
            identity.resource = Some(attached.clone());
        } else {
            identity.policies.push(attached.clone());
        }
    }
    let request = Request::new(caller(resource, keys), action, resource, keys.context());
    // Some actions also need the resource's policy (a trust policy, a key policy). If that was not
    // given, only the caller's side is evaluated.
    let ruling = if identity.resource.is_some() {
        identity.decide(&request)
    } else {
        match identity.decide_caller_side(&request) {
            Ruling::Allowed { by } if request.is_cross_account() => {
                let key = "the policy of the resource, which belongs to another account".to_owned();
                by.into_iter()
                    .next()
                    .map_or(Ruling::Allowed { by: Vec::new() }, |by| {
                        Ruling::Undetermined { by, key }
                    })
            }
            ruling => ruling,
        }
    };
    let missing = missing_keys(policies, action, keys);
    let mut answer = answer(ruling, action, resource, missing);
    if answer.decision == Decision::Allowed
        && let Err(error) = lint::check_call(action, resource)
    {
        answer.decision = Decision::Undetermined;
        answer.why = format!("{}, but {}", answer.why, reason(&error));
    }
    answer
}

/// The condition keys of the statements about an action that were not given.
pub(super) fn missing_keys(policies: &[Attached], action: &str, keys: &Keys) -> Vec<String> {
    let mut missing: Vec<String> = policies
        .iter()
        .flat_map(|one| one.policy.statements())
        .filter(|one| one.matches_action(action))
        .flat_map(used_keys)
        .filter(|key| keys.get(key).is_none())
        .collect();
    missing.sort();
    missing.dedup();
    missing
}

/// Why AWS never authorizes a call, as a clause.
fn reason(error: &CallError) -> String {
    match error {
        CallError::UnknownAction {
            nearest: Some(nearest),
            ..
        } => format!("{error}; did you mean {nearest}?"),
        CallError::WrongResource { expected, .. } => format!("{error}: use {expected}"),
        _ => error.to_string(),
    }
}

/// Whether a policy is a trust policy. It takes part only in actions of AWS STS.
fn is_trust_policy(policy: &Policy) -> bool {
    let mut statements = policy.statements().iter();
    statements.all(|one| one.principal().is_some() && one.resources().is_none())
}

/// The keys of the request that a statement uses: in its conditions, as policy variables, and
/// `aws:PrincipalArn` if it names callers.
fn used_keys(statement: &Statement) -> Vec<String> {
    let conditions = statement.conditions();
    let mut keys: Vec<String> = conditions.iter().map(|one| one.key().to_owned()).collect();
    let values = conditions.iter().flat_map(|one| one.values());
    let callers = statement.principal().map(|element| match element {
        Selector::Only(who) | Selector::Except(who) => who,
    });
    if callers.is_some_and(|who| who.aws.iter().any(|one| one != "*")) {
        keys.push("aws:PrincipalArn".to_owned());
    }
    let resources = match statement.resources() {
        Some(Selector::Only(list) | Selector::Except(list)) => list.as_slice(),
        None => &[],
    };
    for text in values
        .map(String::as_str)
        .chain(resources.iter().map(String::as_str))
    {
        let variables = text.split("${").skip(1);
        let variables = variables.filter_map(|rest| rest.split(['}', ',']).next());
        // `${*}`, `${?}` and `${$}` are escapes, not variables.
        let named = variables.filter(|name| name.contains(':'));
        keys.extend(named.map(|name| name.trim().to_owned()));
    }
    keys
}

fn answer(ruling: Ruling, action: &str, resource: &str, missing: Vec<String>) -> Answer {
    let (decision, source, why): (_, Option<Source>, _) = match ruling {
        Ruling::Allowed { by } => {
            let source = by.into_iter().next();
            let by = source
                .as_ref()
                .map_or_else(|| "no policy is needed".to_owned(), Source::to_string);
            (
                Decision::Allowed,
                source,
                format!("{action} on {resource} is allowed: {by}"),
            )
        }
        Ruling::ExplicitlyDenied { by } => {
            let why = format!("{action} on {resource} is denied: {by}");
            (Decision::ExplicitlyDenied, Some(by), why)
        }
        Ruling::ImplicitlyDenied { missing } => {
            let why = format!(
                "{action} on {resource} is denied: no statement of the {missing} allows it"
            );
            (Decision::ImplicitlyDenied, None, why)
        }
        Ruling::Undetermined { by, key } => {
            let why = format!("{action} on {resource} depends on {key}: {by}");
            (Decision::Undetermined, Some(by), why)
        }
    };
    let position = source.as_ref().and_then(|one| one.position);
    Answer {
        decision,
        statement: source.as_ref().map(|one| one.statement.index),
        sid: source.as_ref().and_then(|one| one.statement.sid.clone()),
        policy: source.map(|one| one.policy),
        line: position.map(|at| at.line),
        column: position.map(|at| at.column),
        why,
        missing,
    }
}

/// The caller that the keys name, or else a role in the resource's account.
fn caller(resource: &str, keys: &Keys) -> Principal {
    if let Some([arn]) = keys.get("aws:PrincipalArn") {
        return Principal::arn(arn.as_str());
    }
    let account = keys.get("aws:PrincipalAccount").and_then(|all| all.first());
    let of_resource = ArnParts::parse(resource).map(|arn| arn.account);
    let is_id = |id: &&str| id.len() == 12 && id.bytes().all(|b| b.is_ascii_digit());
    let account = account.map(String::as_str).or(of_resource).filter(is_id);
    Principal::arn(format!(
        "arn:aws:iam::{}:role/role",
        account.unwrap_or("111122223333")
    ))
}
