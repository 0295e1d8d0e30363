//! Steps of jobs and of composite actions.

use harden_core::Unknown;
use yaml_serde::Value;

use super::inputs::{action_of, code_inputs, judged, release_version};
use super::jobs::{Running, until};
use super::outputs::of_javascript;
use super::positions::{Path, Positions};
use super::references::{condition, injected, references};
use super::scope::{Held, Scope};
use super::value::{child, entries, inputs, scalar, text};
use crate::expressions::{parse, perhaps};
use crate::facts::{Unfollowed, Why};
use crate::{LocalAction, Step, names, script};

/// The steps of a job, those that run in parallel one after the other.
///
/// # Errors
/// When GitHub would refuse one of them.
pub(super) fn of_job(
    steps: Option<&Value>,
    path: &Path<'_>,
    positions: &Positions<'_>,
    scope: &mut Scope,
) -> Result<Vec<Step>, Unknown> {
    let Some(steps) = steps.and_then(Value::as_sequence) else {
        return Err(refused("steps", path, positions));
    };
    let mut all: Vec<Step> = Vec::new();
    let mut running = Running::default();
    for (i, value) in steps.iter().enumerate() {
        let at = child(path, i);
        if let Some(parallel) = value.get("parallel").and_then(Value::as_sequence) {
            let at = child(&at, "parallel");
            let first = all.len();
            for (j, value) in parallel.iter().enumerate() {
                all.push(step(value, &child(&at, j), positions, scope)?);
            }
            // they are waited for together, after the last of them
            let last = all.len().saturating_sub(1);
            for step in all.iter_mut().skip(first) {
                step.background = Some(until(last));
            }
        } else {
            all.push(step(value, &at, positions, scope)?);
            running.take(value, &mut all);
        }
    }
    Ok(all)
}

/// The contexts that outputs hold, by their name in lower case: of an action, or of a called workflow.
pub(super) fn outputs(declared: Option<&Value>, scope: &Scope) -> Held {
    let named = entries(declared).filter_map(|(name, output)| {
        let name = names::name(name)?.to_ascii_lowercase();
        let mut held = scope.carried(output.get("value")?.as_str()?);
        held.sort();
        held.dedup();
        (!held.is_empty()).then_some((name, held))
    });
    named.collect()
}

/// The steps of a composite action, and the contexts that its outputs hold.
///
/// # Errors
/// When GitHub would refuse one of them.
pub(crate) fn of_composite(
    document: &Value,
    positions: &Positions<'_>,
    repository: &str,
) -> Result<(Vec<Step>, Held), Unknown> {
    let path: Path<'_> = vec!["runs".into(), "steps".into()];
    let declared = entries(document.get("inputs"));
    let defaults = declared.filter_map(|(name, input)| {
        let held = Scope::default().carried(input.get("default")?.as_str()?);
        let name = name.to_ascii_lowercase();
        (!held.is_empty()).then(|| (format!("inputs.{name}"), held))
    });
    let mut scope = Scope {
        defaults: defaults.collect(),
        of_action: true,
        repository: repository.to_owned(),
        ..Scope::default()
    };
    let steps = document.get("runs").and_then(|runs| runs.get("steps"));
    let steps = of_job(steps, &path, positions, &mut scope)?;
    positions.hold()?;
    Ok((steps, outputs(document.get("outputs"), &scope)))
}

/// What `continue-on-error` says, where it does not depend on the run.
pub(super) fn tolerates(value: Option<&Value>) -> Option<bool> {
    match value {
        None | Some(Value::Null) => Some(false),
        Some(Value::Bool(said)) => Some(*said),
        Some(Value::String(said)) => {
            let bare = said.trim();
            let bare = bare.strip_prefix("${{").and_then(|t| t.strip_suffix("}}"));
            let parsed = parse(bare.unwrap_or(said).trim()).ok()?;
            parsed.consteval().map(|value| value.as_boolean())
        }
        Some(_) => None,
    }
}

/// Reads one step. `scope` is what the steps before it left, and learns what this one sets.
fn step(
    value: &Value,
    path: &Path<'_>,
    positions: &Positions<'_>,
    scope: &mut Scope,
) -> Result<Step, Unknown> {
    positions.hold()?;
    let own = scope.with(value.get("env")).run_by(Some(value));
    let id = text(value.get("id"));
    let id = id.as_deref();
    let mut step = Step {
        at: positions.of(path),
        id: id.and_then(names::name).map(str::to_owned),
        condition: condition(
            value.get("if"),
            &child(path, "if"),
            positions,
            &scope.repository,
        )?,
        continue_on_error: tolerates(value.get("continue-on-error")).unwrap_or(true),
        references: references(value, path, positions)?,
        ..Step::default()
    };
    match (value.get("uses"), value.get("run")) {
        (Some(uses), None) => {
            let at = child(path, "uses");
            let uses = uses
                .as_str()
                .ok_or_else(|| refused("uses", &at, positions))?;
            step.at = positions.of(&at);
            of_uses(uses, value, id, path, positions, &own, &mut step);
            leaves(&step, id, value, scope);
        }
        (None, Some(run)) => {
            let at = child(path, "run");
            let run = scalar(run).ok_or_else(|| refused("run", &at, positions))?;
            step.at = positions.of(&at);
            step.injected = injected(&run, &own, &at, positions);
            let read = script::read(&run, id, &own, positions, &at);
            step.commands = read.commands;
            step.others = read.others;
            step.sends = read.sends;
            step.unfollowed = read.unfollowed;
            scope.versions.extend(read.sets);
            scope.take_written(&read.simple, id, &own);
        }
        (Some(_), Some(_)) => return Err(refused("step", path, positions)),
        // it waits for, or ends, steps in the background
        (None, None)
            if ["wait", "wait-all", "cancel"]
                .iter()
                .any(|k| value.get(*k).is_some()) => {}
        (None, None) => return Err(refused("step", path, positions)),
    }
    Ok(step)
}

fn of_uses(
    uses: &str,
    value: &Value,
    id: Option<&str>,
    path: &Path<'_>,
    positions: &Positions<'_>,
    own: &Scope,
    step: &mut Step,
) {
    let kept = names::uses(uses);
    let action = action_of(&kept);
    let with = value.get("with");
    let mut inputs = inputs(with);
    if let Some(Value::String(computed)) = with {
        // all inputs at once by an expression: any of them may be set
        for key in super::inputs::keys(&action) {
            inputs.insert((*key).to_owned(), computed.clone());
        }
    }
    step.with = judged(&action, &inputs);
    step.passed = own.passed(&inputs, LocalAction::folder_of(&kept).is_some());
    step.uses = Some(kept);
    if action == "actions/checkout" {
        step.release = positions.comment(step.at).and_then(release);
    }
    if action == "getsentry/action-release" {
        step.version = Some(release_version(&inputs, own));
    }
    for key in code_inputs(&action) {
        let Some(text) = inputs.get(*key) else {
            continue;
        };
        let at = child(&child(path, "with"), *key);
        step.injected.extend(injected(text, own, &at, positions));
        if *key == "command" {
            let read = script::read(text, id, own, positions, &at);
            step.commands = read.commands;
            step.unfollowed = read.unfollowed;
        }
        if action == "actions/github-script" && script::runs_programs(text) {
            step.unfollowed.push(Unfollowed {
                at: step.at,
                why: Why::Code,
                mentions: script::mentions(text),
            });
        }
    }
}

/// What a step with an action leaves for later steps: which action it is, and what its outputs may
/// hold because it is given it.
fn leaves(step: &Step, id: Option<&str>, value: &Value, scope: &mut Scope) {
    let action = step.uses.as_deref().map(action_of);
    scope.downloaded |= match action.as_deref() {
        Some("actions/download-artifact") => step.with.contains_key("run-id"),
        Some("dawidd6/action-download-artifact") => true,
        _ => false,
    };
    let (Some(id), Some(uses)) = (id, &step.uses) else {
        return;
    };
    let action = action_of(uses);
    if action == "actions/github-script" {
        let script = inputs(value.get("with")).remove("script");
        scope.may_hold(Some(id), of_javascript(&script.unwrap_or_default()));
    }
    // what a program makes of its inputs can't be told; an action of the repository is read by itself
    if LocalAction::folder_of(uses).is_none() && !gives_back_nothing(&action) {
        let held = step.passed.values().flatten();
        let held = held.filter(|context| *context != "…");
        scope.may_hold(Some(id), held.map(|context| perhaps(context)).collect());
    }
    scope.actions.insert(id.to_ascii_lowercase(), action);
}

/// Actions whose outputs are not made of the texts that they are given.
fn gives_back_nothing(action: &str) -> bool {
    let (owner, _) = action.split_once('/').unwrap_or_default();
    let known = [
        "peter-evans/create-or-update-comment",
        "peter-evans/create-pull-request",
        "marocchino/sticky-pull-request-comment",
        "slackapi/slack-github-action",
    ];
    let transforms = action == "actions/github-script";
    (matches!(owner, "actions" | "docker" | "aws-actions") && !transforms)
        || known.contains(&action)
}

/// The release that a comment names: `v4.2.2`, `pin@v4`.
fn release(comment: &str) -> Option<String> {
    let words = comment.split(|c: char| c.is_whitespace() || "@=:/,;()".contains(c));
    let mut numbers = words.map(|word| word.strip_prefix('v').unwrap_or(word));
    let number = numbers.find(|word| {
        let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        word.len() <= 12 && word.split('.').all(digits)
    });
    number.map(str::to_owned)
}

/// What GitHub would refuse.
fn refused(what: &str, path: &Path<'_>, positions: &Positions<'_>) -> Unknown {
    let at = positions.of(path);
    Unknown::undetermined(format!(
        "the {what} at line {}, column {} can't be read: GitHub would refuse the file, or it is \
         newer than this program",
        at.line, at.column
    ))
}
