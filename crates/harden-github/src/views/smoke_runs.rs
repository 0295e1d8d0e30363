//! Where workflows run the smoke tests.

use std::sync::Arc;

use harden_core::{Known, Location, Unknown, glob_matches_any};

use crate::GithubPolicy;
use crate::resources::workflow::{Command, Condition};
use crate::views::deploy::by_path;
use crate::views::deploy_jobs::never;
use crate::views::flow::{Flow, Placed};
use crate::views::plan::{Node, Plan};
use crate::views::scripts::{Packages, Unfollowed};
use crate::views::smoke_command::{Found, line, smoke};
use crate::views::triggers::{fires_on, for_changes, runs_for, runs_on};

/// A run of the smoke tests in a workflow.
#[derive(Debug, Clone)]
pub(crate) struct Run<'a> {
    pub(crate) flow: &'a Flow,
    pub(crate) at: Location,
    pub(crate) command: String,
    /// Whether it is of all tests, the smoke tests among them.
    pub(crate) whole: bool,
    /// Why the smoke tests may not be among what it runs.
    pub(crate) part: Option<Unknown>,
    /// Why its failure stops nothing.
    pub(crate) swallowed: Option<&'static str>,
    /// The events on which its job and its step run, of those that start the workflow.
    pub(crate) events: Known<Vec<&'a crate::resources::workflow::Trigger>>,
    /// The conditions of its jobs and steps.
    conditions: Vec<&'a Condition>,
}

/// What was found of smoke tests in some workflows.
#[derive(Debug, Clone, Default)]
pub(crate) struct Runs<'a> {
    pub(crate) all: Vec<Run<'a>>,
    /// Something of Playwright: a command of it, whatever it runs.
    pub(crate) playwright: Option<String>,
    /// Why there may be more.
    pub(crate) unread: Option<Unknown>,
    /// Why something that does not look like the smoke tests may run them all the same: a script, an
    /// action or a called workflow.
    pub(crate) untold: Option<Unknown>,
}

impl<'a> Runs<'a> {
    /// Reads the workflows of a repository that start by themselves, with what they call.
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
                let why = match is_named_so(uses) {
                    true => &mut self.unread,
                    false => &mut self.untold,
                };
                why.get_or_insert_with(|| unknown.clone());
            }
            for step in node.steps() {
                let placed = match step {
                    Known::Yes(placed) => placed,
                    Known::No(unknown) => {
                        self.untold.get_or_insert(unknown.into());
                        continue;
                    }
                };
                if let Some(unknown) = placed.unfollowed(&["playwright", "script", "task"]) {
                    self.untold.get_or_insert(unknown);
                }
                for command in &placed.step.commands {
                    for (command, found) in self.commands(command, packages, policy) {
                        if found != Found::Nothing && !never(&placed) {
                            self.all.push(run(flow, node, &placed, &command, found));
                        }
                    }
                }
            }
        }
    }

    /// The commands that a command comes to, and what they are for the smoke tests.
    fn commands(
        &mut self,
        command: &Command,
        packages: &Packages,
        policy: &GithubPolicy,
    ) -> Vec<(Command, Found)> {
        if glob_matches_any(&policy.workflows.smoke_commands, &line(command)) {
            return vec![(command.clone(), Found::Tagged)];
        }
        let name = command.words.first().map_or("", String::as_str);
        let followed = match command.tool.as_str() {
            "task" if is_named_so(name) => Err(Unfollowed::Untold(Unknown::undetermined(format!(
                "what {name} of the build tool runs is not read"
            )))),
            _ => packages.followed(command),
        };
        let all = match followed {
            Ok(all) => all,
            Err(Unfollowed::Unread(unknown)) => {
                self.unread.get_or_insert(unknown);
                return Vec::new();
            }
            Err(Unfollowed::Untold(unknown)) => {
                let unknown = Unknown {
                    message: format!(
                        "{}; name it in `smoke_commands` of [github.workflows] if it runs the smoke \
                         tests",
                        unknown.message
                    )
                    .into(),
                    ..unknown
                };
                if is_named_so(name) {
                    self.playwright.get_or_insert_with(|| command.line());
                    self.unread.get_or_insert(unknown);
                } else {
                    self.untold.get_or_insert(unknown);
                }
                return Vec::new();
            }
        };
        let mut found = Vec::new();
        for inner in all {
            if inner.tool == "playwright" {
                self.playwright.get_or_insert_with(|| inner.line());
            }
            if inner.tool == "task" && command.tool != "task" {
                let nested = self.commands(&inner, packages, policy);
                found.extend(nested);
                continue;
            }
            let what = smoke(&inner, policy);
            found.push((inner, what));
        }
        found
    }

    /// Whether an event on a branch runs the smoke tests, and by which run.
    pub(crate) fn covering(
        &self,
        event: &str,
        branches: &Known<Vec<String>>,
    ) -> Known<Option<&Run<'a>>> {
        let mut maybe = None;
        for run in self.all.iter().filter(|run| run.swallowed.is_none()) {
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
                    Known::No(unknown) => {
                        let any = run
                            .conditions
                            .iter()
                            .all(|c| !c.branches.contains_key(event));
                        let any = any && trigger.branches.is_empty() && fires_on(trigger, "");
                        (any, Some(unknown.clone()))
                    }
                };
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

/// Why a run that is limited to some paths may not be for every change.
fn of_paths(run: &Run<'_>, event: &str) -> Unknown {
    Unknown::undetermined(format!(
        "on {event} {} runs only for changes of some paths, and whether these are all that is \
         deployed can't be told: take `paths` and `paths-ignore` away from {event}, or accept it",
        run.flow.workflow.path
    ))
}

/// A run of the smoke tests, as it stands in a workflow.
fn run<'a>(
    flow: &'a Flow,
    node: &Node<'a>,
    placed: &Placed<'a>,
    command: &Command,
    found: Found,
) -> Run<'a> {
    let swallowed = if command.tolerated {
        Some("its failure is swallowed by the script")
    } else if placed.step.continue_on_error || placed.outer.continue_on_error {
        Some("its step has continue-on-error")
    } else if !node.can_fail() {
        Some("its job has continue-on-error")
    } else {
        None
    };
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
    Run {
        flow,
        at: placed.at(command.at),
        command: command.line(),
        whole: found == Found::Whole,
        part: (found == Found::Part).then(|| {
            Unknown::undetermined(format!(
                "{} at {} line {} runs a part of the tests, and whether the smoke tests are among \
                 them can't be told: name it in `smoke_commands` of [github.workflows] if they are",
                command.line(),
                placed.path,
                command.at.line
            ))
        }),
        swallowed,
        events,
        conditions,
    }
}

/// Whether a name says that what has it runs smoke tests.
fn is_named_so(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    ["e2e", "smoke", "playwright"]
        .iter()
        .any(|word| name.contains(word))
}
