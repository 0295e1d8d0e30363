//! Parts of a job: its environment, its permissions, what it calls a workflow with.

use std::collections::BTreeMap;

use harden_core::{Known, Unknown};
use yaml_serde::Value;

use super::positions::{Path, Positions};
use super::value::{child, entries, scalar, text};
use crate::{At, Environment, Permissions, expressions, names};

/// The words that the name of an input for the stage of a deployment is made of: `environment`,
/// `deploy_env`, `target-stage`. An input of any other name may be anything.
const STAGE_WORDS: &[&str] = &[
    "app",
    "deploy",
    "deployment",
    "env",
    "environment",
    "name",
    "stage",
    "target",
    "to",
];

/// The values of the inputs that give where to deploy: these are names of environments.
pub(super) fn stages(with: Option<&Value>) -> BTreeMap<String, String> {
    let named = entries(with).filter_map(|(key, value)| {
        let key = key.to_ascii_lowercase();
        let mut words = key.split(['_', '-']).peekable();
        let gives_one = key
            .split(['_', '-'])
            .any(|word| matches!(word, "env" | "environment" | "stage" | "target"));
        let known = words.all(|word| STAGE_WORDS.contains(&word));
        let value = scalar(value)?;
        (gives_one && known && !value.contains("${{"))
            .then(|| names::name(&value).map(|value| (key.clone(), value.to_owned())))
            .flatten()
    });
    named.collect()
}

/// The environment of a job.
pub(super) fn environment(
    job: &Value,
    path: &Path<'_>,
    positions: &Positions<'_>,
) -> Option<Environment> {
    let value = job.get("environment").filter(|value| !value.is_null())?;
    let at = positions.of(&child(path, "environment"));
    let name = match value {
        Value::Mapping(_) => text(value.get("name")),
        value => scalar(value),
    };
    let no_deployment = value.get("deployment").and_then(Value::as_bool) == Some(false);
    let pattern = name.as_deref().and_then(pattern);
    let (names, input) = match name {
        Some(name) if name.is_empty() => return None,
        Some(name) => environment_names(&name, job),
        None => {
            let unknown = Unknown::undetermined(format!(
                "the environment at line {}, column {} has no name that can be read",
                at.line, at.column
            ));
            (Known::from(unknown), None)
        }
    };
    Some(Environment {
        at,
        names,
        input,
        pattern,
        no_deployment,
    })
}

/// A name with an expression in it, without the expression: `preview-…` for
/// `preview-${{ github.ref_name }}`.
fn pattern(name: &str) -> Option<String> {
    let mut whole = String::new();
    let mut rest = name.trim();
    while let Some((before, after)) = rest.split_once("${{") {
        whole.push_str(before);
        whole.push_str(names::LEFT_OUT);
        let end = expressions::end_of(after)?;
        rest = after.get(end + 2..)?;
    }
    whole.push_str(rest);
    let plain = whole.replace(names::LEFT_OUT, "");
    (plain != whole && !plain.trim().is_empty()).then(|| names::title(&whole))
}

/// The names of an environment: a plain one, those of a matrix's dimension, or an input's.
fn environment_names(name: &str, job: &Value) -> (Known<Vec<String>>, Option<String>) {
    let inner = expressions::split(name).unwrap_or_default();
    let by_expression = || {
        let unknown = Unknown::undetermined("the environment's name comes from an expression");
        Known::from(unknown)
    };
    let Some(expression) = inner.first() else {
        return (Known::Yes(vec![names::title(name)]), None);
    };
    let whole = name.trim().starts_with("${{") && name.trim().ends_with("}}");
    if whole && inner.len() == 1 {
        // `${{ condition && 'production' || 'staging' }}`: one of several literals
        if let Some(choices) = expressions::choices(expression) {
            return (Known::Yes(choices), None);
        }
    }
    let values = expressions::values(expression);
    let [context] = values.as_slice() else {
        return (by_expression(), None);
    };
    if !whole || inner.len() > 1 {
        return (by_expression(), None);
    }
    let input = context
        .strip_prefix("inputs.")
        .or_else(|| context.strip_prefix("github.event.inputs."))
        .map(str::to_owned);
    let dimension = context.strip_prefix("matrix.").and_then(|dimension| {
        let matrix = job.get("strategy")?.get("matrix")?.as_mapping()?;
        // with `include` and `exclude` the values are not those of the dimension alone
        if matrix.contains_key("include") || matrix.contains_key("exclude") {
            return None;
        }
        let (_, values) = matrix.iter().find(|(key, _)| {
            key.as_str()
                .is_some_and(|k| k.eq_ignore_ascii_case(dimension))
        })?;
        let named = values
            .as_sequence()?
            .iter()
            .map(|value| value.as_str().map(names::title));
        named.collect::<Option<Vec<_>>>()
    });
    (dimension.map_or_else(by_expression, Known::Yes), input)
}

/// Permissions, where they are set.
///
/// # Errors
/// When they have a form that GitHub refuses.
pub(super) fn permissions(
    value: Option<&Value>,
    path: &Path<'_>,
    positions: &Positions<'_>,
) -> Result<Option<Permissions>, Unknown> {
    let at = positions.of(path);
    let (all, scopes) = match value {
        // `permissions:` with nothing after it is as if it were not there
        None | Some(Value::Null) => return Ok(None),
        Some(Value::String(all)) if matches!(&**all, "read-all" | "write-all") => {
            (Some(all.clone()), BTreeMap::new())
        }
        Some(Value::Mapping(scopes)) => {
            let scopes = scopes.iter().map(|(scope, level)| {
                let level = level.as_str();
                let level = level.filter(|l| matches!(*l, "read" | "write" | "none"));
                Some((names::name_or_mark(scope.as_str()?), level?.to_owned()))
            });
            let scopes: Option<_> = scopes.collect();
            (None, scopes.ok_or_else(|| refused(at))?)
        }
        Some(_) => return Err(refused(at)),
    };
    Ok(Some(Permissions { at, all, scopes }))
}

fn refused(at: At) -> Unknown {
    Unknown::undetermined(format!(
        "the permissions at line {}, column {} can't be read: GitHub would refuse the file, or it \
         is newer than this program",
        at.line, at.column
    ))
}
