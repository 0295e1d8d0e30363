//! The places where workflows run the smoke tests.

use std::sync::Arc;

use harden_core::{Known, Location, Unknown, glob_matches_any};

use super::command::{TestSelection, policy_name, selected_tests};
use super::names::{is_other_work, may_run_tests, suggests_smoke_tests};
use super::scripts::{Packages, ScriptError};
use crate::policy::GithubPolicy;
use crate::resources::workflow::{Command, Condition};
use crate::views::workflow::{
    Flow, Node, Placed, Plan, by_path, fires_on, for_changes, runs_for, runs_on,
};

/// A run of the smoke tests in a workflow.
#[derive(Debug, Clone)]
pub(crate) struct SmokeRun<'a> {
    pub(crate) flow: &'a Flow,
    pub(crate) at: Location,
    pub(crate) command: String,
    /// Whether it runs all tests, including the smoke tests.
    pub(crate) whole: bool,
    /// Why it may not include the smoke tests.
    pub(crate) part: Option<Unknown>,
    /// Why its failure does not fail the workflow.
    pub(crate) failure_ignored: Option<&'static str>,
    /// The triggers of the workflow on which its job and its step run.
    pub(crate) events: Known<Vec<&'a crate::resources::workflow::Trigger>>,
    /// The conditions of its jobs and steps.
    conditions: Vec<&'a Condition>,
}

/// The runs of the smoke tests in the workflows of a repository.
#[derive(Debug, Clone, Default)]
pub(crate) struct SmokeRuns<'a> {
    pub(crate) all: Vec<SmokeRun<'a>>,
    /// A command that uses Playwright, whatever it runs.
    pub(crate) playwright: Option<String>,
    /// Why there may be more runs.
    pub(crate) unread: Option<Unknown>,
    /// Why a script, an action or a called workflow may run the smoke tests, although its name does not
    /// suggest it.
    pub(crate) unresolved: Option<Unknown>,
}

impl<'a> SmokeRuns<'a> {
    /// Finds the runs in the workflows of a repository and in the workflows that they call.
    pub(crate) fn of(flows: &'a [Flow], packages: &Packages, policy: &GithubPolicy) -> Self {
        let paths = by_path(flows);
        let mut runs = Self::default();
        for flow in flows {
            match Plan::of(flow, &paths) {
                Ok(plan) => runs.read(flow, &plan, packages, policy),
                Err(unknown) => {
                    runs.unread.get_or_insert(unknown);
                }
            }
        }
        runs
    }

    fn read(
        &mut self,
        flow: &'a Flow,
        plan: &Plan<'a>,
        packages: &Packages,
        policy: &GithubPolicy,
    ) {
        for node in &plan.nodes {
            if let Some(unknown) = &node.opaque {
                let uses = node.job.call.as_ref().map_or("", |call| &call.uses);
                let file = uses.split('@').next().unwrap_or(uses);
                let file = file.rsplit('/').next().unwrap_or(file);
                // a name such as `e2e.yml` makes the doubt strong enough for an unknown by itself
                if suggests_smoke_tests(uses) {
                    self.unread.get_or_insert_with(|| unknown.clone());
                } else if !is_other_work(file) {
                    self.unresolved.get_or_insert_with(|| unknown.clone());
                }
            }
            for step in node.steps() {
                let placed = match step {
                    Known::Yes(placed) => placed,
                    Known::No(unknown) => {
                        self.unresolved.get_or_insert(unknown.into());
                        continue;
                    }
                };
                if let Some(unknown) = placed.unfollowed(&["playwright", "script", "task"]) {
                    self.unresolved.get_or_insert(unknown);
                }
                for command in &placed.step.commands {
                    for (command, found) in self.commands(command, packages, policy) {
                        // a step that never runs is not a run, even with the right command
                        if found != TestSelection::Nothing && !placed.never_runs() {
                            self.all.push(run(flow, node, &placed, &command, found));
                        }
                    }
                }
            }
        }
    }

    /// The commands that a command runs, and which tests each of them runs.
    fn commands(
        &mut self,
        command: &Command,
        packages: &Packages,
        policy: &GithubPolicy,
    ) -> Vec<(Command, TestSelection)> {
        if glob_matches_any(&policy.workflows.smoke_commands, &policy_name(command)) {
            return vec![(command.clone(), TestSelection::Tagged)];
        }
        let name = command.words.first().map_or("", String::as_str);
        // a build tool's task files are not read, so its tasks cannot be followed like npm scripts
        let followed = match command.tool.as_str() {
            "task" if suggests_smoke_tests(name) => Err(ScriptError::Unresolved(
                Unknown::undetermined(format!("the task {name} of the build tool is not read")),
            )),
            "file" if suggests_smoke_tests(name) => Err(ScriptError::Unresolved(
                Unknown::undetermined(format!("the file {name} is not read")),
            )),
            _ => packages.followed(command),
        };
        let all = match followed {
            Ok(all) => all,
            Err(ScriptError::Unread(unknown)) => {
                self.unread.get_or_insert(unknown);
                return Vec::new();
            }
            Err(ScriptError::Unresolved(unknown)) => {
                let unknown = Unknown {
                    message: format!(
                        "{}; if it runs the smoke tests, name it in `smoke_commands` of \
                         [github.workflows]",
                        unknown.message
                    )
                    .into(),
                    ..unknown
                };
                if suggests_smoke_tests(name) {
                    self.playwright.get_or_insert_with(|| command.line());
                    self.unread.get_or_insert(unknown);
                } else if !is_other_work(name) {
                    self.unresolved.get_or_insert(unknown);
                }
                return Vec::new();
            }
        };
        let mut found = Vec::new();
        for inner in all {
            if inner.tool == "playwright" {
                self.playwright.get_or_insert_with(|| inner.line());
            }
            // an npm script can run a build tool, whose task the policy may name
            if inner.tool == "task" && command.tool != "task" {
                let nested = self.commands(&inner, packages, policy);
                found.extend(nested);
                continue;
            }
            // the file may be what runs Playwright
            let file = inner.words.first().map_or("…", String::as_str);
            if inner.tool == "file" && command.tool == "script" && may_run_tests(file, name) {
                self.unresolved.get_or_insert_with(|| {
                    Unknown::undetermined(format!(
                        "{} runs the file {file}, which is not read; if it runs the smoke tests, name \
                         it in `smoke_commands` of [github.workflows]",
                        command.line()
                    ))
                });
            }
            let what = selected_tests(&inner, policy);
            found.push((inner, what));
        }
        found
    }

    /// The run of the smoke tests for an event on all of the branches; `None` if there is no such run.
    pub(crate) fn covering(
        &self,
        event: &str,
        branches: &Known<Vec<String>>,
    ) -> Known<Option<&SmokeRun<'a>>> {
        let mut maybe = None;
        for run in self.all.iter().filter(|run| run.failure_ignored.is_none()) {
            let triggers = match run.events.get() {
                Ok(triggers) => triggers
                    .iter()
                    .filter(|t| t.event == event && for_changes(t)),
                Err(unknown) => {
                    maybe.get_or_insert(unknown);
                    continue;
                }
            };
            for trigger in triggers {
                let of_branch = |name: &String| {
                    fires_on(trigger, name)
                        && run.conditions.iter().all(|c| runs_for(c, event, name))
                };
                let (covers, why) = match branches {
                    Known::Yes(names) => (names.iter().all(of_branch), None),
                    // the default branch is not known: only a trigger without a branch filter covers it
                    Known::No(unknown) => {
                        let any = run
                            .conditions
                            .iter()
                            .all(|c| !c.branches.contains_key(event));
                        let any = any && trigger.branches.is_empty() && fires_on(trigger, "");
                        (any, Some(unknown.clone()))
                    }
                };
                // a certain run returns immediately; doubts are kept in case no other run covers the event
                if !covers {
                    if let Some(why) = why {
                        maybe.get_or_insert(why);
                    }
                } else if let Some(part) = &run.part {
                    maybe.get_or_insert_with(|| Arc::new(part.clone()));
                } else if trigger.paths {
                    maybe.get_or_insert_with(|| Arc::new(of_paths(run, event)));
                } else {
                    return Known::Yes(Some(run));
                }
            }
        }
        maybe.map_or(Known::Yes(None), Known::No)
    }
}

/// Why a run that is limited to some paths may not run for every change.
fn of_paths(run: &SmokeRun<'_>, event: &str) -> Unknown {
    Unknown::undetermined(format!(
        "on {event}, {} runs only for changes of some paths, and it is not known whether these are \
         all files that are deployed: remove `paths` and `paths-ignore` from {event}, or accept the \
         finding",
        run.flow.workflow.path
    ))
}

/// A run of the smoke tests, from the command that runs them.
fn run<'a>(
    flow: &'a Flow,
    node: &Node<'a>,
    placed: &Placed<'a>,
    command: &Command,
    found: TestSelection,
) -> SmokeRun<'a> {
    let failure_ignored = if command.tolerated {
        Some("the script ignores its failure")
    } else if placed.step.continue_on_error || placed.outer.continue_on_error {
        Some("its step has continue-on-error")
    } else if !node.can_fail() {
        Some("its job has continue-on-error")
    } else {
        None
    };
    // all conditions on the way to the command must allow the event: of callers, job, step and action
    let conditions: Vec<_> = node
        .conditions()
        .chain(placed.step.condition.as_ref())
        .chain(placed.outer.condition.as_ref())
        .collect();
    let events = flow.workflow.triggers.as_ref().map(|triggers| {
        let runs = |event: &str| conditions.iter().all(|c| runs_on(c, event));
        let fired = triggers.iter().filter(|t| runs(&t.event));
        fired.collect()
    });
    SmokeRun {
        flow,
        at: placed.at(command.at),
        command: command.line(),
        whole: found == TestSelection::Whole,
        part: (found == TestSelection::Part).then(|| {
            Unknown::undetermined(format!(
                "{} at {} line {} runs a part of the tests, and it is not known whether the smoke \
                 tests are included: if they are, name it in `smoke_commands` of [github.workflows]",
                command.line(),
                placed.path,
                command.at.line
            ))
        }),
        failure_ignored,
        events,
        conditions,
    }
}
