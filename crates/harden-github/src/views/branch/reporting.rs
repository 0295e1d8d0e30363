//! The status checks that were reported on a branch, and the workflows that report them.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use harden_core::{Cx, FactError, Kind, Known, Listing, Place, Resource, Subject, Unknown};

use super::protection::ProtectedBranch;
use crate::operation::CHECK_RUNS;
use crate::resources::{
    Branch, BranchProtection, BranchRules, CommitContexts, LocalAction, ReportedContexts, Workflow,
};
use crate::views::workflow::{Flow, Plan, by_path, flows};

/// A protected branch with what was reported on its last pull requests and commits.
#[derive(Debug, Clone)]
pub(crate) struct ReportingBranch {
    pub(crate) branch: ProtectedBranch,
    pub(crate) commits: Known<Vec<CommitContexts>>,
    /// The jobs that report check runs, of all workflows of the repository. They are read only where
    /// the branch has a merge queue, or a commit lacks a required check.
    pub(crate) producers: Known<Vec<Producer>>,
}

/// A job that reports a check run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Producer {
    /// The name of the check run, without the values of a matrix.
    pub(crate) name: String,
    /// The path of its workflow.
    pub(crate) path: String,
    /// Whether its workflow runs for the merge groups of a merge queue.
    pub(crate) on_merge_groups: bool,
    /// Whether its workflow runs for changes of some files only.
    pub(crate) on_some_paths: bool,
}

impl Producer {
    /// Whether it reports this check: `build`, or `build (20)` for a matrix.
    pub(crate) fn reports(&self, context: &str) -> bool {
        context
            .strip_prefix(&*self.name)
            .is_some_and(|rest| rest.is_empty() || (rest.starts_with(" (") && rest.ends_with(')')))
    }
}

impl ReportingBranch {
    /// The contexts that the known parts of the protection require.
    fn required(branch: &ProtectedBranch) -> Vec<&str> {
        let (parts, _) = branch.parts();
        let all = parts
            .into_iter()
            .filter_map(|part| part.contexts().ok().copied());
        all.flatten().map(|context| &*context.context).collect()
    }

    /// Whether the jobs of the workflows decide anything: see [`Self::producers`].
    fn needs_producers(branch: &ProtectedBranch, commits: &Known<Vec<CommitContexts>>) -> bool {
        let required = Self::required(branch);
        if required.is_empty() {
            return false;
        }
        let queue = branch.any(|part| part.is_rule("merge_queue"));
        let lacks = |commit: &CommitContexts| {
            let reports = commit.contexts.ok().map_or(&[][..], Vec::as_slice);
            let has = |context: &&str| reports.iter().any(|report| report.name == **context);
            !required.iter().all(has)
        };
        !matches!(queue, Known::Yes(None)) || commits.ok().into_iter().flatten().any(lacks)
    }
}

/// The jobs of all workflows, by the names of their check runs. A job of a called workflow reports
/// under the names of the jobs that call it: `call / build`.
fn producers(flows: &[&Flow]) -> Known<Vec<Producer>> {
    let owned: Vec<Flow> = flows.iter().map(|flow| (*flow).clone()).collect();
    let all: BTreeMap<&str, &Flow> = by_path(&owned);
    let mut found = Vec::new();
    for flow in &owned {
        let read = || -> Result<Vec<Producer>, Unknown> {
            let triggers = flow.workflow.triggers.get()?;
            let on = |event: &str| triggers.iter().any(|trigger| trigger.event == event);
            let mut of_changes = triggers.iter().filter(|trigger| {
                matches!(
                    &*trigger.event,
                    "push" | "pull_request" | "pull_request_target"
                )
            });
            // a push to the branch of a pull request reports on its head as well, unless the trigger
            // is for other branches
            let on_some_paths = on("pull_request")
                && of_changes.all(|trigger| {
                    trigger.paths
                        || trigger.tags
                        || (trigger.event == "push" && !trigger.branches.is_empty())
                });
            let plan = Plan::of(flow, &all)?;
            let each = plan.nodes.iter().map(|node| {
                let callers = node.callers.iter().map(|(_, job)| *job);
                let names = callers.chain([node.job]);
                let names: Vec<&str> = names
                    .map(|job| job.name.as_deref().unwrap_or(&job.id))
                    .collect();
                Producer {
                    name: names.join(" / "),
                    path: flow.workflow.path.clone(),
                    on_merge_groups: on("merge_group"),
                    on_some_paths,
                }
            });
            Ok(each.collect())
        };
        match read() {
            Ok(jobs) => found.extend(jobs),
            Err(unknown) => return unknown.into(),
        }
    }
    Known::Yes(found)
}

#[async_trait]
impl Subject for ReportingBranch {
    const KINDS: &'static [&'static Kind] = &[
        Branch::KIND,
        BranchProtection::KIND,
        BranchRules::KIND,
        ReportedContexts::KIND,
        Workflow::KIND,
        LocalAction::KIND,
    ];

    async fn collect(cx: &Cx) -> Result<Arc<Listing<Self>>, FactError> {
        let branches = cx.subjects::<ProtectedBranch>().await?;
        let reported = cx.list::<ReportedContexts>().await?;
        let mut items = Vec::new();
        for (id, branch) in branches.iter() {
            let place = Place::global(branch.repository.as_str());
            let found = reported.get(&place, &branch.branch);
            let commits = found.and_then(|found| match found {
                Some(found) => found.commits.clone(),
                None => Unknown::undetermined("the checks of the branch were not listed")
                    .during(CHECK_RUNS.name)
                    .into(),
            });
            let producers = if Self::needs_producers(branch, &commits) {
                let flows = flows(cx).await?;
                let own: Vec<&Flow> = flows.at(&place).map(|(_, flow)| flow).collect();
                flows.readable(&place).and_then(|()| producers(&own))
            } else {
                Known::Yes(Vec::new())
            };
            let item = Self {
                branch: branch.clone(),
                commits,
                producers,
            };
            items.push((Arc::clone(id), item));
        }
        let gaps = branches.gaps.clone();
        Ok(Arc::new(Listing::new(items, branches.scope.clone(), gaps)))
    }
}
