//! What a workflow does for Sentry's releases.

use harden_core::{Known, Location, Unknown};

use crate::resources::workflow::{Step, Version};
use crate::views::deploy_jobs::{Production, never};
use crate::views::deploying::action;
use crate::views::flow::Placed;
use crate::views::plan::Plan;
use crate::views::triggers::runs_on;

/// The action that makes releases.
const ACTION: &str = "getsentry/action-release";

/// What a step does for a release.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Does {
    /// It creates the release.
    Create,
    /// It associates commits.
    Commits,
    /// It marks a deployment.
    Deploy,
}

/// A step that does something for a release.
#[derive(Debug, Clone)]
pub(crate) struct Act {
    pub(crate) does: Does,
    pub(crate) node: usize,
    pub(crate) step: usize,
    /// What the release's version is.
    pub(crate) version: Option<Version>,
    /// Of [`Does::Deploy`]: the environment; none where it can't be told.
    pub(crate) environment: Option<String>,
    /// Of [`Does::Commits`]: how deep the history is that the job checked out.
    pub(crate) depth: Option<Depth>,
    pub(crate) at: Location,
    pub(crate) by: String,
}

/// How much history a job has checked out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Depth {
    /// All: `fetch-depth: 0`.
    Full,
    /// Some commits, or the one.
    Shallow,
    /// None: there is no checkout before it.
    None,
    /// An expression gives it.
    Unclear,
}

/// What the steps of a plan do for releases, and why more may be done that can't be told.
#[derive(Debug, Clone, Default)]
pub(crate) struct Acts {
    pub(crate) all: Vec<Act>,
    pub(crate) unread: Option<Unknown>,
}

impl Act {
    /// Whether nothing keeps it from running when an event starts the deployment.
    pub(crate) fn runs_on(&self, plan: &Plan<'_>, event: &str) -> bool {
        let Some(node) = plan.nodes.get(self.node) else {
            return false;
        };
        let event = if node.follows { "workflow_run" } else { event };
        let steps = node.steps();
        let own = steps.get(self.step).and_then(Known::ok);
        own.is_none_or(|placed| {
            placed
                .conditions()
                .all(|condition| runs_on(condition, event))
        }) && plan.reaches(self.node, event)
    }
}

impl Acts {
    /// Reads a plan.
    pub(crate) fn of(plan: &Plan<'_>) -> Self {
        let mut acts = Self::default();
        for (index, node) in plan.nodes.iter().enumerate() {
            if node.conditions().any(|condition| condition.never) {
                continue;
            }
            if let Some(unknown) = &node.opaque {
                acts.unread.get_or_insert_with(|| unknown.clone());
            }
            let mut depth = Depth::None;
            for (number, step) in node.steps().iter().enumerate() {
                match step {
                    Known::No(unknown) => {
                        acts.unread.get_or_insert_with(|| (**unknown).clone());
                    }
                    Known::Yes(placed) if !never(placed) => {
                        if let Some(unknown) = placed.unfollowed(&["sentry-cli"]) {
                            acts.unread.get_or_insert(unknown);
                        }
                        depth = checked_out(placed, depth);
                        acts.read(index, number, placed, depth);
                    }
                    Known::Yes(_) => {}
                }
            }
        }
        acts
    }

    fn read(&mut self, node: usize, step: usize, placed: &Placed<'_>, depth: Depth) {
        let uses = placed.step.uses.as_deref().unwrap_or_default();
        let act = |does, at, by: &str| Act {
            does,
            node,
            step,
            version: placed.step.version,
            environment: None,
            depth: (does == Does::Commits).then_some(depth),
            at,
            by: by.to_owned(),
        };
        if action(uses) == ACTION {
            let with = &placed.step.with;
            let at = placed.location();
            self.all.push(act(Does::Create, at.clone(), uses));
            if with.get("set_commits").is_none_or(|said| said != "skip") {
                self.all.push(act(Does::Commits, at.clone(), uses));
            }
            if let Some(environment) = with.get("environment").filter(|e| !e.is_empty()) {
                let mut deploy = act(Does::Deploy, at, uses);
                deploy.environment = plain(environment);
                self.all.push(deploy);
            }
        }
        for command in placed
            .step
            .commands
            .iter()
            .filter(|c| c.tool == "sentry-cli")
        {
            let line = command.line();
            let at = placed.at(command.at);
            let deploys = command.says(&["deploys"]) || command.says(&["deploy"]);
            let does = if deploys && command.says(&["new"]) {
                Does::Deploy
            } else if command.says(&["set-commits"]) {
                Does::Commits
            } else if command.says(&["new"]) || command.says(&["create"]) {
                Does::Create
            } else {
                continue;
            };
            let mut found = act(does, at, &line);
            found.version = command.version;
            if does == Does::Deploy {
                let named = command.option(&["-e", "--env", "--environment"]);
                found.environment = named.and_then(plain);
            }
            // commits that are named need no history
            if does == Does::Commits
                && !command
                    .words
                    .iter()
                    .any(|w| matches!(&**w, "--auto" | "--local"))
            {
                found.depth = Some(Depth::Full);
            }
            self.all.push(found);
        }
    }
}

/// A plain name; none of what an expression gives.
fn plain(text: &str) -> Option<String> {
    (!text.contains('…') && !text.contains("${{")).then(|| text.to_owned())
}

fn checked_out(placed: &Placed<'_>, before: Depth) -> Depth {
    let uses = placed.step.uses.as_deref().unwrap_or_default();
    if action(uses) != "actions/checkout" {
        return before;
    }
    match placed.step.with.get("fetch-depth").map(String::as_str) {
        Some("0") => Depth::Full,
        Some(text) if text.contains("${{") => Depth::Unclear,
        _ => Depth::Shallow,
    }
}

/// Whether a step comes after a deployment, and only if that succeeded.
///
/// # Errors
/// What is wrong with it, or, as unknown, why it can't be told.
pub(crate) fn follows(plan: &Plan<'_>, act: &Act, production: &Production) -> Result<(), Wrong> {
    let (Some(node), Some(deploying)) = (plan.nodes.get(act.node), plan.nodes.get(production.node))
    else {
        return fails("it stands in no job");
    };
    let steps = node.steps();
    let own = steps.get(act.step).and_then(Known::ok);
    let conditions = own.into_iter().flat_map(Placed::conditions);
    let deployed = (act.node == production.node)
        .then(|| steps.get(production.step?)?.ok())
        .flatten();
    // a demand on the step that deploys stands for the status that `always()` does not ask for
    let asks = |what: &str| {
        let of = |step: &Step| {
            let id = step.id.as_deref()?.to_lowercase();
            Some(format!("steps.{id}.{what} == success"))
        };
        let wanted = deployed.into_iter().flat_map(|d| [of(d.step), of(d.outer)]);
        let wanted: Vec<String> = wanted.flatten().collect();
        let mut demands = conditions.clone().flat_map(|condition| &condition.demands);
        demands.any(|demand| wanted.contains(demand))
    };
    let outcome = asks("outcome");
    if conditions.clone().any(|condition| condition.after_failure)
        && !outcome
        && !asks("conclusion")
    {
        return fails("it also runs when the deployment failed");
    }
    if act.node != production.node {
        if !plan.is_after(act.node, production.node) {
            return fails("its job does not wait for the one that deploys");
        }
        let success = format!("needs.{}.result == success", deploying.job.id).to_ascii_lowercase();
        let asked = |condition: &crate::resources::workflow::Condition| {
            // of the run before it only a workflow that follows can ask
            condition.demands.contains(&success) || (node.follows && condition.asks_success)
        };
        let whatever = node.follows || node.conditions().any(|c| c.after_failure);
        if whatever && !node.conditions().any(asked) {
            return fails("its job also runs when the deployment failed");
        }
        if !deploying.can_fail() {
            return fails("the deployment's failure does not stop what follows it");
        }
        return Ok(());
    }
    match production.step {
        Some(deployed) if act.step <= deployed => fails("it stands before the step that deploys"),
        Some(deployed) => {
            let deployed = steps.get(deployed).and_then(Known::ok);
            let swallowed = deployed.is_some_and(|placed| {
                // the outcome is that before `continue-on-error`
                let goes_on = placed.step.continue_on_error || placed.outer.continue_on_error;
                (goes_on && !outcome) || production.swallows
            });
            if swallowed {
                return fails("the deployment's failure does not stop what follows it");
            }
            Ok(())
        }
        None if nothing_deploys_after(&steps, act.step) => Ok(()),
        None => Err(Wrong::Unclear(format!(
            "which step of the job {} deploys can't be told, and steps follow the release's",
            node.name()
        ))),
    }
}

fn fails(why: &str) -> Result<(), Wrong> {
    Err(Wrong::Failure(why.to_owned()))
}

/// Why a step does not follow the deployment, or does not name what was deployed.
#[derive(Debug)]
pub(crate) enum Wrong {
    /// It does not.
    Failure(String),
    /// It can't be told.
    Unclear(String),
}

/// Whether no step after this one could be the deployment: reports and uploads are none.
fn nothing_deploys_after(steps: &[Known<Placed<'_>>], step: usize) -> bool {
    steps.iter().skip(step + 1).all(|step| {
        step.ok().is_some_and(|placed| {
            let uses = placed.step.uses.as_deref().map(action).unwrap_or_default();
            uses.starts_with("actions/")
                || uses == ACTION
                || uses.contains("slack")
                || uses.contains("notify")
        })
    })
}
