//! Which commit a job deploys, and which one the version of a release names: on each event that
//! starts the job.
//!
//! Source of what `github.sha` is: GitHub's page on the events that trigger workflows.

use harden_core::Known;

use crate::resources::workflow::{Trigger, Version};
use crate::views::deploy_jobs::{Production, never};
use crate::views::deploying::action;
use crate::views::flow::Placed;
use crate::views::plan::{Node, Plan};
use crate::views::sentry::{Act, Wrong};
use crate::views::triggers::starts;

/// A commit, as far as a file tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Commit {
    /// That of the run: `github.sha`.
    Run,
    /// That of the run which `workflow_run` follows.
    RunHead,
    /// The head of the pull request.
    PullHead,
    /// Another one: what a name or an input says.
    Named(String),
    /// None: nothing is checked out, or the expression is empty on this event.
    None,
    /// It can't be told.
    Unclear,
}

/// Whether the version of a step names what a job deploys, whatever starts them.
///
/// # Errors
/// On which event it does not, or, as unclear, can't be told.
pub(crate) fn names_deployed(
    plan: &Plan<'_>,
    triggers: &[&Trigger],
    act: &Act,
    production: &Production,
) -> Result<(), Wrong> {
    let (Some(node), Some(own)) = (plan.nodes.get(production.node), plan.nodes.get(act.node))
    else {
        return Ok(());
    };
    let Some(version) = act.version else {
        return Ok(());
    };
    let before = production.step.unwrap_or(usize::MAX);
    let mut unclear = None;
    for trigger in triggers {
        let deployed = checked_out(node, before, trigger);
        let judged = if own.follows {
            let named = named(version, || {
                checked_out(own, act.step, &Trigger::of("workflow_run"))
            });
            followed(&named("workflow_run"), &deployed)
        } else {
            let named = named(version, || checked_out(own, act.step, trigger));
            same(&named(&trigger.event), &deployed, node, &trigger.event)
        };
        match judged {
            Ok(()) => {}
            Err(Wrong::Unclear(why)) => {
                unclear.get_or_insert(Wrong::Unclear(why));
            }
            Err(failure) => return Err(failure),
        }
    }
    unclear.map_or(Ok(()), Err)
}

/// How a step can name what is deployed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum By {
    /// `github.sha`.
    Run,
    /// The head of the run that is followed.
    RunHead,
    /// The head of the run that is followed, else `github.sha`.
    Either,
    /// What is checked out.
    Head,
}

/// How a step after a deployment can name what it deploys, whatever starts it.
pub(crate) fn by(plan: &Plan<'_>, triggers: &[Trigger], found: &[Production]) -> By {
    let on: Vec<(&Trigger, Commit)> = found
        .iter()
        .filter_map(|production| Some((plan.nodes.get(production.node)?, production)))
        .flat_map(|(node, production)| {
            let before = production.step.unwrap_or(usize::MAX);
            let started = starts(triggers, node).into_iter();
            started.map(move |trigger| (trigger, checked_out(node, before, trigger)))
        })
        .collect();
    let is_run = |(trigger, _): &(&Trigger, Commit)| trigger.event == "workflow_run";
    let is_other = |commit: &Commit| matches!(commit, Commit::Named(_) | Commit::Unclear);
    if on.iter().any(|(_, commit)| is_other(commit)) {
        By::Head
    } else if on.iter().all(|on| !is_run(on)) {
        By::Run
    } else if on.iter().all(is_run) {
        By::RunHead
    } else {
        By::Either
    }
}

/// What a version names, by the event.
fn named(version: Version, checked_out: impl Fn() -> Commit) -> impl Fn(&str) -> Commit {
    let on = |home: bool, commit: Commit, other: Commit| if home { commit } else { other };
    move |event| {
        let (run, pull) = (event == "workflow_run", event.starts_with("pull_request"));
        match version {
            Version::Sha => Commit::Run,
            Version::Head => checked_out(),
            Version::RunHead => on(run, Commit::RunHead, Commit::None),
            Version::RunHeadOrSha => on(run, Commit::RunHead, Commit::Run),
            Version::PullHead => on(pull, Commit::PullHead, Commit::None),
            Version::PullHeadOrSha => on(pull, Commit::PullHead, Commit::Run),
            Version::Pushed => on(event == "push", Commit::Run, Commit::None),
            Version::Deployment => on(event.starts_with("deployment"), Commit::Run, Commit::None),
            Version::ShortSha | Version::Other | Version::Unclear => Commit::Unclear,
        }
    }
}

/// Whether a step of the same run names what is deployed.
fn same(named: &Commit, deployed: &Commit, node: &Node<'_>, event: &str) -> Result<(), Wrong> {
    let failure = |why: String| Err(Wrong::Failure(why));
    let unclear = |why: String| Err(Wrong::Unclear(why));
    match (named, deployed) {
        (Commit::Unclear, _) => unclear(format!("what its version is on {event} can't be told")),
        (Commit::None, _) => unclear(format!("on {event} its version is empty")),
        (_, Commit::Unclear) => {
            unclear("which commit the job that deploys checks out can't be told".to_owned())
        }
        (Commit::Run, _) if event == "pull_request" => {
            let asks = |demand: &String| demand.starts_with("github.event.pull_request.merged ");
            let merged = node.conditions().any(|condition| {
                let read = "github.event.pull_request.merged".to_owned();
                condition.demands.iter().any(asks) || condition.reads.contains(&read)
            });
            if merged {
                return unclear(
                    "which commit github.sha is after a pull request was merged can't be told: \
                     deploy on push"
                        .to_owned(),
                );
            }
            failure("on pull_request github.sha is a merge that is on no branch".to_owned())
        }
        (Commit::Run, Commit::RunHead | Commit::None) if event == "workflow_run" => {
            failure(NOT_OF_RUN.to_owned())
        }
        (Commit::Run | Commit::RunHead, Commit::Run) if event == "workflow_run" => unclear(
            "on workflow_run the job that deploys checks out the head of the default branch; \
             whether it deploys that, or the commit of the run that it follows, can't be told: \
             check out github.event.workflow_run.head_sha, and name it"
                .to_owned(),
        ),
        // a job that checks nothing out deploys what the run is of
        (Commit::Run, Commit::None | Commit::Run)
        | (Commit::RunHead, Commit::None | Commit::RunHead)
        | (Commit::PullHead, Commit::PullHead) => Ok(()),
        (Commit::Named(named), Commit::Named(deployed)) if named == deployed => Ok(()),
        (Commit::Run, Commit::Named(deployed)) => failure(format!(
            "on {event} its version is the commit of the run, and {deployed} is checked out and \
             deployed"
        )),
        _ => unclear(format!(
            "whether on {event} its version is the commit that is deployed can't be told"
        )),
    }
}

/// What a version by `github.sha` is after another run.
const NOT_OF_RUN: &str = "on workflow_run github.sha is the head of the default branch, and not the \
     commit that was deployed: that is github.event.workflow_run.head_sha";

/// Whether a step of a workflow that follows the deployment names what was deployed.
fn followed(named: &Commit, deployed: &Commit) -> Result<(), Wrong> {
    match (named, deployed) {
        (Commit::Run, _) => Err(Wrong::Failure(NOT_OF_RUN.to_owned())),
        (Commit::RunHead, Commit::Run | Commit::None) => Ok(()),
        _ => Err(Wrong::Unclear(
            "whether its version is the commit that the run before it deployed can't be told"
                .to_owned(),
        )),
    }
}

/// What a job has checked out of its own repository before a step.
fn checked_out(node: &Node<'_>, before: usize, trigger: &Trigger) -> Commit {
    let steps = node.steps();
    let placed = steps.iter().take(before).filter_map(Known::ok);
    placed
        .filter(|placed| !never(placed))
        .fold(Commit::None, |so_far, placed| {
            after(placed, so_far, node, trigger)
        })
}

fn after(placed: &Placed<'_>, so_far: Commit, node: &Node<'_>, trigger: &Trigger) -> Commit {
    let step = placed.step;
    let uses = step.uses.as_deref().map(action).unwrap_or_default();
    if uses == "actions/checkout" {
        let other = step.with.get("repository");
        if other.is_some_and(|name| !name.is_empty() && name != "${{ github.repository }}") {
            return so_far;
        }
        let reference = step.with.get("ref").map_or("", String::as_str);
        return of_reference(reference, node, trigger);
    }
    let moves = step.commands.iter().any(|command| {
        let first = command.words.first().map_or("", String::as_str);
        command.tool == "git" && matches!(first, "checkout" | "switch" | "pull" | "merge" | "reset")
    });
    if moves || placed.unfollowed(&["git"]).is_some() {
        Commit::Unclear
    } else {
        so_far
    }
}

/// The commit that a `ref` of a checkout names.
fn of_reference(reference: &str, node: &Node<'_>, trigger: &Trigger) -> Commit {
    let event = &*trigger.event;
    if reference.is_empty() {
        return Commit::Run;
    }
    let expression = reference
        .strip_prefix("${{ ")
        .and_then(|text| text.strip_suffix(" }}"));
    let Some(contexts) = expression else {
        return match (reference.contains('…'), event) {
            (true, _) => Commit::Unclear,
            // the branch that was pushed to
            (false, "push") if trigger.branches == [reference] => Commit::Run,
            // the default branch, or another
            (false, "schedule") => Commit::Unclear,
            (false, _) => Commit::Named(reference.to_owned()),
        };
    };
    let pull = event.starts_with("pull_request");
    // of several that are joined by ||, the first that is not empty
    for context in contexts.split(' ') {
        match context {
            "github.sha" | "github.ref" | "github.ref_name" => return Commit::Run,
            "github.event.after" if event == "push" => return Commit::Run,
            "github.event.deployment.sha" if event.starts_with("deployment") => return Commit::Run,
            "github.event.workflow_run.head_sha" if event == "workflow_run" => {
                return Commit::RunHead;
            }
            "github.event.pull_request.head.sha" | "github.head_ref" if pull => {
                return Commit::PullHead;
            }
            _ if context.starts_with("github.event.workflow_run.") && event != "workflow_run" => {}
            _ if context.starts_with("github.event.pull_request.") && !pull => {}
            "github.head_ref" | "github.event.after" | "github.event.deployment.sha" => {}
            _ if context.starts_with("inputs.") || context.starts_with("github.event.inputs.") => {
                if !node.callers.is_empty() {
                    return Commit::Unclear;
                }
                if event == "workflow_dispatch" {
                    return Commit::Named(context.to_owned());
                }
            }
            _ if context.starts_with("github.event.") => return Commit::Named(context.to_owned()),
            _ => return Commit::Unclear,
        }
    }
    // an empty `ref` is as good as none
    Commit::Run
}
