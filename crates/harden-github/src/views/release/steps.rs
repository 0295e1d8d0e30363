//! The steps of a workflow that create and mark Sentry releases.

use harden_core::{Known, Location, Unknown};

use crate::resources::workflow::{Step, Version};
use crate::views::deploy::ProductionJob;
use crate::views::workflow::{Placed, Plan, action, runs_on};

/// The action that creates releases.
const ACTION: &str = "getsentry/action-release";

/// A part of the work for a release.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ReleaseAction {
    /// Creates the release.
    Create,
    /// Sets the commits of the release.
    Commits,
    /// Marks a deployment of the release.
    Deploy,
}

/// A step that does a part of the work for a release.
#[derive(Debug, Clone)]
pub(crate) struct ReleaseStep {
    pub(crate) does: ReleaseAction,
    pub(crate) node: usize,
    pub(crate) step: usize,
    /// The version of the release.
    pub(crate) version: Option<Version>,
    /// For [`ReleaseAction::Deploy`]: the environment; `None` if the file does not show it.
    pub(crate) environment: Option<String>,
    /// For [`ReleaseAction::Commits`]: how much history the job has checked out.
    pub(crate) depth: Option<HistoryDepth>,
    pub(crate) at: Location,
    pub(crate) by: String,
}

/// How much history a job has checked out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum HistoryDepth {
    /// All: `fetch-depth: 0`.
    Full,
    /// Only the last commits.
    Shallow,
    /// Nothing: there is no checkout before the step.
    None,
    /// An expression sets the depth.
    Unclear,
}

/// The release steps of a plan, and why there may be more.
#[derive(Debug, Clone, Default)]
pub(crate) struct ReleaseSteps {
    pub(crate) all: Vec<ReleaseStep>,
    pub(crate) unread: Option<Unknown>,
}

impl ReleaseStep {
    /// Whether it runs when an event starts the deployment.
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

impl ReleaseSteps {
    /// Finds the release steps of a plan.
    pub(crate) fn of(plan: &Plan<'_>) -> Self {
        let mut acts = Self::default();
        for (index, node) in plan.nodes.iter().enumerate() {
            if node.conditions().any(|condition| condition.never) {
                continue;
            }
            if let Some(unknown) = &node.opaque {
                acts.unread.get_or_insert_with(|| unknown.clone());
            }
            let mut depth = HistoryDepth::None;
            for (number, step) in node.steps().iter().enumerate() {
                match step {
                    Known::No(unknown) => {
                        acts.unread.get_or_insert_with(|| (**unknown).clone());
                    }
                    Known::Yes(placed) if !placed.never_runs() => {
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

    fn read(&mut self, node: usize, step: usize, placed: &Placed<'_>, depth: HistoryDepth) {
        let uses = placed.step.uses.as_deref().unwrap_or_default();
        let act = |does, at, by: &str| ReleaseStep {
            does,
            node,
            step,
            version: placed.step.version,
            environment: None,
            depth: (does == ReleaseAction::Commits).then_some(depth),
            at,
            by: by.to_owned(),
        };
        if action(uses) == ACTION {
            let with = &placed.step.with;
            let at = placed.location();
            self.all.push(act(ReleaseAction::Create, at.clone(), uses));
            // the action sets commits unless `set_commits` is `skip` (default `auto`):
            // https://github.com/getsentry/action-release#parameters
            if with.get("set_commits").is_none_or(|value| value != "skip") {
                self.all.push(act(ReleaseAction::Commits, at.clone(), uses));
            }
            if let Some(environment) = with.get("environment").filter(|e| !e.is_empty()) {
                let mut deploy = act(ReleaseAction::Deploy, at, uses);
                deploy.environment = literal(environment);
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
            // `sentry-cli releases deploys VERSION new` contains `new` as well, so deploys come first
            let does = if deploys && command.says(&["new"]) {
                ReleaseAction::Deploy
            } else if command.says(&["set-commits"]) {
                ReleaseAction::Commits
            } else if command.says(&["new"]) || command.says(&["create"]) {
                ReleaseAction::Create
            } else {
                continue;
            };
            let mut found = act(does, at, &line);
            found.version = command.version;
            if does == ReleaseAction::Deploy {
                let named = command.option(&["-e", "--env", "--environment"]);
                found.environment = named.and_then(literal);
            }
            // with `--commit`, the command names the commits and needs no local history
            if does == ReleaseAction::Commits
                && !command
                    .words
                    .iter()
                    .any(|w| matches!(&**w, "--auto" | "--local"))
            {
                found.depth = Some(HistoryDepth::Full);
            }
            self.all.push(found);
        }
    }
}

/// A literal name; `None` if an expression sets it.
fn literal(text: &str) -> Option<String> {
    (!text.contains('…') && !text.contains("${{")).then(|| text.to_owned())
}

/// How much history is checked out after a step. `actions/checkout` fetches one commit by default:
/// <https://github.com/actions/checkout#usage>
fn checked_out(placed: &Placed<'_>, before: HistoryDepth) -> HistoryDepth {
    let uses = placed.step.uses.as_deref().unwrap_or_default();
    if action(uses) != "actions/checkout" {
        return before;
    }
    match placed.step.with.get("fetch-depth").map(String::as_str) {
        Some("0") => HistoryDepth::Full,
        Some(text) if text.contains("${{") => HistoryDepth::Unclear,
        _ => HistoryDepth::Shallow,
    }
}

/// Checks that a step runs after a deployment, and only if the deployment succeeded.
///
/// # Errors
/// What is wrong with the order, or why it is not known.
pub(crate) fn follows(
    plan: &Plan<'_>,
    act: &ReleaseStep,
    production: &ProductionJob,
) -> Result<(), Defect> {
    let (Some(node), Some(deploying)) = (plan.nodes.get(act.node), plan.nodes.get(production.node))
    else {
        return fails("it is not in a job");
    };
    let steps = node.steps();
    let own = steps.get(act.step).and_then(Known::ok);
    let conditions = own.into_iter().flat_map(Placed::conditions);
    let deployed = (act.node == production.node)
        .then(|| steps.get(production.step?)?.ok())
        .flatten();
    // With `always()`, a step runs after a failure. It can still require the success of the step that
    // deploys: `outcome` is the result before `continue-on-error`, `conclusion` the result after it.
    // https://docs.github.com/en/actions/reference/workflows-and-actions/contexts#steps-context
    let requires = |what: &str| {
        let of = |step: &Step| {
            let id = step.id.as_deref()?.to_lowercase();
            Some(format!("steps.{id}.{what} == success"))
        };
        let required = deployed.into_iter().flat_map(|d| [of(d.step), of(d.outer)]);
        let required: Vec<String> = required.flatten().collect();
        let mut demands = conditions.clone().flat_map(|condition| &condition.demands);
        demands.any(|demand| required.contains(demand))
    };
    let outcome = requires("outcome");
    if conditions.clone().any(|condition| condition.after_failure)
        && !outcome
        && !requires("conclusion")
    {
        return fails("it also runs when the deployment failed");
    }
    if act.node != production.node {
        if !plan.is_after(act.node, production.node) {
            return fails("its job does not wait for the job that deploys");
        }
        let success = format!("needs.{}.result == success", deploying.job.id).to_ascii_lowercase();
        let requires_success = |condition: &crate::resources::workflow::Condition| {
            // only a workflow that follows can require the success of the whole run before it
            condition.demands.contains(&success) || (node.follows && condition.asks_success)
        };
        let runs_after_failure = node.follows || node.conditions().any(|c| c.after_failure);
        if runs_after_failure && !node.conditions().any(requires_success) {
            return fails("its job also runs when the deployment failed");
        }
        // with `continue-on-error`, the job that deploys counts as successful after a failure
        if !deploying.can_fail() {
            return fails("a failure of the deployment does not stop the steps after it");
        }
        return Ok(());
    }
    match production.step {
        Some(deployed) if act.step <= deployed => fails("it comes before the step that deploys"),
        Some(deployed) => {
            let deployed = steps.get(deployed).and_then(Known::ok);
            let failure_is_ignored = deployed.is_some_and(|placed| {
                // a step that requires `outcome` sees the failure in spite of `continue-on-error`
                let goes_on = placed.step.continue_on_error || placed.outer.continue_on_error;
                (goes_on && !outcome) || production.ignores_failure
            });
            if failure_is_ignored {
                return fails("a failure of the deployment does not stop the steps after it");
            }
            Ok(())
        }
        None if nothing_deploys_after(&steps, act.step) => Ok(()),
        None => Err(Defect::Unclear(format!(
            "the step of the job {} that deploys is not known, and other steps come after the release step",
            node.name()
        ))),
    }
}

fn fails(why: &str) -> Result<(), Defect> {
    Err(Defect::Certain(why.to_owned()))
}

/// Why a step does not follow the deployment, or does not name what was deployed.
#[derive(Debug)]
pub(crate) enum Defect {
    /// The files show that it does not.
    Certain(String),
    /// The files do not show whether it does.
    Unclear(String),
}

/// Whether no step after this one can be the deployment. Actions that report, notify or upload do not
/// deploy.
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
