//! From JSON to a policy.

use super::json::{Json, Scalar};
use super::{Condition, Effect, Policy, PrincipalSet, Selector, Statement, Version, percent};
use crate::error::{ParseError, Problem, StatementRef};

pub(super) fn policy(text: &str) -> Result<Policy, ParseError> {
    let text = percent::decode(text).ok_or(ParseError::Encoding)?;
    let Json::Object(elements) = serde_json::from_str(&text).map_err(ParseError::Json)? else {
        return Err(ParseError::Document(wrong_type("the policy", "an object")));
    };
    let (mut version, mut id, mut statements) = (None, None, None);
    for (name, value) in elements {
        match name.as_str() {
            "Version" => version = Some(read_version(value).map_err(ParseError::Document)?),
            "Id" => id = Some(string("Id", value).map_err(ParseError::Document)?),
            "Statement" => statements = Some(read_statements(value)?),
            _ => return Err(ParseError::Document(Problem::UnknownElement(name))),
        }
    }
    let statements = statements.ok_or(ParseError::Document(Problem::Missing("Statement")))?;
    Ok(Policy {
        version,
        id,
        statements,
    })
}

fn read_version(value: Json) -> Result<Version, Problem> {
    match string("Version", value)?.as_str() {
        "2008-10-17" => Ok(Version::V2008),
        "2012-10-17" => Ok(Version::V2012),
        other => Err(wrong_value("Version", other, "2012-10-17 or 2008-10-17")),
    }
}

fn read_statements(value: Json) -> Result<Vec<Statement>, ParseError> {
    let items = match value {
        Json::List(items) => items,
        item @ Json::Object(_) => vec![item],
        _ => {
            let problem = wrong_type("Statement", "an object or a list of objects");
            return Err(ParseError::Document(problem));
        }
    };
    items
        .into_iter()
        .enumerate()
        .map(|(index, item)| read_statement(index, item))
        .collect()
}

fn read_statement(index: usize, value: Json) -> Result<Statement, ParseError> {
    let mut sid = None;
    let statement = statement(value, &mut sid);
    statement.map_err(|problem| {
        let sid = sid.filter(|sid| !sid.is_empty());
        ParseError::Statement {
            statement: StatementRef { index, sid },
            problem,
        }
    })
}

/// The elements as they come; which of them must stand, and which not together, is looked at last.
#[derive(Default)]
struct Elements {
    effect: Option<Effect>,
    principal: Option<Selector<PrincipalSet>>,
    actions: Option<Selector<Vec<String>>>,
    resources: Option<Selector<Vec<String>>>,
    conditions: Vec<Condition>,
}

fn statement(value: Json, sid: &mut Option<String>) -> Result<Statement, Problem> {
    let Json::Object(mut elements) = value else {
        return Err(wrong_type("the statement", "an object"));
    };
    // The Sid first, so that an error in any other element can name it.
    if let Some(at) = elements.iter().position(|(name, _)| name == "Sid") {
        *sid = Some(string("Sid", elements.remove(at).1)?);
    }
    let mut read = Elements::default();
    for (name, value) in elements {
        match name.as_str() {
            "Effect" => read.effect = Some(read_effect(value)?),
            "Principal" | "NotPrincipal" => {
                let set = read_principals(&name, value)?;
                select(
                    &mut read.principal,
                    &name,
                    set,
                    ["Principal", "NotPrincipal"],
                )?;
            }
            "Action" | "NotAction" => {
                let list = strings(&name, value)?;
                select(&mut read.actions, &name, list, ["Action", "NotAction"])?;
            }
            "Resource" | "NotResource" => {
                let list = strings(&name, value)?;
                select(
                    &mut read.resources,
                    &name,
                    list,
                    ["Resource", "NotResource"],
                )?;
            }
            "Condition" => read.conditions = read_conditions(value)?,
            _ => return Err(Problem::UnknownElement(name)),
        }
    }
    Ok(Statement {
        sid: sid.clone(),
        effect: read.effect.ok_or(Problem::Missing("Effect"))?,
        principal: read.principal,
        actions: read
            .actions
            .ok_or(Problem::Missing("Action or NotAction"))?,
        resources: read.resources,
        conditions: read.conditions,
    })
}

fn select<T>(
    place: &mut Option<Selector<T>>,
    name: &str,
    value: T,
    [only, except]: [&'static str; 2],
) -> Result<(), Problem> {
    if place.is_some() {
        return Err(Problem::Both(only, except));
    }
    *place = Some(if name == only {
        Selector::Only(value)
    } else {
        Selector::Except(value)
    });
    Ok(())
}

fn read_effect(value: Json) -> Result<Effect, Problem> {
    match string("Effect", value)?.as_str() {
        "Allow" => Ok(Effect::Allow),
        "Deny" => Ok(Effect::Deny),
        other => Err(wrong_value("Effect", other, "Allow or Deny")),
    }
}

fn read_principals(name: &str, value: Json) -> Result<PrincipalSet, Problem> {
    let kinds = match value {
        Json::Scalar(text, Scalar::Text) if text == "*" => return Ok(PrincipalSet::everyone()),
        Json::Scalar(text, Scalar::Text) => {
            return Err(wrong_value(
                name,
                &text,
                "`*` or an object such as {\"AWS\": …}",
            ));
        }
        Json::Object(kinds) => kinds,
        _ => return Err(wrong_type(name, "`*` or an object")),
    };
    let mut set = PrincipalSet::default();
    for (kind, value) in kinds {
        let list = strings(&format!("{name}.{kind}"), value)?;
        match kind.as_str() {
            "AWS" => set.aws = list,
            "Service" => set.services = list,
            "Federated" => set.federated = list,
            "CanonicalUser" => set.canonical_users = list,
            _ => return Err(Problem::UnknownElement(format!("{name}.{kind}"))),
        }
    }
    Ok(set)
}

fn read_conditions(value: Json) -> Result<Vec<Condition>, Problem> {
    let Json::Object(operators) = value else {
        return Err(wrong_type("Condition", "an object"));
    };
    let mut conditions = Vec::new();
    for (operator, keys) in operators {
        let Json::Object(keys) = keys else {
            return Err(wrong_type(format!("Condition.{operator}"), "an object"));
        };
        for (key, value) in keys {
            let values = scalars(&format!("Condition.{operator}.{key}"), value)?;
            conditions.push(Condition {
                operator: operator.clone(),
                key,
                values,
            });
        }
    }
    Ok(conditions)
}

fn string(element: &str, value: Json) -> Result<String, Problem> {
    match value {
        Json::Scalar(text, Scalar::Text) => Ok(text),
        _ => Err(wrong_type(element, "a string")),
    }
}

fn strings(element: &str, value: Json) -> Result<Vec<String>, Problem> {
    let wrong = || wrong_type(element, "a string or a list of strings");
    match value {
        Json::Scalar(text, Scalar::Text) => Ok(vec![text]),
        Json::List(items) => items
            .into_iter()
            .map(|item| string(element, item).map_err(|_| wrong()))
            .collect(),
        _ => Err(wrong()),
    }
}

fn scalars(element: &str, value: Json) -> Result<Vec<String>, Problem> {
    let items = match value {
        Json::List(items) => items,
        item => vec![item],
    };
    let scalar = |item| match item {
        Json::Scalar(text, _) => Ok(text),
        _ => Err(wrong_type(
            element,
            "a string, a number, a boolean or a list of them",
        )),
    };
    items.into_iter().map(scalar).collect()
}

fn wrong_type(element: impl Into<String>, expected: &'static str) -> Problem {
    Problem::WrongType {
        element: element.into(),
        expected,
    }
}

fn wrong_value(element: &str, value: &str, expected: &'static str) -> Problem {
    Problem::WrongValue {
        element: element.to_owned(),
        value: value.to_owned(),
        expected,
    }
}
