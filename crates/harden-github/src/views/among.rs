//! A workflow among those of its repository.

use std::sync::Arc;

use async_trait::async_trait;
use harden_core::{Cx, FactError, Kind, Known, Listing, Location, Resource, Subject, Unknown};

use crate::resources::workflow::Trigger;
use crate::resources::{LocalAction, Workflow};
use crate::views::deploy::{by_path, of_repositories};
use crate::views::flow::{Flow, flows};
use crate::views::plan::Plan;

/// A workflow among those of its repository, with the actions that it uses.
#[derive(Debug, Clone)]
pub(crate) struct Among {
    pub(crate) flow: Flow,
    all: Arc<Vec<Flow>>,
}

impl Among {
    /// What it runs, with what it calls.
    ///
    /// # Errors
    /// When it can't be read.
    pub(crate) fn plan(&self) -> Result<Plan<'_>, Unknown> {
        Plan::of(&self.flow, &by_path(&self.all))
    }

    /// Whether the workflows that a `workflow_run` trigger follows start only on what people with
    /// rights in the repository do. One that is not there may be one of anybody's.
    pub(crate) fn follows_our_own(&self, trigger: &Trigger) -> Known<bool> {
        if trigger.workflows.is_empty() {
            return Known::Yes(false);
        }
        Known::all(trigger.workflows.iter().map(|name| {
            let named = self.all.iter().filter(|flow| {
                let own = flow.workflow.name.ok().and_then(Option::as_deref);
                own.unwrap_or(&flow.workflow.path) == name
            });
            let ours = named.map(|flow| {
                flow.workflow
                    .triggers
                    .as_ref()
                    .map(|triggers| triggers.iter().all(|trigger| is_ours(&trigger.event)))
            });
            let ours: Vec<Known<bool>> = ours.collect();
            if ours.is_empty() {
                // a file that can't be read may have the name
                let unread = self.all.iter().find_map(|flow| match &flow.workflow.name {
                    Known::No(unknown) => Some(Known::No(unknown.clone())),
                    Known::Yes(_) => None,
                });
                return unread.unwrap_or(Known::Yes(false));
            }
            Known::all(ours)
        }))
    }
}

/// The events that only somebody with rights in the repository brings about.
fn is_ours(event: &str) -> bool {
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
impl Subject for Among {
    const KINDS: &'static [&'static Kind] = &[Workflow::KIND, LocalAction::KIND];

    async fn collect(cx: &Cx) -> Result<Arc<Listing<Self>>, FactError> {
        let flows = flows(cx).await?;
        let of_place = of_repositories(&flows);
        let items = flows.iter().map(|(id, flow)| {
            let all = of_place.iter().find(|(place, _)| *place == id.place);
            let among = Self {
                flow: flow.clone(),
                all: all.map(|(_, all)| Arc::clone(all)).unwrap_or_default(),
            };
            (Arc::clone(id), among)
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
