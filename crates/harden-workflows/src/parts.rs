//! Parts of a job: its environment, its permissions, what it calls a workflow with.

use std::collections::BTreeMap;

use github_actions_models::common::expr::LoE;
use github_actions_models::common::{BasePermission, Env, Permission, Permissions as Said};
use harden_core::{Known, Unknown};
use yaml_serde::Value;

use super::positions::{Path, Positions};
use super::{Permissions, expressions, plain};

/// The plain values of inputs that say where to deploy.
pub(super) fn stages(with: &LoE<Env>) -> BTreeMap<String, String> {
    let LoE::Literal(env) = with else {
        return BTreeMap::new();
    };
    env.iter()
        .filter_map(|(key, value)| {
            let key = key.to_ascii_lowercase();
            let names_one = ["env", "stage", "target"]
                .iter()
                .any(|word| key.contains(word));
            let value = value.to_string();
            let value = plain::name(&value)?.to_owned();
            names_one.then_some((key, value))
        })
        .collect()
}

/// The names of an environment: a plain one, those of a matrix's dimension, or an input's.
pub(super) fn environment_names(name: &str, job: &Value) -> (Known<Vec<String>>, Option<String>) {
    let inner = expressions::split(name).unwrap_or_default();
    let by_expression = || {
        let unknown = Unknown::undetermined("an expression gives the environment's name");
        Known::from(unknown)
    };
    let Some(expression) = inner.first() else {
        return (Known::Yes(vec![plain::title(name)]), None);
    };
    let whole = name.trim().starts_with("${{") && name.trim().ends_with("}}");
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
            .map(|value| value.as_str().map(plain::title));
        named.collect::<Option<Vec<_>>>()
    });
    (dimension.map_or_else(by_expression, Known::Yes), input)
}

/// Permissions, where they are said.
pub(super) fn permissions(
    said: bool,
    permissions: &Said,
    path: &Path<'_>,
    positions: &Positions<'_>,
) -> Option<Permissions> {
    if !said {
        return None;
    }
    let at = positions.of(path);
    let (all, scopes) = match permissions {
        Said::Base(BasePermission::ReadAll) => (Some("read-all"), BTreeMap::new()),
        Said::Base(BasePermission::WriteAll) => (Some("write-all"), BTreeMap::new()),
        // `permissions:` with nothing after it is as if it were not there
        Said::Base(BasePermission::Default) => return None,
        Said::Explicit(scopes) => {
            let scopes = scopes.iter().map(|(scope, permission)| {
                let level = match permission {
                    Permission::Read => "read",
                    Permission::Write => "write",
                    Permission::None => "none",
                };
                (plain::name_or_mark(scope), level.to_owned())
            });
            (None, scopes.collect())
        }
    };
    Some(Permissions {
        at,
        all: all.map(str::to_owned),
        scopes,
    })
}
