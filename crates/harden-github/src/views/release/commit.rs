//! Compares the commit that a job deploys with the version of a release, on each event that starts the
//! job.
//!
//! `github.sha` is another commit on each event: the pushed commit on `push`, the head of the default
//! branch on `workflow_run` and `schedule`, a merge commit on `pull_request`. Source:
//! <https://docs.github.com/en/actions/reference/workflows-and-actions/events-that-trigger-workflows>.

use harden_core::Known;

use super::steps::{Defect, ReleaseStep};
use crate::resources::workflow::{Trigger, Version};
use crate::views::deploy::ProductionJob;
use crate::views::workflow::{Node, Placed, Plan, action, starting_triggers};

/// A commit, as far as a workflow file determines it.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Commit {
    /// The commit of the run: `github.sha`.
    Run,
    /// The commit of the run that `workflow_run` follows.
    RunHead,
    /// The head of the pull request.
    PullHead,
    /// Another commit, by the name or the input that selects it.
    Named(String),
    /// No commit: nothing is checked out, or the expression is empty on this event.
    None,
    /// Not determined by the file.
    Unclear,
}

/// Checks that the version of a step is the commit that a job deploys, on all events that start them.
///
/// # Errors
/// The first event on which it is another commit; else the first on which the files do not show it.
pub(crate) fn names_deployed(
    plan: &Plan<'_>,
    triggers: &[&Trigger],
    act: &ReleaseStep,
    production: &ProductionJob,
) -> Result<(), Defect> {
    let (Some(node), Some(own)) = (plan.nodes.get(production.node), plan.nodes.get(act.node))
    else {
        return Ok(());
    };
    let Some(version) = act.version else {
        return Ok(());
    };
    // if the step that deploys is not known, it may be the last one, after every checkout
    let before = production.step.unwrap_or(usize::MAX);
    let mut unclear = None;
    for trigger in triggers {
        let deployed = checked_out(node, before, trigger);
        // a following workflow has its own event: its contexts are those of `workflow_run`, whatever
        // event started the deployment
        let judged = if own.follows {
            let named = named(version, || {
                checked_out(own, act.step, &Trigger::of("workflow_run"))
            });
            check_following_workflow(&named("workflow_run"), &deployed)
        } else {
            let named = named(version, || checked_out(own, act.step, trigger));
            check_same_run(&named(&trigger.event), &deployed, node, &trigger.event)
        };
        match judged {
            Ok(()) => {}
            Err(Defect::Unclear(why)) => {
                unclear.get_or_insert(Defect::Unclear(why));
            }
            // a version that is certainly wrong on one event outweighs doubts about the others
            Err(failure) => return Err(failure),
        }
    }
    unclear.map_or(Ok(()), Err)
}

/// The expression by which a step names the deployed commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum VersionSource {
    /// `github.sha`.
    RunSha,
    /// `github.event.workflow_run.head_sha`: the commit of the run that `workflow_run` follows.
    RunHead,
    /// `github.event.workflow_run.head_sha`, else `github.sha`.
    RunHeadOrSha,
    /// `git rev-parse HEAD`: the commit that is checked out.
    CheckedOut,
}

/// The expression that names the deployed commit on all events that start the deployment.
pub(crate) fn version_source(
    plan: &Plan<'_>,
    triggers: &[Trigger],
    found: &[ProductionJob],
) -> VersionSource {
    let on: Vec<(&Trigger, Commit)> = found
        .iter()
        .filter_map(|production| Some((plan.nodes.get(production.node)?, production)))
        .flat_map(|(node, production)| {
            let before = production.step.unwrap_or(usize::MAX);
            let started = starting_triggers(triggers, node).into_iter();
            started.map(move |trigger| (trigger, checked_out(node, before, trigger)))
        })
        .collect();
    let is_run = |(trigger, _): &(&Trigger, Commit)| trigger.event == "workflow_run";
    let is_other = |commit: &Commit| matches!(commit, Commit::Named(_) | Commit::Unclear);
    // `git rev-parse HEAD` is right for every checkout, but needs one more step: it is the last resort
    if on.iter().any(|(_, commit)| is_other(commit)) {
        VersionSource::CheckedOut
    } else if on.iter().all(|on| !is_run(on)) {
        VersionSource::RunSha
    } else if on.iter().all(is_run) {
        VersionSource::RunHead
    } else {
        VersionSource::RunHeadOrSha
    }
}

/// The commit that a version names, for each event.
fn named(version: Version, checked_out: impl Fn() -> Commit) -> impl Fn(&str) -> Commit {
    // a context of another event is empty
    let on = |has_context: bool, commit: Commit, other: Commit| {
        if has_context { commit } else { other }
    };
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
            // a short SHA, another text, or one that cannot be followed: a wrong version is a finding of
            // its own, before the commits are compared
            _ => Commit::Unclear,
        }
    }
}

/// Whether the version of a step in the same run is the deployed commit.
fn check_same_run(
    named: &Commit,
    deployed: &Commit,
    node: &Node<'_>,
    event: &str,
) -> Result<(), Defect> {
    let failure = |why: String| Err(Defect::Certain(why));
    let unclear = |why: String| Err(Defect::Unclear(why));
    match (named, deployed) {
        (Commit::Unclear, _) => unclear(format!("its version on {event} cannot be determined")),
        (Commit::None, _) => unclear(format!("on {event}, its version is empty")),
        (_, Commit::Unclear) => {
            unclear("the commit that the job checks out and deploys cannot be determined".to_owned())
        }
        // `pull_request_target` is not included: its github.sha is the head of a branch
        (Commit::Run, _) if event == "pull_request" => {
            let requires_merged = |demand: &String| demand.starts_with("github.event.pull_request.merged ");
            let merged = node.conditions().any(|condition| {
                let read = "github.event.pull_request.merged".to_owned();
                condition.demands.iter().any(requires_merged) || condition.reads.contains(&read)
            });
            if merged {
                return unclear(
                    "github.sha after the merge of a pull request is not documented: deploy on push"
                        .to_owned(),
                );
            }
            failure("on pull_request, github.sha is a merge commit that is on no branch".to_owned())
        }
        (Commit::Run, Commit::RunHead | Commit::None) if event == "workflow_run" => {
            failure(NOT_OF_RUN.to_owned())
        }
        (Commit::Run | Commit::RunHead, Commit::Run) if event == "workflow_run" => unclear(
            "on workflow_run, the job that deploys checks out the head of the default branch, and it is \
             not known whether it deploys that commit or the commit of the run that it follows: \
             check out github.event.workflow_run.head_sha, and use it as the version"
                .to_owned(),
        ),
        // a job that checks out nothing deploys what another job of the run has built
        (Commit::Run, Commit::None | Commit::Run)
        | (Commit::RunHead, Commit::None | Commit::RunHead)
        | (Commit::PullHead, Commit::PullHead) => Ok(()),
        (Commit::Named(named), Commit::Named(deployed)) if named == deployed => Ok(()),
        (Commit::Run, Commit::Named(deployed)) => failure(format!(
            "on {event}, its version is the commit of the run, but {deployed} is checked out and \
             deployed"
        )),
        _ => unclear(format!(
            "on {event}, it is not known whether its version is the deployed commit"
        )),
    }
}

/// Why `github.sha` is the wrong version in a workflow that follows another run.
const NOT_OF_RUN: &str = "on workflow_run, github.sha is the head of the default branch, and not the \
     deployed commit: that is github.event.workflow_run.head_sha";

/// Whether the version of a step in a workflow that follows the deployment is the deployed commit.
fn check_following_workflow(named: &Commit, deployed: &Commit) -> Result<(), Defect> {
    match (named, deployed) {
        (Commit::Run, _) => Err(Defect::Certain(NOT_OF_RUN.to_owned())),
        (Commit::RunHead, Commit::Run | Commit::None) => Ok(()),
        _ => Err(Defect::Unclear(
            "it is not known whether its version is the commit that the run before it deployed"
                .to_owned(),
        )),
    }
}

/// The commit of its own repository that a job has checked out before a step.
fn checked_out(node: &Node<'_>, before: usize, trigger: &Trigger) -> Commit {
    let steps = node.steps();
    let placed = steps.iter().take(before).filter_map(Known::ok);
    placed
        .filter(|placed| !placed.never_runs())
        .fold(Commit::None, |so_far, placed| {
            commit_after(placed, so_far, node, trigger)
        })
}

/// The commit that is checked out after a step.
fn commit_after(placed: &Placed<'_>, so_far: Commit, node: &Node<'_>, trigger: &Trigger) -> Commit {
    let step = placed.step;
    let uses = step.uses.as_deref().map(action).unwrap_or_default();
    if uses == "actions/checkout" {
        let other = step.with.get("repository");
        // a checkout of another repository does not change what this repository deploys
        if other.is_some_and(|name| !name.is_empty() && name != "${{ github.repository }}") {
            return so_far;
        }
        let reference = step.with.get("ref").map_or("", String::as_str);
        return of_reference(reference, node, trigger);
    }
    // without knowing the arguments, such a command may check out any commit
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
        // `…` marks a part that was not recorded
        return match (reference.contains('…'), event) {
            (true, _) => Commit::Unclear,
            // the trigger is limited to this branch, so it is the branch that was pushed to
            (false, "push") if trigger.branches == [reference] => Commit::Run,
            // it may be the default branch, whose name is not known here
            (false, "schedule") => Commit::Unclear,
            (false, _) => Commit::Named(reference.to_owned()),
        };
    };
    let pull = event.starts_with("pull_request");
    // `a || b` is recorded as `a b`: the first context that is not empty on this event counts
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
                // the caller sets the input, to a value that is not recorded
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
    // all contexts are empty on this event, and an empty `ref` checks out the commit of the run
    Commit::Run
}
