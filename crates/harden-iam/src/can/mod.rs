//! Whether policies allow one call: the question of somebody with files at hand.
//!
//! [`can`] asks [`Identity::decide`] with everything else left away: documents without a principal
//! element are the caller's own policies, those with one the resource's. Condition keys that are
//! not given are not in the request, as in AWS's policy simulator; [`Answer::missing`] names those
//! that the policies ask for.
//!
//! # What is not modelled
//!
//! * **Limits**: boundaries, session and control policies. [`Identity`] has them.
//! * **Another account**: caller and resource are of one, but where `aws:PrincipalArn` or
//!   `aws:PrincipalAccount` and the resource's ARN say otherwise.
//! * **Which keys the service would send**: those that are given are in the request, and no other.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

use crate::arn::ArnParts;
use crate::document::{Policy, Selector, Statement};
use crate::evaluate::{
    Attached, Context, Identity, Principal, Request, Ruling, Source, action_applies,
};
use crate::lint::{Near, arns, is_authorized_on};
use crate::pattern::Pattern;
use crate::table::{known, service};

/// The condition keys of a request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Keys(BTreeMap<String, Vec<String>>);

/// Why a text is not the condition keys of a request.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum KeysError {
    /// Not JSON.
    #[error("context is not valid JSON")]
    Json(#[source] serde_json::Error),
    /// Not an object.
    #[error("context is not a JSON object of condition keys")]
    NotAnObject,
    /// A value that no condition key has.
    #[error("context key `{0}` is not a string, a number, a boolean or a list of them")]
    Value(String),
}

impl Keys {
    /// Reads a JSON object: keys with a value, or a list of values.
    ///
    /// # Errors
    ///
    /// [`KeysError`]: not JSON, not an object, or a value that is an object or null.
    pub fn parse(text: &str) -> Result<Self, KeysError> {
        let Value::Object(object) = serde_json::from_str(text).map_err(KeysError::Json)? else {
            return Err(KeysError::NotAnObject);
        };
        let mut keys = Self::default();
        for (key, value) in object {
            let values = match &value {
                Value::Array(items) => items.iter().map(scalar).collect(),
                one => scalar(one).map(|one| vec![one]),
            };
            let values = values.ok_or_else(|| KeysError::Value(key.clone()))?;
            keys.0.insert(key, values);
        }
        Ok(keys)
    }

    fn get(&self, key: &str) -> Option<&[String]> {
        let mut all = self.0.iter();
        let found = all.find(|(name, _)| name.eq_ignore_ascii_case(key))?;
        Some(found.1)
    }
}

fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

/// What policies say of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Decision {
    /// Allowed.
    Allowed,
    /// No statement allows it.
    ImplicitlyDenied,
    /// A statement denies it.
    ExplicitlyDenied,
    /// It rests on something that was not given (the policy of a resource of another account), or that
    /// AWS does not document: so also an action that AWS's reference does not have, or one on a
    /// resource that it is never authorized on, which the policies would allow.
    Undetermined,
}

/// The answer to one question.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Answer {
    /// What the policies say.
    pub decision: Decision,
    /// Place of the statement that decides, from 0; nothing for an implicit denial.
    pub statement: Option<usize>,
    /// The statement's `Sid`.
    pub sid: Option<String>,
    /// The name of the policy that it stands in.
    pub policy: Option<String>,
    /// The line of the statement, from 1.
    pub line: Option<u32>,
    /// The character within the line, from 1.
    pub column: Option<u32>,
    /// One sentence for a person.
    pub why: String,
    /// Condition keys that the policies' statements about the action ask for and that were not
    /// given.
    pub missing: Vec<String>,
}

/// Whether policies allow an action on a resource (an ARN, or `*` for an action that takes none).
pub fn can(policies: &[Attached], action: &str, resource: &str, keys: &Keys) -> Answer {
    let mut identity = Identity::default();
    for attached in policies {
        if is_trust(&attached.policy) && !Pattern::action("sts:*").matches(action) {
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
    let request = Request::new(caller(resource, keys), action, resource, context(keys));
    // a role's trust policy or a key's policy that was not asked about has no say here
    let ruling = if identity.resource.is_some() {
        identity.decide(&request)
    } else {
        match identity.decide_own_side(&request) {
            Ruling::Allowed { by } if identity.across_accounts(&request) => {
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
    let mut missing: Vec<String> = policies
        .iter()
        .flat_map(|one| one.policy.statements())
        .filter(|one| action_applies(one.actions(), action))
        .flat_map(asked_for)
        .filter(|key| keys.get(key).is_none())
        .collect();
    missing.sort();
    missing.dedup();
    let mut answer = answer(ruling, action, resource, missing);
    if answer.decision == Decision::Allowed
        && let Some(reason) = never_asked(action, resource)
    {
        answer.decision = Decision::Undetermined;
        answer.why = format!("{}, but {reason}", answer.why);
    }
    answer
}

/// Why AWS never asks this question, as far as its reference tells: an allowance that no call
/// comes to must not be taken for one.
fn never_asked(action: &str, resource: &str) -> Option<String> {
    let (prefix, name) = action.split_once(':').unwrap_or((action, ""));
    if known::is_unlisted(action) || known::is_retired(prefix) {
        return None;
    }
    let service = service(&prefix.to_ascii_lowercase());
    let known = service.as_ref().and_then(|one| one.action(name));
    let Some(known) = known else {
        let near = Near::default().action(prefix, name, service.as_ref());
        let near = near.map_or_else(String::new, |near| format!("; {near} is the nearest"));
        return Some(format!("AWS's reference has no action {action}{near}"));
    };
    (!is_authorized_on(&known, resource)).then(|| {
        let on = arns(&known);
        format!("{action} is never authorized on that: ask about {on}")
    })
}

/// Whether a policy says who may take a role: it has no say in anything else.
fn is_trust(policy: &Policy) -> bool {
    let mut statements = policy.statements().iter();
    statements.all(|one| one.principal().is_some() && one.resources().is_none())
}

/// The keys of the request that a statement asks for: in its conditions, as variables, and the
/// caller where it names callers.
fn asked_for(statement: &Statement) -> Vec<String> {
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
        // `${*}` and the like stand for the character
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
            let why = format!("{action} on {resource} rests on {key}: {by}");
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

/// The caller that the keys name, or else some role of the resource's account.
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

/// The keys that are given, and no other: not those either that would follow from a caller who was
/// not given.
fn context(keys: &Keys) -> Context {
    let mut context = Context::absent_otherwise();
    if keys.get("aws:PrincipalArn").is_none() {
        for key in [
            "aws:PrincipalArn",
            "aws:PrincipalAccount",
            "aws:userid",
            "aws:username",
        ] {
            context = context.without(key);
        }
    }
    for (key, values) in &keys.0 {
        context = context.with_values(key, values.iter().cloned());
    }
    context
}

#[cfg(test)]
mod tests;
