//! What expressions of a document read: conditions, secrets and variables, what outsiders control.

use harden_core::Unknown;
use yaml_serde::Value;

use super::positions::{Path, Positions};
use super::scope::Scope;
use super::value::child;
use crate::expressions::{self, Said, is_untrusted};
use crate::{At, Condition, Injected, Reference};

/// The expressions of a script that an outsider controls, by themselves or through `env`, and those
/// that come from an input, since a caller may pass what an outsider controls.
pub(super) fn injected(
    text: &str,
    scope: &Scope,
    path: &Path<'_>,
    positions: &Positions<'_>,
) -> Vec<Injected> {
    let mut found = Vec::new();
    let inner = expressions::split(text).unwrap_or_default();
    for (nth, expression) in inner.into_iter().enumerate() {
        let mut held = scope.of(expression);
        held.retain(|context| {
            let bare = context.trim_start_matches('?');
            let outer = bare.starts_with("inputs") || bare.starts_with("env.");
            outer || is_untrusted(bare) || scope.is_read_elsewhere(bare)
        });
        held.sort();
        held.dedup();
        for context in held {
            let at = positions.expression(path, nth);
            found.push(Injected { context, at });
        }
    }
    found
}

/// An `if`.
pub(super) fn condition(
    value: Option<&Value>,
    path: &Path<'_>,
    positions: &Positions<'_>,
    repository: &str,
) -> Result<Option<Condition>, Unknown> {
    let Some(value) = value else {
        return Ok(None);
    };
    let at = positions.of(path);
    let said = match value {
        // an `if` with nothing after it is as if it were not there
        Value::Null => return Ok(None),
        Value::Bool(holds) => Said {
            never: !holds,
            ..Said::default()
        },
        Value::Number(number) => Said {
            never: number.as_f64() == Some(0.0),
            ..Said::default()
        },
        Value::String(text) => {
            expressions::condition(text, repository).map_err(|_| malformed(at))?
        }
        _ => return Err(malformed(at)),
    };
    Ok(Some(Condition {
        at,
        // of a job: see `gates`
        stopped_by: std::collections::BTreeMap::new(),
        reads: said.reads,
        demands: said.demands,
        after_failure: said.after_failure,
        after_skip: said.after_skip,
        never: said.never,
        never_on: said.never_on,
        branches: said.branches,
        asks_success: said.asks_success,
        strangers: said.strangers,
    }))
}

/// The secrets and variables that a part of the document reads, each place once.
pub(super) fn references(
    value: &Value,
    path: &Path<'_>,
    positions: &Positions<'_>,
) -> Result<Vec<Reference>, Unknown> {
    let mut found = Vec::new();
    collect(value, path, positions, &mut found)?;
    found.sort();
    found.dedup();
    Ok(found)
}

fn collect(
    value: &Value,
    path: &Path<'_>,
    positions: &Positions<'_>,
    into: &mut Vec<Reference>,
) -> Result<(), Unknown> {
    // an `if` needs no braces, and takes what is not there for false
    let is_if = matches!(path.last(), Some(yamlpath::Component::Key(key)) if key == "if");
    let mut read = |expression: &str, at: &dyn Fn() -> At| {
        let names = expressions::references(expression).map_err(|_| malformed(at()))?;
        let named = names.into_iter();
        into.extend(named.map(|(context, name, optional)| Reference {
            context,
            name: if name.is_empty() {
                "*".to_owned()
            } else {
                name
            },
            at: at(),
            optional: optional || is_if,
            if_set: Vec::new(),
            tested: false,
        }));
        Ok::<(), Unknown>(())
    };
    match value {
        Value::String(text) => {
            if is_if && !text.contains("${{") && !text.trim().is_empty() {
                return read(text, &|| positions.of(path));
            }
            let inner = expressions::split(text).map_err(|_| malformed(positions.of(path)))?;
            for (nth, expression) in inner.into_iter().enumerate() {
                read(expression, &|| positions.expression(path, nth))?;
            }
        }
        Value::Sequence(all) => {
            for (i, value) in all.iter().enumerate() {
                collect(value, &child(path, i), positions, into)?;
            }
        }
        Value::Mapping(all) => {
            for (key, value) in all {
                let key = key.as_str().unwrap_or_default();
                collect(value, &child(path, key.to_owned()), positions, into)?;
            }
        }
        Value::Tagged(tagged) => collect(&tagged.value, path, positions, into)?,
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
    Ok(())
}

/// An expression that GitHub would refuse as well.
fn malformed(at: At) -> Unknown {
    Unknown::undetermined(format!(
        "the expression at line {}, column {} can't be read: GitHub would refuse the file, or it \
         is newer than this program",
        at.line, at.column
    ))
}
