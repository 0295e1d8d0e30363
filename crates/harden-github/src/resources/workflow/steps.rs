//! Steps of jobs and of composite actions.

use std::collections::BTreeMap;

use github_actions_models::common::expr::LoE;
use github_actions_models::common::{Env, If};
use github_actions_models::workflow::job;
use github_actions_models::{action, common};
use harden_core::Unknown;
use yaml_serde::Value;

use super::commands::{self, Versions};
use super::facts::Injected;
use super::positions::{Path, Positions};
use super::{At, Condition, Reference, Step, Version, expressions, plain};

/// What the environment of a step is, as far as it is judged.
#[derive(Debug, Clone, Default)]
pub(super) struct Scope {
    /// What variables stand for.
    pub(super) versions: Versions,
    /// The contexts of an outsider that variables hold, by their name in lower case.
    pub(super) untrusted: BTreeMap<String, Vec<String>>,
}

impl Scope {
    /// The same with an `env` on top.
    pub(super) fn with(&self, env: Option<&Value>) -> Self {
        let mut scope = self.clone();
        for (name, value) in env.and_then(Value::as_mapping).into_iter().flatten() {
            let (Some(name), Some(value)) = (name.as_str(), value.as_str()) else {
                continue;
            };
            let version = commands::version_of(value, &self.versions);
            scope
                .versions
                .insert(name.to_owned(), version.unwrap_or(Version::Other));
            let inner = expressions::split(value).unwrap_or_default();
            let held = inner.into_iter().flat_map(expressions::untrusted).collect();
            scope.untrusted.insert(name.to_ascii_lowercase(), held);
        }
        scope
    }
}

/// A step as both models have it.
pub(super) struct Raw<'a> {
    pub(super) id: Option<&'a str>,
    pub(super) condition: Option<&'a If>,
    pub(super) continue_on_error: bool,
    pub(super) body: Body<'a>,
}

pub(super) enum Body<'a> {
    Uses(&'a common::Uses, &'a LoE<Env>),
    Run(&'a str),
    /// It waits for, or ends, steps in the background.
    Other,
}

/// The steps of a job, those that run in parallel one after the other, each with its place.
pub(super) fn of_job<'a>(steps: &'a [job::Step], path: &Path<'a>) -> Vec<(Raw<'a>, Path<'a>)> {
    let mut all = Vec::new();
    for (i, step) in steps.iter().enumerate() {
        let at = child(path, i);
        match step {
            job::Step::Uses(step) => all.push((of_uses(step), at)),
            job::Step::Run(step) => all.push((of_run(step), at)),
            job::Step::Parallel { parallel } => {
                let at = child(&at, "parallel");
                for (j, step) in parallel.iter().enumerate() {
                    let raw = match step {
                        job::ParallelStep::Uses(step) => of_uses(step),
                        job::ParallelStep::Run(step) => of_run(step),
                    };
                    all.push((raw, child(&at, j)));
                }
            }
            _ => {
                let raw = Raw {
                    id: None,
                    condition: None,
                    continue_on_error: false,
                    body: Body::Other,
                };
                all.push((raw, at));
            }
        }
    }
    all
}

fn of_uses(step: &job::UsesStep) -> Raw<'_> {
    of_shared(&step.shared, Body::Uses(&step.uses, &step.with))
}

fn of_run(step: &job::RunStep) -> Raw<'_> {
    of_shared(&step.shared, Body::Run(&step.run))
}

fn of_shared<'a>(shared: &'a job::SharedStepFields, body: Body<'a>) -> Raw<'a> {
    Raw {
        id: shared.id.as_deref(),
        condition: shared.r#if.as_ref(),
        continue_on_error: !matches!(shared.continue_on_error, LoE::Literal(false)),
        body,
    }
}

/// A step of a composite action.
pub(super) fn of_action(step: &action::Step) -> Raw<'_> {
    Raw {
        id: step.id.as_deref(),
        condition: step.r#if.as_ref(),
        continue_on_error: !matches!(step.continue_on_error, LoE::Literal(false)),
        body: match &step.body {
            action::StepBody::Uses { uses, with } => Body::Uses(uses, with),
            action::StepBody::Run { run, .. } => Body::Run(run),
        },
    }
}

/// The path of a child.
pub(super) fn child<'a>(path: &Path<'a>, key: impl Into<yamlpath::Component<'a>>) -> Path<'a> {
    let mut longer = path.clone();
    longer.push(key.into());
    longer
}

/// The value at the end of a path.
fn at_path<'v>(value: &'v Value, path: &Path<'_>) -> Option<&'v Value> {
    path.iter().try_fold(value, |value, part| match part {
        yamlpath::Component::Key(key) => value.get(&**key),
        yamlpath::Component::Index(index) => value.get(*index),
    })
}

/// Reads one step. `scope` is what the steps before it left, and learns what this one sets.
pub(super) fn step(
    raw: &Raw<'_>,
    document: &Value,
    path: &Path<'_>,
    positions: &Positions<'_>,
    scope: &mut Scope,
) -> Result<Step, Unknown> {
    let value = at_path(document, path).unwrap_or(&Value::Null);
    let own = scope.with(value.get("env"));
    let mut step = Step {
        at: positions.of(path),
        id: raw.id.and_then(plain::name).map(str::to_owned),
        condition: condition(raw.condition, &child(path, "if"), positions)?,
        continue_on_error: raw.continue_on_error,
        references: references(value, path, positions)?,
        ..Step::default()
    };
    match &raw.body {
        Body::Uses(uses, with) => {
            step.at = positions.of(&child(path, "uses"));
            step.uses = Some(plain::uses(uses.raw()));
            let inputs = inputs(with);
            let action = action_of(uses);
            step.with = judged(&action, &inputs);
            if action == "getsentry/action-release" {
                step.version = Some(release_version(&inputs, &own));
            }
            if let Some(key) = script_input(&action)
                && let Some(text) = inputs.get(key)
            {
                let at = child(&child(path, "with"), key);
                step.injected = injected(text, &own, &at, positions);
                if key == "command" {
                    let read = commands::read(text, raw.id, &own.versions, positions, &at);
                    step.commands = read.commands;
                }
            }
        }
        Body::Run(text) => {
            let at = child(path, "run");
            step.at = positions.of(&at);
            step.injected = injected(text, &own, &at, positions);
            let read = commands::read(text, raw.id, &own.versions, positions, &at);
            step.commands = read.commands;
            scope.versions.extend(read.sets);
        }
        Body::Other => {}
    }
    Ok(step)
}

/// `owner/repo/path` of an action in lower case, without its ref.
fn action_of(uses: &common::Uses) -> String {
    let raw = uses.raw();
    raw.split('@').next().unwrap_or(raw).to_ascii_lowercase()
}

fn inputs(with: &LoE<Env>) -> BTreeMap<String, String> {
    match with {
        LoE::Literal(env) => env
            .iter()
            .map(|(key, value)| (key.to_ascii_lowercase(), value.to_string()))
            .collect(),
        LoE::Expr(_) => BTreeMap::new(),
    }
}

/// The inputs of known actions that are judged.
const JUDGED: &[(&str, &[&str])] = &[
    (
        "actions/checkout",
        &["fetch-depth", "ref", "repository", "persist-credentials"],
    ),
    ("amondnet/vercel-action", &["vercel-args"]),
    (
        "aws-actions/configure-aws-credentials",
        &[
            "role-to-assume",
            "aws-access-key-id",
            "aws-secret-access-key",
            "role-chaining",
        ],
    ),
    ("cloudflare/wrangler-action", &["command"]),
    (
        "getsentry/action-release",
        &[
            "environment",
            "set_commits",
            "release_prefix",
            "version_prefix",
            "finalize",
            "ignore_missing",
        ],
    ),
];

fn judged(action: &str, inputs: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    let Some((_, keys)) = JUDGED.iter().find(|(known, _)| *known == action) else {
        return BTreeMap::new();
    };
    let kept = keys.iter().filter_map(|key| {
        let text = inputs.get(*key)?;
        Some(((*key).to_owned(), plain_input(text)))
    });
    kept.collect()
}

/// A plain value, or the contexts of an expression, or the mark.
fn plain_input(text: &str) -> String {
    if !text.contains("${{") {
        let text = text.trim();
        // of several words only options are kept: `--prod`
        if text.contains(' ') {
            let options: Vec<&str> = text.split(' ').filter(|w| *w == "--prod").collect();
            return if options.is_empty() {
                plain::LEFT_OUT.to_owned()
            } else {
                options.join(" ")
            };
        }
        return if text.is_empty() {
            String::new()
        } else {
            plain::name_or_mark(text)
        };
    }
    let inner = expressions::split(text).unwrap_or_default();
    let read: Vec<String> = inner.into_iter().flat_map(expressions::values).collect();
    format!("${{{{ {} }}}}", read.join(" "))
}

/// The input of an action that is a script.
fn script_input(action: &str) -> Option<&'static str> {
    match action {
        "actions/github-script" => Some("script"),
        "nick-fields/retry" | "nick-invision/retry" | "wandalen/wretry.action" => Some("command"),
        "azure/cli" => Some("inlinescript"),
        _ => None,
    }
}

/// The version of a release that the action makes. Without one it takes the commit.
fn release_version(inputs: &BTreeMap<String, String>, scope: &Scope) -> Version {
    let prefixed = ["release_prefix", "version_prefix"]
        .iter()
        .any(|key| inputs.get(*key).is_some_and(|text| !text.trim().is_empty()));
    if prefixed {
        return Version::Other;
    }
    // `release` is the newer name
    match inputs.get("release").or_else(|| inputs.get("version")) {
        Some(text) if !text.trim().is_empty() => {
            commands::version_of(text, &scope.versions).unwrap_or(Version::Other)
        }
        _ => Version::Sha,
    }
}

/// The expressions of a script that an outsider controls, by themselves or through `env`.
fn injected(
    text: &str,
    scope: &Scope,
    path: &Path<'_>,
    positions: &Positions<'_>,
) -> Vec<Injected> {
    let mut found = Vec::new();
    let inner = expressions::split(text).unwrap_or_default();
    for (nth, expression) in inner.into_iter().enumerate() {
        let held = expressions::values(expression)
            .into_iter()
            .flat_map(|context| {
                let name = context.strip_prefix("env.").unwrap_or_default();
                scope.untrusted.get(name).cloned().unwrap_or_default()
            });
        for context in expressions::untrusted(expression).into_iter().chain(held) {
            let at = positions.expression(path, nth);
            found.push(Injected { context, at });
        }
    }
    found
}

/// An `if`.
pub(super) fn condition(
    said: Option<&If>,
    path: &Path<'_>,
    positions: &Positions<'_>,
) -> Result<Option<Condition>, Unknown> {
    let Some(said) = said else {
        return Ok(None);
    };
    let at = positions.of(path);
    let said = match said {
        If::Bool(holds) => expressions::Said {
            never: !holds,
            ..expressions::Said::default()
        },
        If::Expr(text) => expressions::condition(text).map_err(|_| malformed(at))?,
    };
    Ok(Some(Condition {
        at,
        reads: said.reads,
        demands: said.demands,
        after_failure: said.after_failure,
        never: said.never,
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
            optional,
        }));
        Ok::<(), Unknown>(())
    };
    match value {
        Value::String(text) => {
            // an `if` needs no braces
            let is_if = matches!(path.last(), Some(yamlpath::Component::Key(key)) if key == "if");
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
