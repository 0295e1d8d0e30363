//! The jobs that deploy to production.

use harden_core::{Known, Unknown};

use super::commands::{DeployingPart, deployers, deploying_parts};
use super::names::{is_other_stage, is_production};
use crate::policy::GithubPolicy;
use crate::views::workflow::{Node, Plan};

/// A job that deploys to production.
#[derive(Debug, Clone)]
pub(crate) struct ProductionJob {
    /// The index of the node in the plan.
    pub(crate) node: usize,
    /// The last of its steps that is known to deploy, by its index among all steps; `None` if no step
    /// is known to.
    pub(crate) step: Option<usize>,
    /// The first command or action that may deploy.
    pub(crate) first: Option<Position>,
    /// The first that deploys for certain; if there is none, the last that may deploy.
    pub(crate) sure: Option<Position>,
    /// Whether the script of `step` ignores a failure of the command that deploys.
    pub(crate) ignores_failure: bool,
    /// What shows that it deploys, for the evidence.
    pub(crate) by: String,
}

/// The position of a command or an action in a job: the index of its step among all steps, and its
/// index among the commands of the step.
pub(crate) type Position = (usize, usize);

/// The jobs of a plan that deploy to production.
///
/// # Errors
/// If no job certainly deploys, and one may.
pub(crate) fn production_jobs(
    plan: &Plan<'_>,
    policy: &GithubPolicy,
) -> Result<Vec<ProductionJob>, Unknown> {
    let production_name = &policy.workflows.production_environment;
    let mut found = Vec::new();
    let mut maybe = None;
    for (index, node) in plan.nodes.iter().enumerate() {
        if node.conditions().any(|condition| condition.never) {
            continue;
        }
        let names = node.environments.ok().map_or(&[][..], Vec::as_slice);
        let production = names
            .iter()
            .any(|name| name.eq_ignore_ascii_case(production_name));
        let parts = parts(node, production);
        // the environment is decisive: a job of another stage does not deploy to production, and a job
        // without an environment does if a step is known to deploy
        if !production && let Some(name) = names.iter().find(|name| !is_other_stage(name)) {
            // the environment may be production by another name
            if is_production(name) || !parts.is_empty() {
                let message = format!(
                    "the job {} uses the environment {name}, and it is not known whether that is \
                     production: if it is, name it in `production_environment` of \
                     [github.workflows]; if not, name the file that deploys in `deploy`",
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
            found.push(ProductionJob::of(index, &parts, production_name));
        } else if let Known::No(unknown) = &node.environments {
            maybe.get_or_insert_with(|| (**unknown).clone());
        } else if let Some(unknown) = opaque(node, production_name) {
            maybe.get_or_insert(unknown);
        } else if let Some(unknown) = unfollowed(node) {
            maybe.get_or_insert(unknown);
        }
    }
    // a doubt about one job does not hide another job that certainly deploys
    match maybe {
        Some(unknown) if found.is_empty() => Err(unknown),
        _ => Ok(found),
    }
}

impl ProductionJob {
    /// A job, with its parts that deploy.
    fn of(node: usize, parts: &[(Position, DeployingPart)], production_name: &str) -> Self {
        let step = parts.last().map(|((step, _), _)| *step);
        let mut last = parts
            .iter()
            .filter(|((number, _), _)| Some(*number) == step);
        let by = last.clone().next().map(|(_, part)| part.by.clone());
        let marks = || parts.iter().map(|(mark, _)| *mark);
        // tests must come before the first part that certainly deploys; a part that may deploy only
        // raises a doubt
        let sure = parts.iter().find(|(_, part)| part.certain);
        Self {
            node,
            step,
            first: marks().next(),
            sure: sure.map(|(mark, _)| *mark).or(marks().next_back()),
            ignores_failure: last.any(|(_, part)| part.tolerated),
            by: by.unwrap_or_else(|| format!("environment {production_name}")),
        }
    }
}

/// Why it is not known whether a job deploys: a script that could not be followed mentions a program
/// that deploys.
fn unfollowed(node: &Node<'_>) -> Option<Unknown> {
    let steps = node.steps().into_iter();
    let steps = steps.filter_map(|step| step.ok().cloned());
    let mut run = steps.filter(|placed| !placed.never_runs());
    let unknown = run.find_map(|placed| placed.unfollowed(&deployers()))?;
    Some(Unknown {
        message: format!(
            "{}: it is not known whether the job {} deploys to production",
            unknown.message,
            node.name()
        )
        .into(),
        ..unknown
    })
}

/// The parts of a job that deploy, in order.
fn parts(node: &Node<'_>, production: bool) -> Vec<(Position, DeployingPart)> {
    let mut all = Vec::new();
    for (number, step) in node.steps().iter().enumerate() {
        if let Some(placed) = step.ok().filter(|placed| !placed.never_runs()) {
            let parts = deploying_parts(placed.step, production).into_iter();
            all.extend(parts.map(|part| ((number, part.command), part)));
        }
    }
    all
}

/// Why it is not known whether a job deploys that calls a workflow which could not be read: an input
/// names production, or the name of the job or the workflow contains "deploy" or "release".
fn opaque(node: &Node<'_>, production_name: &str) -> Option<Unknown> {
    let unknown = node.opaque.as_ref()?;
    let call = node.job.call.as_ref()?;
    let named = [Some(&node.job.id), node.job.name.as_ref(), Some(&call.uses)];
    let mut named = named.into_iter().flatten();
    let stages = || call.inputs.values();
    let production =
        stages().any(|stage| stage.eq_ignore_ascii_case(production_name) || is_production(stage));
    let other = stages().any(|stage| is_other_stage(stage))
        || named.clone().any(|name| is_other_stage(name));
    let suggests_deploy = named.any(|name| {
        let name = name.to_ascii_lowercase();
        name.contains("deploy") || name.contains("release")
    });
    (production || (suggests_deploy && !other)).then(|| Unknown {
        message: format!(
            "{}: it is not known whether the job {} deploys to production",
            unknown.message,
            node.name()
        )
        .into(),
        ..unknown.clone()
    })
}
