//! GET /repos/{owner}/{repo}/actions/workflows, and of each GET
//! /repos/{owner}/{repo}/actions/workflows/{workflow_id}/runs.

use std::sync::Arc;

use futures::future::join_all;
use harden_collect::{Collect, Collected, Portion};
use harden_core::{FactError, Facts, Known, Unknown};

use super::GithubProvider;
use super::answers::{RunAnswer, Runs, WorkflowAnswer, Workflows};
use super::failure::Failure;
use super::repository_api::{RepositoryApi, known, missing, present};
use crate::operation::{WORKFLOW_RUNS, WORKFLOWS};
use crate::path::segment;
use crate::resources::{Branch, WorkflowRun, WorkflowRuns};

impl Collect<GithubProvider> for WorkflowRuns {
    async fn collect(github: &GithubProvider, facts: &Facts) -> Result<Collected<Self>, FactError> {
        github.for_each(facts, read).await
    }
}

async fn read(api: RepositoryApi, branch: Arc<Branch>) -> Portion<WorkflowRuns> {
    // of several branches, the first that the policy names
    let first = api.policy.protection.branches.first();
    if first.is_some_and(|first| *first != branch.branch) {
        return Portion::default();
    }
    let path = "/actions/workflows?per_page=100";
    let pages = api.get_pages::<Workflows>(WORKFLOWS, path).await;
    let mut read = Portion::default();
    let each = pages
        .items
        .into_iter()
        .map(|w| of_workflow(&api, &branch, w));
    for runs in join_all(each).await {
        read.push(runs);
    }
    read.gaps.extend(pages.failed.map(Unknown::from));
    read
}

async fn of_workflow(
    api: &RepositoryApi,
    branch: &Branch,
    workflow: WorkflowAnswer,
) -> Result<WorkflowRuns, Failure> {
    let id = workflow.id.ok_or_else(|| missing(WORKFLOWS, "id"))?;
    let path = workflow.path.ok_or_else(|| missing(WORKFLOWS, "path"))?;
    let runs = format!(
        "/actions/workflows/{id}/runs?branch={}&per_page=20",
        segment(&branch.branch)
    );
    let pages = api
        .get_pages_until::<Runs>(WORKFLOW_RUNS, &runs, |runs| runs.iter().any(shows_state))
        .await;
    let mut runs = pages.into_result();
    if let Ok(runs) = &mut runs
        && let Some(last) = runs.iter().position(shows_state)
    {
        runs.truncate(last + 1);
    }
    let runs = runs.and_then(|runs| runs.into_iter().map(described).collect());
    Ok(WorkflowRuns {
        repository: branch.repository.clone(),
        path,
        branch: Known::Yes(branch.branch.clone()),
        state: present(workflow.state, WORKFLOWS, "state"),
        runs: known(runs),
    })
}

/// Whether a run shows the state of the workflow. A run with missing fields counts, so that it is
/// judged and not skipped.
fn shows_state(run: &RunAnswer) -> bool {
    let over = run.status.as_deref().is_none_or(|s| s == "completed");
    let own = run.event.as_deref().is_none_or(WorkflowRun::is_of_branch);
    over && own && run.conclusion.as_deref().is_none_or(WorkflowRun::is_result)
}

fn described(run: RunAnswer) -> Result<WorkflowRun, Failure> {
    let over = run.status.as_deref() == Some("completed");
    Ok(WorkflowRun {
        id: run.id.ok_or_else(|| missing(WORKFLOW_RUNS, "id"))?,
        conclusion: match run.conclusion {
            None if over => missing(WORKFLOW_RUNS, "conclusion").unknown.into(),
            conclusion => Known::Yes(conclusion),
        },
        status: present(run.status, WORKFLOW_RUNS, "status"),
        head_sha: present(run.head_sha, WORKFLOW_RUNS, "head_sha"),
        event: present(run.event, WORKFLOW_RUNS, "event"),
        created_at: present(run.created_at, WORKFLOW_RUNS, "created_at"),
    })
}
