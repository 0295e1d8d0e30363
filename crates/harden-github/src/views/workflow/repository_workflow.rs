//! A workflow, together with the other workflows of its repository.

use std::sync::Arc;

use async_trait::async_trait;
use harden_core::{Cx, FactError, Kind, Known, Listing, Location, Resource, Subject, Unknown};

use super::flow::{Flow, by_path, flows, of_repositories};
use super::plan::Plan;
use crate::resources::workflow::Trigger;
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

    /// Whether the workflows that a `workflow_run` trigger follows start only on events that need write
    /// access to the repository. A name that no workflow has does not count: the workflow may have
    /// been renamed, or may exist on another branch.
    pub(crate) fn follows_trusted(&self, trigger: &Trigger) -> Known<bool> {
        if trigger.workflows.is_empty() {
            return Known::Yes(false);
        }
        Known::all(trigger.workflows.iter().map(|name| {
            let named = self.all.iter().filter(|flow| {
                let own = flow.workflow.name.ok().and_then(Option::as_deref);
                own.unwrap_or(&flow.workflow.path) == name
            });
            let trusted = named.map(|flow| {
                flow.workflow.triggers.as_ref().map(|triggers| {
                    triggers
                        .iter()
                        .all(|trigger| needs_write_access(&trigger.event))
                })
            });
            let trusted: Vec<Known<bool>> = trusted.collect();
            if trusted.is_empty() {
                // a file that could not be read may have this name
                let unread = self.all.iter().find_map(|flow| match &flow.workflow.name {
                    Known::No(unknown) => Some(Known::No(unknown.clone())),
                    Known::Yes(_) => None,
                });
                return unread.unwrap_or(Known::Yes(false));
            }
            Known::all(trusted)
        }))
    }
}

/// Whether only users with write access can cause an event.
/// <https://docs.github.com/en/actions/reference/workflows-and-actions/events-that-trigger-workflows>
fn needs_write_access(event: &str) -> bool {
    matches!(
        event,
        "push"
            | "schedule"
            | "workflow_dispatch"
            | "repository_dispatch"
            | "release"
            | "workflow_call"
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
