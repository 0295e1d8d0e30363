//! The jobs that deploy to production.

use harden_core::{Known, Unknown};

use super::commands::{
    DeployingPart, deployers, deploying_parts, deploying_script, deploys_nothing,
};
use super::names::{is_other_stage, is_production, is_site, names_deploy};
use super::stage::{Stage, file_name, stage};
use crate::policy::GithubPolicy;
use crate::resources::workflow::Command;
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

/// Why it is not known whether a job deploys to production.
#[derive(Debug, Clone)]
pub(crate) struct Doubt {
    pub(crate) unknown: Unknown,
    /// Whether it names what to set in the policy or in the workflow. Such a doubt is reported before one
    /// about a part that could not be read.
    advises: bool,
}

impl Doubt {
    /// A doubt about a part that could not be read.
    pub(crate) fn unread(unknown: Unknown) -> Self {
        Self {
            unknown,
            advises: false,
        }
    }

    fn advice(message: String) -> Self {
        Self {
            unknown: Unknown::undetermined(message),
            advises: true,
        }
    }

    /// Keeps the first doubt, or the first that advises.
    pub(crate) fn keep_better(self, into: &mut Option<Self>) {
        match into {
            Some(before) if before.advises || !self.advises => {}
            _ => *into = Some(self),
        }
    }
}

/// The jobs of a plan that deploy to production.
///
/// # Errors
/// If no job certainly deploys, and one may.
pub(crate) fn production_jobs(
    plan: &Plan<'_>,
    policy: &GithubPolicy,
) -> Result<Vec<ProductionJob>, Unknown> {
    find_production_jobs(plan, policy).map_err(|doubt| doubt.unknown)
}

/// The same, with what kind of doubt there is.
pub(crate) fn find_production_jobs(
    plan: &Plan<'_>,
    policy: &GithubPolicy,
) -> Result<Vec<ProductionJob>, Doubt> {
    let production_name = &policy.workflows.production_environment;
    let named_file = policy.workflows.deploy.is_some();
    let mut found = Vec::new();
    let mut maybe: Option<Doubt> = None;
    for (index, node) in plan.nodes.iter().enumerate() {
        if node.conditions().any(|condition| condition.never) {
            continue;
        }
        let pattern = node
            .job
            .environment
            .as_ref()
            .and_then(|e| e.pattern.as_ref());
        let names = node.environments.ok().map_or(&[][..], Vec::as_slice);
        let names: Vec<&String> = match node.environments {
            // of a name with an expression in it, what is plain
            Known::No(_) => pattern.into_iter().collect(),
            Known::Yes(_) => names.iter().collect(),
        };
        let production = names
            .iter()
            .any(|name| name.eq_ignore_ascii_case(production_name));
        let parts = parts(node, production);
        // a job that has the environment for its secrets, and runs nothing that may deploy
        if production && parts.is_empty() && has_environment_only(node) {
            continue;
        }
        // the environment is decisive: a job of another stage does not deploy to production, and a job
        // without an environment does if a step is known to deploy
        if !production && let Some(name) = names.iter().find(|name| !is_other_stage(name)) {
            // the environment may be production by another name
            if is_production(name) || !parts.is_empty() {
                Doubt::advice(format!(
                    "the job {} uses the environment {name}, and it is not known whether that is \
                     production: if it is, name it in `production_environment` of \
                     [github.workflows]; if not, name the file that deploys in `deploy`",
                    node.name()
                ))
                .keep_better(&mut maybe);
            }
            continue;
        }
        if !production && !names.is_empty() {
            continue;
        }
        let stage = match production {
            true => Stage::Production,
            false => stage(plan, index, node, named_file),
        };
        if stage == Stage::Other {
            continue;
        }
        if stage == Stage::Unclear && !parts.is_empty() {
            Doubt::advice(format!(
                "it is not known whether the job {} deploys to production or to another stage: set \
                 `environment` in the job, or name the file that deploys in `deploy` of \
                 [github.workflows]",
                node.name()
            ))
            .keep_better(&mut maybe);
        } else if production || !parts.is_empty() {
            found.push(ProductionJob::of(index, &parts, production_name));
        } else if let Some(doubt) = doubt(node, stage, production_name) {
            doubt.keep_better(&mut maybe);
        }
    }
    // a doubt about one job does not hide another job that certainly deploys
    match maybe {
        Some(doubt) if found.is_empty() => Err(doubt),
        _ => Ok(found),
    }
}

/// Why a job without a known environment, in which no step is known to deploy, may deploy to production.
fn doubt(node: &Node<'_>, stage: Stage, production_name: &str) -> Option<Doubt> {
    if let Some(script) = script_that_may_deploy(node, stage) {
        return Some(Doubt::advice(format!(
            "it is not known whether {script} in the job {} deploys to production: if it does, set \
             `environment: {production_name}` in the job, or name the file in `deploy` of \
             [github.workflows]",
            node.name()
        )));
    }
    if let Known::No(unknown) = &node.environments {
        return Some(Doubt::unread((**unknown).clone()));
    }
    opaque(node, production_name)
        .or_else(|| unfollowed(node))
        .map(Doubt::unread)
}

/// A script that may deploy to production: by its name, in a job or a file whose name says that it
/// deploys, or with a name of production; and whatever the script is, if its workflow is given the stage
/// production.
fn script_that_may_deploy(node: &Node<'_>, stage: Stage) -> Option<String> {
    let callers = node.callers.iter().map(|(_, job)| *job);
    let mut jobs = callers.chain([node.job]);
    let file = file_name(node.flow);
    let title = node.flow.workflow.name.ok().and_then(Option::as_deref);
    let names = || title.into_iter().chain([file]);
    let named = names().any(names_deploy)
        || jobs.any(|job| names_deploy(&job.id) || job.name.as_deref().is_some_and(names_deploy));
    let site = names().any(is_site);
    for placed in node.steps() {
        let Some(placed) = placed.ok().filter(|placed| !placed.never_runs()) else {
            continue;
        };
        if let Some(script) = deploying_script(placed.step) {
            let name = script.words.first().map_or("", String::as_str);
            let of_production = is_production(name) || stage == Stage::Production;
            let excluded = is_other_stage(name) || is_site(name) || site;
            if !is_other_stage(name) && (of_production || (named && !excluded)) {
                return Some(script.line());
            }
        }
        if given_production(node) && !deploys_nothing(placed.step) {
            let first = placed.step.commands.first().map(Command::line);
            return Some(first.unwrap_or_else(|| "a step".to_owned()));
        }
    }
    None
}

/// Whether a caller gives the workflow of a job the stage production.
fn given_production(node: &Node<'_>) -> bool {
    let calls = node.callers.iter().filter_map(|(_, job)| job.call.as_ref());
    let mut values = calls.flat_map(|call| call.inputs.values());
    values.any(|value| is_production(value))
}

/// Whether a job uses its environment without deploying: it says so, or nothing in it may deploy.
fn has_environment_only(node: &Node<'_>) -> bool {
    if node
        .job
        .environment
        .as_ref()
        .is_some_and(|e| e.no_deployment)
    {
        return true;
    }
    let named = |name: &str| names_deploy(name);
    let names = node.callers.iter().map(|(_, job)| *job).chain([node.job]);
    let mut names = names.flat_map(|job| job.name.as_deref().into_iter().chain([&*job.id]));
    if node.opaque.is_some() || node.job.steps.is_empty() || names.any(named) {
        return false;
    }
    let steps = node.steps();
    steps.iter().all(|step| {
        let placed = step.ok();
        placed.is_some_and(|placed| placed.never_runs() || deploys_nothing(placed.step))
    })
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
