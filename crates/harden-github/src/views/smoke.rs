//! The workflows that run the smoke tests.

use std::sync::Arc;

use async_trait::async_trait;
use harden_core::{
    Cx, FactError, Kind, Known, Listing, Location, Resource, ResourceId, Subject, Unknown,
    glob_matches_any,
};

use crate::GithubPolicy;
use crate::resources::workflow::Command;
use crate::resources::{LocalAction, Repository, Workflow, WorkflowRuns};
use crate::views::deploy::{by_path, never, of_repositories};
use crate::views::flow::{Flow, flows};
use crate::views::plan::Plan;
use crate::views::triggers::{fires_on, runs_on};

/// A repository and the branches whose changes the smoke tests must judge.
#[derive(Debug, Clone)]
pub(crate) struct Smoke {
    pub(crate) flows: Arc<Vec<Flow>>,
    pub(crate) branches: Known<Vec<String>>,
}

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

#[async_trait]
impl Subject for Smoke {
    const KINDS: &'static [&'static Kind] = &[Workflow::KIND, LocalAction::KIND, Repository::KIND];

    async fn gather(cx: &Cx) -> Result<Arc<Listing<Self>>, FactError> {
        let policy = cx.policy::<GithubPolicy>();
        let flows = flows(cx).await?;
        let repositories = cx.list::<Repository>().await?;
        let items = of_repositories(&flows).into_iter().map(|(place, own)| {
            let branches = if policy.protection.branches.is_empty() {
                let found = repositories.get(&place, &place.account);
                found.and_then(|found| match found {
                    Some(repository) => repository.default_branch.clone().map(|name| vec![name]),
                    None => Unknown::undetermined("the default branch is not known").into(),
                })
            } else {
                Known::Yes(policy.protection.branches.clone())
            };
            let repository = place.account.to_string();
            let id = ResourceId::new(Workflow::KIND.name, place, "smoke").shown_as(&repository);
            let smoke = Self {
                flows: own,
                branches,
            };
            (Arc::new(id), smoke)
        });
        Ok(Arc::new(Listing::new(
            items.collect(),
            flows.scope.clone(),
            flows.gaps.clone(),
        )))
    }
}

/// A workflow that runs the smoke tests with its runs; or a repository that has none.
#[derive(Debug, Clone)]
pub(crate) struct SmokeWorkflow {
    pub(crate) repository: String,
    /// The workflow; none where none runs them.
    pub(crate) path: Known<Option<String>>,
    pub(crate) runs: Known<Option<WorkflowRuns>>,
}

#[async_trait]
impl Subject for SmokeWorkflow {
    const KINDS: &'static [&'static Kind] =
        &[Workflow::KIND, LocalAction::KIND, WorkflowRuns::KIND];

    async fn gather(cx: &Cx) -> Result<Arc<Listing<Self>>, FactError> {
        let policy = cx.policy::<GithubPolicy>();
        let flows = flows(cx).await?;
        let runs = cx.list::<WorkflowRuns>().await?;
        let mut items = Vec::new();
        for (place, own) in of_repositories(&flows) {
            let repository = place.account.to_string();
            let found = Runs::of(&own, &policy);
            // one that others only call runs as a part of them
            let mut all: Vec<&Flow> = found
                .all
                .iter()
                .filter(|run| {
                    run.events.ok().is_none_or(|events| {
                        events
                            .iter()
                            .any(|trigger| trigger.event != "workflow_call")
                    })
                })
                .map(|run| run.flow)
                .collect();
            all.dedup_by(|a, b| a.workflow.path == b.workflow.path);
            for flow in &all {
                let path = &flow.workflow.path;
                items.push((
                    Arc::new(flow.workflow.id()),
                    Self {
                        repository: repository.clone(),
                        path: Known::Yes(Some(path.clone())),
                        runs: runs.get(&place, path).map(|runs| runs.cloned()),
                    },
                ));
            }
            if all.is_empty() {
                let id = ResourceId::new(Workflow::KIND.name, place.clone(), "smoke");
                items.push((
                    Arc::new(id.shown_as(&repository)),
                    Self {
                        repository,
                        path: found.unread.map_or(Known::Yes(None), Known::from),
                        runs: Known::Yes(None),
                    },
                ));
            }
        }
        let (scope, gaps) = (flows.scope.clone(), flows.gaps.clone());
        Ok(Arc::new(Listing::new(items, scope, gaps)))
    }

    fn location(&self) -> Option<Location> {
        let path = self.path.ok()?.clone()?;
        Some(Location {
            path,
            line: 1,
            column: 1,
        })
    }
}
