//! The workflows that deploy to production.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use harden_core::{
    Cx, FactError, Kind, Known, Listing, Location, Place, Resource, ResourceId, Subject, Unknown,
};

use crate::GithubPolicy;
use crate::resources::{LocalAction, Workflow};
use crate::views::deploying::{Deploys, deploys};
use crate::views::flow::{Flow, Placed, flows, repositories};
use crate::views::names::{is_other_stage, is_production};
use crate::views::plan::{Node, Plan};

/// A job that deploys to production.
#[derive(Debug, Clone)]
pub(crate) struct Production {
    /// The node of the plan.
    pub(crate) node: usize,
    /// The last of its steps that is known to deploy, by its number among all steps; none where it
    /// can't be told.
    pub(crate) step: Option<usize>,
    /// Where the first stands of what may deploy.
    pub(crate) first: Option<Mark>,
    /// Where the first stands that deploys for certain; else the last that may.
    pub(crate) sure: Option<Mark>,
    /// Whether the script of `step` swallows the failure of what deploys.
    pub(crate) swallows: bool,
    /// How it was known, for evidence.
    pub(crate) by: String,
}

/// A command, or an action, of a job: by the number of its step among all steps, and its own among
/// the commands of the step.
pub(crate) type Mark = (usize, usize);

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

/// The jobs of a plan that deploy to production. Unknown where a job may, and none certainly does.
///
/// # Errors
/// When it can't be told whether any does.
pub(crate) fn productions(
    plan: &Plan<'_>,
    policy: &GithubPolicy,
) -> Result<Vec<Production>, Unknown> {
    let wanted = &policy.workflows.production_environment;
    let mut found = Vec::new();
    let mut maybe = None;
    for (index, node) in plan.nodes.iter().enumerate() {
        if node.conditions().any(|condition| condition.never) {
            continue;
        }
        let names = node.environments.ok().map_or(&[][..], Vec::as_slice);
        let production = names.iter().any(|name| name.eq_ignore_ascii_case(wanted));
        let parts = parts(node, production);
        if !production && let Some(name) = names.iter().find(|name| !is_other_stage(name)) {
            // it may be another name of production
            if is_production(name) || !parts.is_empty() {
                let message = format!(
                    "the job {} is of the environment {name}, and whether that is production's \
                     can't be told: if it is, name it in `production_environment` of \
                     [github.workflows]; if not, `deploy` there names the file that deploys",
                    node.name()
                );
                maybe.get_or_insert_with(|| Unknown::undetermined(message));
            }
            continue;
        }
        if !production && !names.is_empty() {
            continue;
        }
        if production || !parts.is_empty() {
            found.push(Production::of(index, &parts, wanted));
        } else if let Known::No(unknown) = &node.environments {
            maybe.get_or_insert_with(|| (**unknown).clone());
        } else if let Some(unknown) = opaque(node, wanted) {
            maybe.get_or_insert(unknown);
        }
    }
    match maybe {
        Some(unknown) if found.is_empty() => Err(unknown),
        _ => Ok(found),
    }
}

impl Production {
    /// A job by what of it deploys.
    fn of(node: usize, parts: &[(Mark, Deploys)], wanted: &str) -> Self {
        let step = parts.last().map(|((step, _), _)| *step);
        let mut last = parts
            .iter()
            .filter(|((number, _), _)| Some(*number) == step);
        let by = last.clone().next().map(|(_, part)| part.by.clone());
        let marks = || parts.iter().map(|(mark, _)| *mark);
        let sure = parts.iter().find(|(_, part)| part.certain);
        Self {
            node,
            step,
            first: marks().next(),
            sure: sure.map(|(mark, _)| *mark).or(marks().last()),
            swallows: last.any(|(_, part)| part.tolerated),
            by: by.unwrap_or_else(|| format!("environment {wanted}")),
        }
    }
}

/// What of a job deploys, in order.
fn parts(node: &Node<'_>, production: bool) -> Vec<(Mark, Deploys)> {
    let mut all = Vec::new();
    for (number, step) in node.steps().iter().enumerate() {
        if let Some(placed) = step.ok().filter(|placed| !never(placed)) {
            let parts = deploys(placed.step, production).into_iter();
            all.extend(parts.map(|part| ((number, part.command), part)));
        }
    }
    all
}

/// Why it can't be told whether a job deploys that calls a workflow which can't be read: it is given
/// production, or what names it says that it deploys.
fn opaque(node: &Node<'_>, wanted: &str) -> Option<Unknown> {
    let unknown = node.opaque.as_ref()?;
    let call = node.job.call.as_ref()?;
    let named = [Some(&node.job.id), node.job.name.as_ref(), Some(&call.uses)];
    let mut named = named.into_iter().flatten();
    let stages = || call.inputs.values();
    let production =
        stages().any(|stage| stage.eq_ignore_ascii_case(wanted) || is_production(stage));
    let other = stages().any(|stage| is_other_stage(stage))
        || named.clone().any(|name| is_other_stage(name));
    let says = named.any(|name| {
        let name = name.to_ascii_lowercase();
        name.contains("deploy") || name.contains("release")
    });
    (production || (says && !other)).then(|| Unknown {
        message: format!(
            "{}: whether the job {} deploys to production can't be told",
            unknown.message,
            node.name()
        )
        .into(),
        ..unknown.clone()
    })
}

/// Whether a step can never run.
pub(crate) fn never(placed: &Placed<'_>) -> bool {
    placed.conditions().any(|condition| condition.never)
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

    async fn gather(cx: &Cx) -> Result<Arc<Listing<Self>>, FactError> {
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
