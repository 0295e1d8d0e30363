//! Where workflows run the smoke tests.

use harden_core::{Known, Location, Unknown, glob_matches_any};

use crate::GithubPolicy;
use crate::resources::workflow::Command;
use crate::views::deploy::{by_path, never};
use crate::views::flow::Flow;
use crate::views::plan::Plan;
use crate::views::triggers::{fires_on, runs_on};

/// A run of the smoke tests in a workflow.
#[derive(Debug, Clone)]
pub(crate) struct Run<'a> {
    pub(crate) flow: &'a Flow,
    pub(crate) at: Location,
    pub(crate) command: String,
    /// Whether it is of all tests, the smoke tests among them.
    pub(crate) whole: bool,
    /// Why its failure stops nothing.
    pub(crate) swallowed: Option<&'static str>,
    /// The events on which its job and its step run, of those that start the workflow.
    pub(crate) events: Known<Vec<&'a crate::resources::workflow::Trigger>>,
}

/// What was found of smoke tests in some workflows.
#[derive(Debug, Clone, Default)]
pub(crate) struct Runs<'a> {
    pub(crate) all: Vec<Run<'a>>,
    /// Something of Playwright: a command of it, whatever it runs.
    pub(crate) playwright: Option<String>,
    /// Why there may be more.
    pub(crate) unread: Option<Unknown>,
}

impl<'a> Runs<'a> {
    /// Reads the workflows of a repository that start by themselves, with what they call.
    pub(crate) fn of(flows: &'a [Flow], policy: &GithubPolicy) -> Self {
        let paths = by_path(flows);
        let mut runs = Self::default();
        for flow in flows {
            match Plan::of(flow, &paths) {
                Ok(plan) => runs.read(flow, &plan, policy),
                Err(unknown) => {
                    runs.unread.get_or_insert(unknown);
                }
            }
        }
        runs
    }

    fn read(&mut self, flow: &'a Flow, plan: &Plan<'a>, policy: &GithubPolicy) {
        for node in &plan.nodes {
            if let Some(unknown) = &node.opaque {
                let uses = node.job.call.as_ref().map_or("", |call| &call.uses);
                if ["e2e", "smoke", "playwright"]
                    .iter()
                    .any(|word| uses.contains(word))
                {
                    self.unread.get_or_insert_with(|| unknown.clone());
                }
            }
            for step in node.steps() {
                let Known::Yes(placed) = step else {
                    continue;
                };
                for command in &placed.step.commands {
                    let smoke = smoke(command, policy);
                    if command.tool == "playwright" {
                        self.playwright.get_or_insert_with(|| command.line());
                    }
                    if smoke == Found::Perhaps {
                        self.playwright.get_or_insert_with(|| command.line());
                        self.unread.get_or_insert_with(|| perhaps(command));
                    }
                    if !matches!(smoke, Found::Tagged | Found::Whole) || never(&placed) {
                        continue;
                    }
                    let swallowed = if command.tolerated {
                        Some("its failure is swallowed by `||`")
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
                        let runs = |event: &str| conditions.iter().all(|c| runs_on(Some(c), event));
                        let fired = triggers.iter().filter(|t| runs(&t.event));
                        fired.collect()
                    });
                    self.all.push(Run {
                        flow,
                        at: placed.at(command.at),
                        command: command.line(),
                        whole: smoke == Found::Whole,
                        swallowed,
                        events,
                    });
                }
            }
        }
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
                Ok(triggers) => triggers.iter().filter(|t| t.event == event),
                Err(unknown) => {
                    maybe.get_or_insert(unknown);
                    continue;
                }
            };
            for trigger in triggers {
                match branches {
                    Known::Yes(names) => {
                        if names.iter().all(|name| fires_on(trigger, name)) {
                            return Known::Yes(Some(run));
                        }
                    }
                    Known::No(unknown) => {
                        if trigger.branches.is_empty() && fires_on(trigger, "") {
                            return Known::Yes(Some(run));
                        }
                        maybe.get_or_insert_with(|| unknown.clone());
                    }
                }
            }
        }
        maybe.map_or(Known::Yes(None), Known::No)
    }
}

/// What a command is for the smoke tests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Found {
    Tagged,
    Whole,
    Perhaps,
    Nothing,
}

fn smoke(command: &Command, policy: &GithubPolicy) -> Found {
    let workflows = &policy.workflows;
    if glob_matches_any(&workflows.smoke_commands, &line(command)) {
        return Found::Tagged;
    }
    let grep = command.option(&["-g", "--grep"]);
    let tagged = grep.is_some_and(|grep| grep.split('|').any(|part| part == workflows.smoke_tag));
    match &*command.tool {
        "playwright" if !command.says(&["test"]) => Found::Nothing,
        "playwright" | "script" if tagged => Found::Tagged,
        "playwright" => {
            let narrows = [
                "--grep-invert",
                "--project",
                "--shard",
                "--last-failed",
                "--only-changed",
            ];
            let narrowed = command.words.iter().skip(1).any(|word| {
                let flag = word.split('=').next().unwrap_or(word);
                narrows.contains(&flag) || !word.starts_with('-')
            });
            if grep.is_none() && !narrowed {
                Found::Whole
            } else {
                Found::Nothing
            }
        }
        "script" => {
            let name = command
                .words
                .first()
                .map(|w| w.to_ascii_lowercase())
                .unwrap_or_default();
            let words = ["e2e", "smoke", "playwright"];
            if words.iter().any(|word| name.contains(word)) {
                Found::Perhaps
            } else {
                Found::Nothing
            }
        }
        _ => Found::Nothing,
    }
}

/// A command as the policy names it: a script without the word that stands for its runner.
fn line(command: &Command) -> String {
    if command.tool == "script" {
        command.words.join(" ")
    } else {
        command.line()
    }
}

fn perhaps(command: &Command) -> Unknown {
    Unknown::undetermined(format!(
        "a workflow runs the script `{}`, and what that runs is not read: name it in \
         `smoke_commands` of [github.workflows] if it runs the smoke tests",
        line(command)
    ))
}
