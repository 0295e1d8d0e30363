//! The workflows that deploy to production.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use harden_core::{
    Cx, FactError, Kind, Known, Listing, Location, Place, Resource, ResourceId, Subject, Unknown,
};

use crate::GithubPolicy;
use crate::resources::{LocalAction, Workflow};
use crate::views::deploy_jobs::productions;
use crate::views::flow::{Flow, flows, repositories};
use crate::views::plan::Plan;

/// A workflow that deploys, or a repository that has none.
#[derive(Debug, Clone)]
pub(crate) struct Deploy {
    /// The repository, `owner/repo`.
    pub(crate) repository: String,
    /// All workflows of the repository.
    pub(crate) flows: Arc<Vec<Flow>>,
    /// Which of them it is; none where no workflow deploys.
    pub(crate) found: Known<Option<usize>>,
}

/// Why a check of the deploy workflow does not concern a repository.
pub(crate) const NO_DEPLOY: &str = "no workflow deploys to production: none has a job with the \
     production environment, or a step that is known to deploy; `deploy` of [github.workflows] \
     names the file where one does";

impl Deploy {
    /// The workflow that deploys; none where there is none.
    ///
    /// # Errors
    /// When it can't be told.
    pub(crate) fn flow(&self) -> Result<Option<&Flow>, Unknown> {
        Ok(self.found.get()?.and_then(|index| self.flows.get(index)))
    }

    /// The workflows of the repository by their path.
    pub(crate) fn by_path(&self) -> BTreeMap<&str, &Flow> {
        by_path(&self.flows)
    }
}

/// Workflows by their path.
pub(crate) fn by_path(flows: &[Flow]) -> BTreeMap<&str, &Flow> {
    let pairs = flows.iter().map(|flow| (&*flow.workflow.path, flow));
    pairs.collect()
}

/// Whether a workflow starts by itself, on something other than a pull request that is open: one
/// that was merged is closed.
fn starts_for_production(flow: &Flow) -> Known<bool> {
    let asks_merged = || {
        const MERGED: &str = "github.event.pull_request.merged";
        let jobs = flow.workflow.jobs.ok().map_or(&[][..], Vec::as_slice);
        let steps = jobs.iter().flat_map(|job| &job.steps);
        let own = steps.filter_map(|step| step.condition.as_ref());
        let mut all = jobs
            .iter()
            .filter_map(|job| job.condition.as_ref())
            .chain(own);
        all.any(|condition| condition.reads.iter().any(|read| read == MERGED))
    };
    flow.workflow.triggers.as_ref().map(|triggers| {
        triggers.iter().any(|trigger| match &*trigger.event {
            "pull_request" | "pull_request_target" => {
                let closed = trigger.types.iter().any(|kind| kind == "closed");
                closed && (trigger.types.len() == 1 || asks_merged())
            }
            "workflow_call" | "merge_group" => false,
            _ => true,
        })
    })
}

/// Which workflows of a repository deploy.
fn find(flows: &[Flow], policy: &GithubPolicy) -> Known<Vec<usize>> {
    let all = by_path(flows);
    if let Some(path) = &policy.workflows.deploy {
        let named = flows.iter().position(|flow| flow.workflow.path == *path);
        return match named {
            Some(index) => named_file(flows, index, &all),
            None => Unknown::undetermined(format!(
                "the policy says that {path} deploys, and the repository has no such file"
            ))
            .into(),
        };
    }
    let mut found = Vec::new();
    let mut maybe = None;
    for (index, flow) in flows.iter().enumerate() {
        let starts = starts_for_production(flow);
        if starts == Known::Yes(false) {
            continue;
        }
        let deploys = starts
            .get()
            .map_err(Unknown::from)
            .and_then(|_| Plan::of(flow, &all))
            .and_then(|plan| productions(&plan, policy));
        match deploys {
            Ok(jobs) if jobs.is_empty() => {}
            Ok(_) => found.push(index),
            Err(unknown) => {
                maybe.get_or_insert(unknown);
            }
        }
    }
    match maybe {
        Some(unknown) if found.is_empty() => unknown.into(),
        _ => Known::Yes(found),
    }
}

/// The file that the policy names; where others call it, these too, since what they wait for comes
/// before it. One that starts only by hand or by a call is judged where it is called.
fn named_file(flows: &[Flow], index: usize, all: &BTreeMap<&str, &Flow>) -> Known<Vec<usize>> {
    let Some(named) = flows.get(index) else {
        return Known::Yes(Vec::new());
    };
    let path = &named.workflow.path;
    let starts_by = |event: &str| {
        let triggers = named.workflow.triggers.ok().into_iter().flatten();
        triggers.into_iter().any(|trigger| trigger.event == event)
    };
    if !starts_by("workflow_call") {
        return Known::Yes(vec![index]);
    }
    let mut found = Vec::new();
    let mut unread = None;
    for (other, flow) in flows.iter().enumerate().filter(|(at, _)| *at != index) {
        if starts_for_production(flow) == Known::Yes(false) {
            continue;
        }
        match Plan::of(flow, all) {
            Ok(plan)
                if plan
                    .nodes
                    .iter()
                    .any(|node| node.flow.workflow.path == *path) =>
            {
                found.push(other);
            }
            Ok(_) => {}
            Err(unknown) => {
                unread.get_or_insert(unknown);
            }
        }
    }
    let alone = named.workflow.triggers.as_ref().map(|triggers| {
        let mut own = triggers.iter();
        own.any(|trigger| !matches!(&*trigger.event, "workflow_call" | "workflow_dispatch"))
    });
    match (alone, unread) {
        (Known::Yes(false), _) if !found.is_empty() => {}
        // whatever can't be read may be what calls it
        (Known::Yes(false), Some(unknown)) => return unknown.into(),
        _ => found.push(index),
    }
    found.sort_unstable();
    Known::Yes(found)
}

#[async_trait]
impl Subject for Deploy {
    const KINDS: &'static [&'static Kind] = &[Workflow::KIND, LocalAction::KIND];

    async fn collect(cx: &Cx) -> Result<Arc<Listing<Self>>, FactError> {
        let policy = cx.policy::<GithubPolicy>();
        let flows = flows(cx).await?;
        let mut items = Vec::new();
        for (place, own) in of_repositories(&flows) {
            let repository = place.account.to_string();
            let of_repository = || {
                let id = ResourceId::new(Workflow::KIND.name, place.clone(), "deploy");
                Arc::new(id.shown_as(&repository))
            };
            let deploy = |found| Self {
                repository: repository.clone(),
                flows: Arc::clone(&own),
                found,
            };
            match find(&own, &policy) {
                Known::No(unknown) => items.push((of_repository(), deploy(Known::No(unknown)))),
                Known::Yes(none) if none.is_empty() => {
                    items.push((of_repository(), deploy(Known::Yes(None))));
                }
                Known::Yes(found) => {
                    for index in found {
                        if let Some(flow) = own.get(index) {
                            let id = Arc::new(flow.workflow.id());
                            items.push((id, deploy(Known::Yes(Some(index)))));
                        }
                    }
                }
            }
        }
        let (scope, gaps) = (flows.scope.clone(), flows.gaps.clone());
        Ok(Arc::new(Listing::new(items, scope, gaps)))
    }

    fn location(&self) -> Option<Location> {
        self.flow().ok().flatten().and_then(Subject::location)
    }
}

/// The workflows of each repository that was read.
pub(crate) fn of_repositories(flows: &Listing<Flow>) -> Vec<(Place, Arc<Vec<Flow>>)> {
    let places = repositories(flows).into_iter();
    places
        .map(|place| {
            let own = flows.at(&place).map(|(_, flow)| flow.clone());
            let own = Arc::new(own.collect());
            (place, own)
        })
        .collect()
}
