//! The workflows that run the smoke tests.

use std::sync::Arc;

use async_trait::async_trait;
use harden_core::{
    Cx, FactError, Kind, Known, Listing, Location, Resource, ResourceId, Subject, Unknown,
};

use super::runs::SmokeRuns;
use super::scripts::Packages;
use crate::policy::GithubPolicy;
use crate::resources::{LocalAction, PackageScripts, Repository, Workflow, WorkflowRuns};
use crate::views::workflow::{Flow, flows, of_repositories};

/// A repository, and the branches whose changes the smoke tests must test.
#[derive(Debug, Clone)]
pub(crate) struct Smoke {
    pub(crate) flows: Arc<Vec<Flow>>,
    pub(crate) packages: Packages,
    pub(crate) branches: Known<Vec<String>>,
}

#[async_trait]
impl Subject for Smoke {
    const KINDS: &'static [&'static Kind] = &[
        Workflow::KIND,
        LocalAction::KIND,
        PackageScripts::KIND,
        Repository::KIND,
    ];

    async fn collect(cx: &Cx) -> Result<Arc<Listing<Self>>, FactError> {
        let policy = cx.policy::<GithubPolicy>();
        let flows = flows(cx).await?;
        let packages = cx.list::<PackageScripts>().await?;
        let repositories = cx.list::<Repository>().await?;
        let items = of_repositories(&flows).into_iter().map(|(place, own)| {
            let branches = if policy.protection.branches.is_empty() {
                let found = repositories.get(&place, &place.account);
                found.and_then(|found| match found {
                    Some(repository) => repository.default_branch.clone().map(|name| vec![name]),
                    None => Unknown::undetermined(
                        "the repository, and with it the default branch, was not listed",
                    )
                    .into(),
                })
            } else {
                Known::Yes(policy.protection.branches.clone())
            };
            let repository = place.account.to_string();
            let packages = Packages::of(&packages, &place);
            let id = ResourceId::new(Workflow::KIND.name, place, "smoke").shown_as(&repository);
            let smoke = Self {
                flows: own,
                packages,
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

/// A workflow that runs the smoke tests, with its runs; or a repository without such a workflow.
#[derive(Debug, Clone)]
pub(crate) struct SmokeWorkflow {
    pub(crate) repository: String,
    /// The file of the workflow; `None` if no workflow runs the smoke tests.
    pub(crate) path: Known<Option<String>>,
    pub(crate) runs: Known<Option<WorkflowRuns>>,
}

#[async_trait]
impl Subject for SmokeWorkflow {
    const KINDS: &'static [&'static Kind] = &[
        Workflow::KIND,
        LocalAction::KIND,
        PackageScripts::KIND,
        WorkflowRuns::KIND,
    ];

    async fn collect(cx: &Cx) -> Result<Arc<Listing<Self>>, FactError> {
        let policy = cx.policy::<GithubPolicy>();
        let flows = flows(cx).await?;
        let packages = cx.list::<PackageScripts>().await?;
        let runs = cx.list::<WorkflowRuns>().await?;
        let mut items = Vec::new();
        for (place, own) in of_repositories(&flows) {
            let repository = place.account.to_string();
            let packages = Packages::of(&packages, &place);
            let found = SmokeRuns::of(&own, &packages, &policy);
            // a workflow that is only called has no runs of its own: it is a part of its callers' runs
            let mut all: Vec<&Flow> = found
                .all
                .iter()
                .filter(|run| run.part.is_none())
                .filter(|run| {
                    run.events.ok().is_none_or(|events| {
                        events
                            .iter()
                            .any(|trigger| trigger.event != "workflow_call")
                    })
                })
                .map(|run| run.flow)
                .collect();
            // one workflow can run the tests several times; its runs are adjacent
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
            // a file that could not be read is unknown by its name, whatever the others run
            let unread = own.iter().filter_map(|flow| {
                let unknown = match &flow.workflow.jobs {
                    Known::No(unknown) => Arc::clone(unknown),
                    Known::Yes(_) => return None,
                };
                let unread = Self {
                    repository: repository.clone(),
                    path: Known::No(unknown),
                    runs: Known::Yes(None),
                };
                Some((Arc::new(flow.workflow.id()), unread))
            });
            if !all.is_empty() {
                items.extend(unread);
            }
            if all.is_empty() {
                // without any use of Playwright, scripts that are not known are no reason for doubt
                let seen = found.playwright.is_some();
                let part = found.all.iter().find_map(|run| run.part.clone());
                let unread = found.unread.or(part).or(found.unresolved.filter(|_| seen));
                let id = ResourceId::new(Workflow::KIND.name, place.clone(), "smoke");
                let mut id = id.shown_as(&repository);
                if unread.is_some() {
                    // the finding is about all workflows that may run the tests
                    id = id.collective();
                }
                items.push((
                    Arc::new(id),
                    Self {
                        repository,
                        path: unread.map_or(Known::Yes(None), Known::from),
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
