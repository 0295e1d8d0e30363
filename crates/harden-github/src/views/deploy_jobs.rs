//! The jobs that deploy to production.

use harden_core::{Known, Unknown};

use crate::GithubPolicy;
use crate::views::deploying::{Deploys, deployers, deploys};
use crate::views::flow::Placed;
use crate::views::names::{is_other_stage, is_production};
use crate::views::plan::{Node, Plan};

/// A job that deploys to production.
#[derive(Debug, Clone)]
pub(crate) struct Production {
    /// The node of the plan.
    pub(crate) node: usize,
    /// The last of its steps that is known to deploy, by its number among all steps; none where it
    /// can't be told.
    pub(crate) step: Option<usize>,
    /// Where the first stands of what may deploy.
    pub(crate) first: Option<Mark>,
    /// Where the first stands that deploys for certain; else the last that may.
    pub(crate) sure: Option<Mark>,
    /// Whether the script of `step` swallows the failure of what deploys.
    pub(crate) swallows: bool,
    /// How it was known, for evidence.
    pub(crate) by: String,
}

/// A command, or an action, of a job: by the number of its step among all steps, and its own among
/// the commands of the step.
pub(crate) type Mark = (usize, usize);

/// The jobs of a plan that deploy to production. Unknown where a job may, and none certainly does.
///
/// # Errors
/// When it can't be told whether any does.
pub(crate) fn productions(
    plan: &Plan<'_>,
    policy: &GithubPolicy,
) -> Result<Vec<Production>, Unknown> {
    let wanted = &policy.workflows.production_environment;
    let mut found = Vec::new();
    let mut maybe = None;
    for (index, node) in plan.nodes.iter().enumerate() {
        if node.conditions().any(|condition| condition.never) {
            continue;
        }
        let names = node.environments.ok().map_or(&[][..], Vec::as_slice);
        let production = names.iter().any(|name| name.eq_ignore_ascii_case(wanted));
        let parts = parts(node, production);
        if !production && let Some(name) = names.iter().find(|name| !is_other_stage(name)) {
            // it may be another name of production
            if is_production(name) || !parts.is_empty() {
                let message = format!(
                    "the job {} is of the environment {name}, and whether that is production's \
                     can't be told: if it is, name it in `production_environment` of \
                     [github.workflows]; if not, `deploy` there names the file that deploys",
                    node.name()
                );
                maybe.get_or_insert_with(|| Unknown::undetermined(message));
            }
            continue;
        }
        if !production && !names.is_empty() {
            continue;
        }
        if production || !parts.is_empty() {
            found.push(Production::of(index, &parts, wanted));
        } else if let Known::No(unknown) = &node.environments {
            maybe.get_or_insert_with(|| (**unknown).clone());
        } else if let Some(unknown) = opaque(node, wanted) {
            maybe.get_or_insert(unknown);
        } else if let Some(unknown) = unfollowed(node) {
            maybe.get_or_insert(unknown);
        }
    }
    match maybe {
        Some(unknown) if found.is_empty() => Err(unknown),
        _ => Ok(found),
    }
}

impl Production {
    /// A job by what of it deploys.
    fn of(node: usize, parts: &[(Mark, Deploys)], wanted: &str) -> Self {
        let step = parts.last().map(|((step, _), _)| *step);
        let mut last = parts
            .iter()
            .filter(|((number, _), _)| Some(*number) == step);
        let by = last.clone().next().map(|(_, part)| part.by.clone());
        let marks = || parts.iter().map(|(mark, _)| *mark);
        let sure = parts.iter().find(|(_, part)| part.certain);
        Self {
            node,
            step,
            first: marks().next(),
            sure: sure.map(|(mark, _)| *mark).or(marks().next_back()),
            swallows: last.any(|(_, part)| part.tolerated),
            by: by.unwrap_or_else(|| format!("environment {wanted}")),
        }
    }
}

/// Why it can't be told whether a job deploys: a script that can't be followed mentions a program
/// that deploys.
fn unfollowed(node: &Node<'_>) -> Option<Unknown> {
    let steps = node.steps().into_iter();
    let steps = steps.filter_map(|step| step.ok().cloned());
    let mut run = steps.filter(|placed| !never(placed));
    let unknown = run.find_map(|placed| placed.unfollowed(&deployers()))?;
    Some(Unknown {
        message: format!(
            "{}: whether the job {} deploys to production can't be told",
            unknown.message,
            node.name()
        )
        .into(),
        ..unknown
    })
}

/// What of a job deploys, in order.
fn parts(node: &Node<'_>, production: bool) -> Vec<(Mark, Deploys)> {
    let mut all = Vec::new();
    for (number, step) in node.steps().iter().enumerate() {
        if let Some(placed) = step.ok().filter(|placed| !never(placed)) {
            let parts = deploys(placed.step, production).into_iter();
            all.extend(parts.map(|part| ((number, part.command), part)));
        }
    }
    all
}

/// Why it can't be told whether a job deploys that calls a workflow which can't be read: it is given
/// production, or what names it says that it deploys.
fn opaque(node: &Node<'_>, wanted: &str) -> Option<Unknown> {
    let unknown = node.opaque.as_ref()?;
    let call = node.job.call.as_ref()?;
    let named = [Some(&node.job.id), node.job.name.as_ref(), Some(&call.uses)];
    let mut named = named.into_iter().flatten();
    let stages = || call.inputs.values();
    let production =
        stages().any(|stage| stage.eq_ignore_ascii_case(wanted) || is_production(stage));
    let other = stages().any(|stage| is_other_stage(stage))
        || named.clone().any(|name| is_other_stage(name));
    let says = named.any(|name| {
        let name = name.to_ascii_lowercase();
        name.contains("deploy") || name.contains("release")
    });
    (production || (says && !other)).then(|| Unknown {
        message: format!(
            "{}: whether the job {} deploys to production can't be told",
            unknown.message,
            node.name()
        )
        .into(),
        ..unknown.clone()
    })
}

/// Whether a step can never run.
pub(crate) fn never(placed: &Placed<'_>) -> bool {
    placed.conditions().any(|condition| condition.never)
}
