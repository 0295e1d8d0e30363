//! A workflow, together with the other workflows of its repository.

use std::collections::BTreeSet;
use std::sync::Arc;

use async_trait::async_trait;
use harden_core::{Cx, FactError, Kind, Listing, Location, Resource, Subject, Unknown};

use super::flow::{Flow, Given, Placed, by_path, flows, given_in, of_repositories, passed_on};
use super::plan::{Node, Plan};
use super::strangers::Origin;
use crate::resources::workflow::{Call, Trigger};
use crate::resources::{LocalAction, Workflow};

/// A workflow with the local actions that it uses, and with the other workflows of its repository,
/// which it may call or follow.
#[derive(Debug, Clone)]
pub(crate) struct RepositoryWorkflow {
    pub(crate) flow: Flow,
    /// All workflows of the repository, this one included.
    all: Arc<Vec<Flow>>,
}

impl RepositoryWorkflow {
    /// The jobs that it runs, with those of the workflows that it calls.
    ///
    /// # Errors
    /// If the workflow could not be read.
    pub(crate) fn plan(&self) -> Result<Plan<'_>, Unknown> {
        Plan::of(&self.flow, &by_path(&self.all))
    }

    /// The events about a stranger's code on which the workflows run that a `workflow_run` trigger
    /// follows. A name that no workflow has stands for any of them: the workflow may have been renamed,
    /// or may exist on another branch.
    ///
    /// # Errors
    /// If a workflow that it follows, or that may have the name, could not be read.
    pub(crate) fn followed(&self, trigger: &Trigger) -> Result<Vec<Origin>, Unknown> {
        let mut events = BTreeSet::new();
        self.add_followed(trigger, 0, &mut events)?;
        Ok(events.iter().map(|event| Origin::after(event)).collect())
    }

    fn add_followed(
        &self,
        trigger: &Trigger,
        depth: usize,
        into: &mut BTreeSet<String>,
    ) -> Result<(), Unknown> {
        let any = ["pull_request", "pull_request_review", "pull_request_target"];
        if trigger.workflows.is_empty() {
            into.extend(any.map(str::to_owned));
        }
        for name in &trigger.workflows {
            let mut named = self.all.iter().filter(|flow| {
                let own = flow.workflow.name.ok().and_then(Option::as_deref);
                own.unwrap_or(&flow.workflow.path) == name
            });
            let Some(first) = named.next() else {
                // a file that could not be read may have this name
                for flow in self.all.iter() {
                    flow.workflow.name.get()?;
                }
                into.extend(any.map(str::to_owned));
                continue;
            };
            for flow in std::iter::once(first).chain(named) {
                for own in flow.workflow.triggers.get()? {
                    if needs_write_access(&own.event) {
                        continue;
                    }
                    // GitHub follows three levels of runs
                    if own.event == "workflow_run" && depth < 3 {
                        let before = into.len();
                        self.add_followed(own, depth + 1, into)?;
                        if into.len() == before {
                            continue;
                        }
                    }
                    into.insert(own.event.clone());
                }
            }
        }
        Ok(())
    }

    /// The contexts that a value of a script holds, with the name that passes each: through inputs and
    /// variables, and through the outputs of the repository's own actions and called workflows.
    pub(crate) fn held(
        &self,
        placed: &Placed<'_>,
        node: &Node<'_>,
        context: &str,
    ) -> Vec<(String, Option<String>)> {
        let perhaps = context.starts_with('?');
        let bare = context.trim_start_matches('?');
        let named = |of: &str| bare.strip_prefix(of).and_then(|rest| rest.split_once('.'));
        let output = |rest: &str| rest.strip_prefix("outputs.").map(str::to_ascii_lowercase);
        let found = if let Some((id, rest)) = named("steps.") {
            let step = placed.siblings.iter().find(|step| {
                step.id
                    .as_deref()
                    .is_some_and(|own| own.eq_ignore_ascii_case(id))
            });
            step.zip(output(rest))
                .map(|(step, output)| self.of_action(placed, step, &output))
        } else if let Some((id, rest)) = named("needs.") {
            let jobs = node.flow.workflow.jobs.ok().into_iter().flatten();
            let mut jobs = jobs.filter(|job| job.id.eq_ignore_ascii_case(id));
            let call = jobs.next().and_then(|job| job.call.as_ref());
            call.zip(output(rest))
                .map(|(call, output)| self.of_call(call, &node.given, &output))
        } else {
            return given_in([&context.to_owned()], &placed.given);
        };
        let mut found = found.unwrap_or_default();
        for (held, by) in &mut found {
            by.get_or_insert_with(|| bare.to_owned());
            if perhaps && !held.starts_with('?') {
                held.insert(0, '?');
            }
        }
        found
    }

    /// The contexts that an output of a step with a local action holds.
    fn of_action(
        &self,
        placed: &Placed<'_>,
        step: &crate::resources::workflow::Step,
        output: &str,
    ) -> Vec<(String, Option<String>)> {
        let folder = step.uses.as_deref().and_then(LocalAction::folder_of);
        let Some(action) = folder.and_then(|folder| self.flow.action(folder)) else {
            return Vec::new();
        };
        let inner = passed_on(&step.passed, &placed.given);
        if let Some(held) = action.outputs.get(output) {
            return given_in(held, &inner);
        }
        // what a program makes of its inputs can't be told
        let program = action.steps.ok().is_some_and(Vec::is_empty);
        let held = inner.values().flatten().filter(|_| program);
        held.map(|held| (format!("?{}", held.trim_start_matches('?')), None))
            .collect()
    }

    /// The contexts that an output of a called workflow holds.
    fn of_call(&self, call: &Call, given: &Given, output: &str) -> Vec<(String, Option<String>)> {
        let path = call.uses.strip_prefix("./");
        let called = self
            .all
            .iter()
            .find(|flow| Some(&*flow.workflow.path) == path);
        let inner = passed_on(&call.passed, given);
        let Some(called) = called else {
            // of another repository: it may give back what it is given
            let held = inner.values().flatten();
            return held
                .map(|held| (format!("?{}", held.trim_start_matches('?')), None))
                .collect();
        };
        let triggers = called.workflow.triggers.ok().into_iter().flatten();
        let held = triggers.filter_map(|trigger| trigger.outputs.get(output));
        given_in(held.flatten(), &inner)
    }
}

/// Whether only users with write access can cause an event.
/// <https://docs.github.com/en/actions/reference/workflows-and-actions/events-that-trigger-workflows>
fn needs_write_access(event: &str) -> bool {
    matches!(
        event,
        "branch_protection_rule"
            | "create"
            | "delete"
            | "deployment"
            | "deployment_protection_rule"
            | "deployment_status"
            | "image_version"
            | "label"
            | "merge_group"
            | "milestone"
            | "page_build"
            | "public"
            | "push"
            | "registry_package"
            | "release"
            | "repository_dispatch"
            | "schedule"
            | "workflow_call"
            | "workflow_dispatch"
    )
}

#[async_trait]
impl Subject for RepositoryWorkflow {
    const KINDS: &'static [&'static Kind] = &[Workflow::KIND, LocalAction::KIND];

    async fn collect(cx: &Cx) -> Result<Arc<Listing<Self>>, FactError> {
        let flows = flows(cx).await?;
        let of_place = of_repositories(&flows);
        let items = flows.iter().map(|(id, flow)| {
            let all = of_place.iter().find(|(place, _)| *place == id.place);
            let workflow = Self {
                flow: flow.clone(),
                all: all.map(|(_, all)| Arc::clone(all)).unwrap_or_default(),
            };
            (Arc::clone(id), workflow)
        });
        Ok(Arc::new(Listing::new(
            items.collect(),
            flows.scope.clone(),
            flows.gaps.clone(),
        )))
    }

    fn location(&self) -> Option<Location> {
        Subject::location(&self.flow)
    }
}
