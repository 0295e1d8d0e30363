//! What starts a workflow.
//!
//! Read from the document itself: the model takes a branch filter that is written as one word, and
//! not as a list, for none.

use std::collections::BTreeMap;

use yaml_serde::Value;

use super::{Trigger, plain};

/// The triggers under `on`: a word, a list, or a mapping.
pub(super) fn triggers(on: &Value) -> Vec<Trigger> {
    match on {
        Value::Mapping(events) => events
            .iter()
            .filter_map(|(event, body)| Some(trigger(event.as_str()?, body)))
            .collect(),
        Value::Sequence(events) => events
            .iter()
            .filter_map(|event| Some(trigger(event.as_str()?, &Value::Null)))
            .collect(),
        Value::String(event) => vec![trigger(event, &Value::Null)],
        _ => Vec::new(),
    }
}

fn trigger(event: &str, body: &Value) -> Trigger {
    let list = |key: &str| words(body.get(key));
    let has = |keys: [&str; 2]| keys.iter().any(|key| body.get(*key).is_some());
    let secrets: BTreeMap<String, bool> = body
        .get("secrets")
        .and_then(Value::as_mapping)
        .into_iter()
        .flatten()
        .filter_map(|(name, said)| {
            let required = said.get("required").and_then(Value::as_bool);
            Some((
                name.as_str()?.to_ascii_uppercase(),
                required.unwrap_or_default(),
            ))
        })
        .collect();
    Trigger {
        event: plain::name_or_mark(event),
        branches: list("branches"),
        branches_ignore: list("branches-ignore"),
        tags: has(["tags", "tags-ignore"]),
        paths: has(["paths", "paths-ignore"]),
        types: list("types"),
        workflows: match body.get("workflows") {
            Some(Value::String(one)) => vec![plain::title(one)],
            Some(Value::Sequence(all)) => all
                .iter()
                .filter_map(Value::as_str)
                .map(plain::title)
                .collect(),
            _ => Vec::new(),
        },
        secrets,
    }
}

/// One word or a list of them.
fn words(value: Option<&Value>) -> Vec<String> {
    match value {
        Some(Value::String(one)) => vec![plain::name_or_mark(one)],
        Some(Value::Sequence(all)) => all
            .iter()
            .filter_map(Value::as_str)
            .map(plain::name_or_mark)
            .collect(),
        _ => Vec::new(),
    }
}
