//! The workflows that deploy to production.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use harden_core::{
    Cx, FactError, Kind, Known, Listing, Location, Resource, ResourceId, Subject, Unknown,
};

use super::jobs::{Doubt, find_production_jobs};
use crate::policy::GithubPolicy;
use crate::resources::workflow::Trigger;
use crate::resources::{LocalAction, Workflow};
use crate::views::workflow::{Flow, Plan, by_path, flows, of_repositories};

/// A workflow that deploys, or a repository without such a workflow.
#[derive(Debug, Clone)]
pub(crate) struct Deploy {
    /// The repository, `owner/repo`.
    pub(crate) repository: String,
    /// All workflows of the repository.
    pub(crate) flows: Arc<Vec<Flow>>,
    /// The position of the workflow in `flows`; `None` if no workflow deploys.
    pub(crate) found: Known<Option<usize>>,
}

/// Why a check of the deploy workflow is not applicable.
pub(crate) const NO_DEPLOY: &str = "no workflow deploys to production: no job has the production \
     environment or a step that is known to deploy; if a workflow deploys, name its file in \
     `deploy` of [github.workflows]";

impl Deploy {
    /// The workflow that deploys; `None` if no workflow does.
    ///
    /// # Errors
    /// If the files do not show whether a workflow deploys.
    pub(crate) fn flow(&self) -> Result<Option<&Flow>, Unknown> {
        Ok(self.found.get()?.and_then(|index| self.flows.get(index)))
    }

    /// The workflows of the repository by their path.
    pub(crate) fn by_path(&self) -> BTreeMap<&str, &Flow> {
        by_path(&self.flows)
    }
}

/// Whether a workflow can start a deployment to production: it starts by itself, and not only on open
/// pull requests, whose commits are not merged yet. GitHub has no event for a merge: a merged pull
/// request is `closed`, with `merged` set.
/// <https://docs.github.com/en/actions/reference/workflows-and-actions/events-that-trigger-workflows#pull_request>
fn starts_for_production(flow: &Flow) -> Known<bool> {
    flow.workflow.triggers.as_ref().map(|triggers| {
        triggers
            .iter()
            .any(|trigger| starts_production(flow, trigger))
    })
}

/// The same for one trigger of a workflow.
pub(super) fn starts_production(flow: &Flow, trigger: &Trigger) -> bool {
    let reads_merged = || {
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
    match &*trigger.event {
        "pull_request" | "pull_request_target" => {
            // with other activities as well, only a condition on `merged` shows that it deploys
            let closed = trigger.types.iter().any(|kind| kind == "closed");
            closed && (trigger.types.len() == 1 || reads_merged())
        }
        // a called workflow is a part of its caller; a merge group is not merged yet
        "workflow_call" | "merge_group" => false,
        _ => true,
    }
}

/// Why a file was listed and could not be read. Whether it deploys is then unknown by its name,
/// whatever the other files do.
fn unread(flow: &Flow) -> Option<Arc<Unknown>> {
    match (&flow.workflow.triggers, &flow.workflow.jobs) {
        // what only a call or an open pull request starts is found in the plan of its caller
        _ if starts_for_production(flow) == Known::Yes(false) => None,
        (_, Known::No(unknown)) | (Known::No(unknown), _) => Some(Arc::clone(unknown)),
        _ => None,
    }
}

/// Finds the workflows of a repository that deploy, of those that could be read.
fn find_deploying(flows: &[Flow], policy: &GithubPolicy) -> Known<Vec<usize>> {
    let all = by_path(flows);
    if let Some(path) = &policy.workflows.deploy {
        let named = flows.iter().position(|flow| flow.workflow.path == *path);
        return match named {
            Some(index) => named_file(flows, index, &all),
            None => Unknown::undetermined(format!(
                "the policy names {path} as the workflow that deploys, and the repository does not have \
                 that file"
            ))
            .into(),
        };
    }
    let mut found = Vec::new();
    let mut maybe: Option<Doubt> = None;
    for (index, flow) in flows.iter().enumerate() {
        let starts = starts_for_production(flow);
        // what only a call starts is found in the plan of its caller
        if starts == Known::Yes(false) || unread(flow).is_some() {
            continue;
        }
        let plan = starts
            .get()
            .map_err(Unknown::from)
            .and_then(|_| Plan::of(flow, &all));
        let deploys = plan
            .map_err(Doubt::unread)
            .and_then(|plan| find_production_jobs(&plan, policy));
        match deploys {
            Ok(jobs) if jobs.is_empty() => {}
            Ok(_) => found.push(index),
            Err(doubt) => doubt.keep_better(&mut maybe),
        }
    }
    // one workflow that certainly deploys is enough to judge; doubts about others do not hide it
    match maybe {
        Some(doubt) if found.is_empty() => doubt.unknown.into(),
        _ => Known::Yes(found),
    }
}

/// The workflow that the policy names, and the workflows that call it: what a caller waits for comes
/// before the deployment. A workflow that starts only manually or by a call is judged in its callers.
fn named_file(flows: &[Flow], index: usize, all: &BTreeMap<&str, &Flow>) -> Known<Vec<usize>> {
    let Some(named) = flows.get(index) else {
        return Known::Yes(Vec::new());
    };
    let path = &named.workflow.path;
    let starts_by = |event: &str| {
        let triggers = named.workflow.triggers.ok().into_iter().flatten();
        triggers.into_iter().any(|trigger| trigger.event == event)
    };
    // a workflow without `workflow_call` has no callers, and triggers that could not be read are an
    // unknown of the workflow itself
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
    // the named workflow is judged by itself too, if it starts on other events than a call
    match (alone, unread) {
        (Known::Yes(false), _) if !found.is_empty() => {}
        // a workflow that could not be read may call it
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
            // the policy names the one that deploys, and the files that call it are read with it
            let named = policy.workflows.deploy.is_some();
            let unread: Vec<_> = own
                .iter()
                .filter(|_| !named)
                .filter_map(|flow| Some((Arc::new(flow.workflow.id()), unread(flow)?)))
                .collect();
            let some_unread = !unread.is_empty();
            items.extend(
                unread
                    .into_iter()
                    .map(|(id, why)| (id, deploy(Known::No(why)))),
            );
            match find_deploying(&own, &policy) {
                Known::No(unknown) => items.push((of_repository(), deploy(Known::No(unknown)))),
                Known::Yes(found) if found.is_empty() && some_unread => {}
                Known::Yes(found) if found.is_empty() => {
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
