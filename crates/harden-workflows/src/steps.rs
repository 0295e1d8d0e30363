//! Steps of jobs and of composite actions.

use std::borrow::Cow;

use github_actions_models::common::expr::LoE;
use github_actions_models::common::{Env, If};
use github_actions_models::workflow::job;
use github_actions_models::{action, common};
use harden_core::Unknown;
use yaml_serde::Value;

use super::expressions::parse;
use super::inputs::{action_of, inputs, judged, release_version, script_input};
use super::positions::{Path, Positions};
use super::reading::{condition, injected, references};
use super::scope::Scope;
use super::{LocalAction, Step, commands, plain};

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
        continue_on_error: tolerates(&shared.continue_on_error).unwrap_or(true),
        body,
    }
}

/// What `continue-on-error` says, where it does not depend on the run.
pub(super) fn tolerates(said: &LoE<bool>) -> Option<bool> {
    match said {
        LoE::Literal(said) => Some(*said),
        LoE::Expr(expression) => {
            let parsed = parse(expression.as_bare()).ok()?;
            parsed.consteval().map(|value| value.as_boolean())
        }
    }
}

/// A step of a composite action.
pub(super) fn of_action(step: &action::Step) -> Raw<'_> {
    Raw {
        id: step.id.as_deref(),
        condition: step.r#if.as_ref(),
        continue_on_error: tolerates(&step.continue_on_error).unwrap_or(true),
        body: match &step.body {
            action::StepBody::Uses { uses, with } => Body::Uses(uses, with),
            action::StepBody::Run { run, .. } => Body::Run(run),
        },
    }
}

/// A `uses` as the file has it: of an image, the model leaves out what says that it is one.
fn raw_of(uses: &common::Uses) -> Cow<'_, str> {
    match uses {
        common::Uses::Docker(image) => format!("docker://{}", image.raw()).into(),
        other => other.raw().into(),
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

fn read_script(
    text: &str,
    id: Option<&str>,
    scope: &Scope,
    positions: &Positions<'_>,
    at: &Path<'_>,
) -> commands::Script {
    commands::read(text, id, scope, positions, at)
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
    let own = scope.with(value.get("env")).run_by(Some(value));
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
            step.uses = Some(plain::uses(&raw_of(uses)));
            let inputs = inputs(with);
            let action = action_of(uses);
            step.with = judged(&action, &inputs);
            let local = LocalAction::folder_of(uses.raw()).is_some();
            step.passed = own.passed(&inputs, local);
            if action == "getsentry/action-release" {
                step.version = Some(release_version(&inputs, &own));
            }
            if let Some(key) = script_input(&action)
                && let Some(text) = inputs.get(key)
            {
                let at = child(&child(path, "with"), key);
                step.injected = injected(text, &own, &at, positions);
                if key == "command" {
                    let read = read_script(text, raw.id, &own, positions, &at);
                    step.commands = read.commands;
                }
            }
        }
        Body::Run(text) => {
            let at = child(path, "run");
            step.at = positions.of(&at);
            step.injected = injected(text, &own, &at, positions);
            let read = read_script(text, raw.id, &own, positions, &at);
            step.commands = read.commands;
            step.others = read.others;
            scope.versions.extend(read.sets);
            scope.take_written(text, raw.id, &own);
        }
        Body::Other => {}
    }
    Ok(step)
}
