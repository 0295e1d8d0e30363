//! Builds a policy from JSON.

use super::fault::{Fault, missing, unknown, wrong_type, wrong_value};
use super::json::{self, Json, Key, Scalar, Value};
use super::place::{ConditionPlaces, Places};
use super::{Condition, Effect, Policy, PrincipalSet, Selector, Statement, Version, percent};
use crate::error::{ParseError, Position, Problem, StatementRef};

/// Parses a text whose first character is at `start`.
pub(super) fn policy(text: &str, start: Position) -> Result<Policy, ParseError> {
    if text.len() > Policy::MAX_LENGTH {
        return Err(ParseError::TooLong {
            bytes: text.len(),
            limit: Policy::MAX_LENGTH,
        });
    }
    let text = percent::decode(text).ok_or(ParseError::Encoding)?;
    let Json { at, value } = json::read(&text, start)?;
    let Value::Object(elements) = value else {
        return Err(wrong_type("the policy", "an object", at).in_document());
    };
    let (mut version, mut id, mut statements) = (None, None, None);
    for (Key { name, at }, value) in elements {
        match name.as_str() {
            "Version" => version = Some(read_version(value).map_err(Fault::in_document)?),
            "Id" => id = Some(string("Id", value).map_err(Fault::in_document)?),
            "Statement" => statements = Some(read_statements(value)?),
            _ => return Err(unknown(name, at).in_document()),
        }
    }
    let missing = || missing("Statement", at).in_document();
    Ok(Policy {
        version,
        id,
        statements: statements.ok_or_else(missing)?,
    })
}

fn read_version(value: Json) -> Result<Version, Fault> {
    let at = value.at;
    match string("Version", value)?.as_str() {
        "2008-10-17" => Ok(Version::V2008),
        "2012-10-17" => Ok(Version::V2012),
        other => Err(wrong_value(
            "Version",
            other,
            "2012-10-17 or 2008-10-17",
            at,
        )),
    }
}

fn read_statements(json: Json) -> Result<Vec<Statement>, ParseError> {
    let at = json.at;
    let items = match json.value {
        Value::List(items) => items,
        value @ Value::Object(_) => vec![Json { at, value }],
        _ => {
            let fault = wrong_type("Statement", "an object or a list of objects", at);
            return Err(fault.in_document());
        }
    };
    items
        .into_iter()
        .enumerate()
        .map(|(index, item)| read_statement(index, item))
        .collect()
}

fn read_statement(index: usize, json: Json) -> Result<Statement, ParseError> {
    let mut sid = None;
    let statement = statement(json, &mut sid);
    statement.map_err(|fault| {
        let sid = sid.filter(|sid| !sid.is_empty());
        ParseError::Statement {
            statement: StatementRef { index, sid },
            problem: fault.problem,
            position: fault.at,
        }
    })
}

/// The elements that were read so far. Required elements are checked at the end.
#[derive(Default)]
struct Elements {
    effect: Option<Effect>,
    principal: Option<Selector<PrincipalSet>>,
    actions: Option<Selector<Vec<String>>>,
    resources: Option<Selector<Vec<String>>>,
    conditions: Vec<Condition>,
    places: Places,
}

fn statement(json: Json, sid: &mut Option<String>) -> Result<Statement, Fault> {
    let at = json.at;
    let Value::Object(mut elements) = json.value else {
        return Err(wrong_type("the statement", "an object", at));
    };
    let mut read = Elements::default();
    read.places.whole = Some(at);
    // Read the Sid first, so that an error in any other element can name the statement.
    if let Some(at) = elements.iter().position(|(key, _)| key.name == "Sid") {
        let value = elements.remove(at).1;
        read.places.sid = Some(value.at);
        *sid = Some(string("Sid", value)?);
    }
    for (key, value) in elements {
        element(&mut read, key, value)?;
    }
    Ok(Statement {
        sid: sid.clone(),
        effect: read.effect.ok_or_else(|| missing("Effect", at))?,
        principal: read.principal,
        actions: read
            .actions
            .ok_or_else(|| missing("Action or NotAction", at))?,
        resources: read.resources,
        conditions: read.conditions,
        places: read.places,
    })
}

fn element(read: &mut Elements, key: Key, value: Json) -> Result<(), Fault> {
    let Key { at, name } = key;
    let places = &mut read.places;
    match name.as_str() {
        "Effect" => {
            places.effect = Some(value.at);
            read.effect = Some(read_effect(value)?);
            Ok(())
        }
        "Principal" | "NotPrincipal" => {
            places.principal = Some(value.at);
            let set = read_principals(&name, value, places)?;
            let names = ["Principal", "NotPrincipal"];
            select(&mut read.principal, &name, set, names, at)
        }
        "Action" | "NotAction" => {
            let list = strings(&name, value, &mut places.actions)?;
            select(&mut read.actions, &name, list, ["Action", "NotAction"], at)
        }
        "Resource" | "NotResource" => {
            let list = strings(&name, value, &mut places.resources)?;
            let names = ["Resource", "NotResource"];
            select(&mut read.resources, &name, list, names, at)
        }
        "Condition" => {
            read.conditions = read_conditions(value)?;
            Ok(())
        }
        _ => Err(unknown(name, at)),
    }
}

fn select<T>(
    place: &mut Option<Selector<T>>,
    name: &str,
    value: T,
    [only, except]: [&'static str; 2],
    at: Position,
) -> Result<(), Fault> {
    if place.is_some() {
        let problem = Problem::Both(only, except);
        return Err(Fault { problem, at });
    }
    *place = Some(if name == only {
        Selector::Only(value)
    } else {
        Selector::Except(value)
    });
    Ok(())
}

fn read_effect(value: Json) -> Result<Effect, Fault> {
    let at = value.at;
    match string("Effect", value)?.as_str() {
        "Allow" => Ok(Effect::Allow),
        "Deny" => Ok(Effect::Deny),
        other => Err(wrong_value("Effect", other, "Allow or Deny", at)),
    }
}

fn read_principals(name: &str, json: Json, places: &mut Places) -> Result<PrincipalSet, Fault> {
    let kinds = match json.value {
        Value::Scalar(text, Scalar::Text) if text == "*" => return Ok(PrincipalSet::everyone()),
        Value::Scalar(text, Scalar::Text) => {
            let expected = "`*` or an object such as {\"AWS\": …}";
            return Err(wrong_value(name, &text, expected, json.at));
        }
        Value::Object(kinds) => kinds,
        _ => return Err(wrong_type(name, "`*` or an object", json.at)),
    };
    let mut set = PrincipalSet::default();
    for (key, value) in kinds {
        let element = format!("{name}.{}", key.name);
        let (list, places) = match key.name.as_str() {
            "AWS" => (&mut set.aws, &mut places.aws),
            "Service" => (&mut set.services, &mut places.services),
            "Federated" => (&mut set.federated, &mut places.federated),
            "CanonicalUser" => (&mut set.canonical_users, &mut places.canonical_users),
            _ => return Err(unknown(element, key.at)),
        };
        *list = strings(&element, value, places)?;
    }
    Ok(set)
}

fn read_conditions(json: Json) -> Result<Vec<Condition>, Fault> {
    let Value::Object(operators) = json.value else {
        return Err(wrong_type("Condition", "an object", json.at));
    };
    let mut conditions = Vec::new();
    for (operator, keys) in operators {
        let Value::Object(keys) = keys.value else {
            let element = format!("Condition.{}", operator.name);
            return Err(wrong_type(element, "an object", keys.at));
        };
        for (key, value) in keys {
            let mut places = ConditionPlaces {
                operator: Some(operator.at),
                key: Some(key.at),
                values: Vec::new(),
            };
            let element = format!("Condition.{}.{}", operator.name, key.name);
            let values = scalars(&element, value, &mut places.values)?;
            conditions.push(Condition {
                operator: operator.name.clone(),
                key: key.name,
                values,
                places,
            });
        }
    }
    Ok(conditions)
}

fn string(element: &str, json: Json) -> Result<String, Fault> {
    match json.value {
        Value::Scalar(text, Scalar::Text) => Ok(text),
        _ => Err(wrong_type(element, "a string", json.at)),
    }
}

fn strings(element: &str, json: Json, places: &mut Vec<Position>) -> Result<Vec<String>, Fault> {
    let mut one = |json: Json| {
        places.push(json.at);
        let text = |text, kind| (kind == Scalar::Text).then_some(text);
        match json.value {
            Value::Scalar(value, kind) => text(value, kind),
            _ => None,
        }
        .ok_or_else(|| wrong_type(element, "a string or a list of strings", json.at))
    };
    match json.value {
        Value::List(items) => items.into_iter().map(one).collect(),
        _ => Ok(vec![one(json)?]),
    }
}

fn scalars(element: &str, json: Json, places: &mut Vec<Position>) -> Result<Vec<String>, Fault> {
    let expected = "a string, a number, a boolean or a list of them";
    let mut one = |json: Json| {
        places.push(json.at);
        match json.value {
            Value::Scalar(text, _) => Ok(text),
            _ => Err(wrong_type(element, expected, json.at)),
        }
    };
    match json.value {
        Value::List(items) => items.into_iter().map(one).collect(),
        _ => Ok(vec![one(json)?]),
    }
}
