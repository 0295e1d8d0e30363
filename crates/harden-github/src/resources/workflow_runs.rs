//! The last runs of workflows.

use harden_core::{Kind, Known, Resource, ResourceId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Branch, within};

/// The last runs of a workflow on the judged branch (the first branch, if the policy names several). Sources: GET /repos/{owner}/{repo}/actions/workflows and GET
/// /repos/{owner}/{repo}/actions/workflows/{workflow_id}/runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct WorkflowRuns {
    /// `owner/repo`.
    pub repository: String,
    /// The file: `.github/workflows/e2e-smoke.yml`.
    pub path: String,
    /// The branch of the runs.
    #[serde(default)]
    pub branch: Known<String>,
    /// `active`, `disabled_manually`, `disabled_inactivity`, `disabled_fork`, `deleted`.
    #[serde(default)]
    pub state: Known<String>,
    /// Its runs on the branch, newest first. The list ends with the newest run of the branch itself
    /// that is completed and was not skipped or cancelled.
    #[serde(default)]
    pub runs: Known<Vec<WorkflowRun>>,
}

/// A run of a workflow.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct WorkflowRun {
    /// Its number.
    pub id: u64,
    /// `completed`, `in_progress`, `queued`, …
    #[serde(default)]
    pub status: Known<String>,
    /// `success`, `failure`, `cancelled`, `skipped`, `timed_out`, …; null until it is completed.
    #[serde(default)]
    pub conclusion: Known<Option<String>>,
    /// The commit that it ran on (head_sha).
    #[serde(default)]
    pub head_sha: Known<String>,
    /// What started it: `push`, `pull_request`, `schedule`, …
    #[serde(default)]
    pub event: Known<String>,
    /// The time when it was created (created_at).
    #[serde(default)]
    pub created_at: Known<Timestamp>,
}

impl WorkflowRun {
    /// Whether a conclusion is a result of the workflow: the run was not skipped or cancelled, and does
    /// not wait for an approval.
    #[must_use]
    pub fn is_result(conclusion: &str) -> bool {
        !matches!(
            conclusion,
            "action_required" | "cancelled" | "neutral" | "skipped" | "stale"
        )
    }

    /// Whether the runs of an event on a branch are runs of the branch itself. GitHub lists runs by
    /// their head branch, so the run of a pull request from a fork's `main` is a run of `main` too.
    #[must_use]
    pub fn is_of_branch(event: &str) -> bool {
        !event.starts_with("pull_request")
    }
}

impl Resource for WorkflowRuns {
    const KIND: &'static Kind = &Kind::new("github/workflow-runs")
        .permissions(&["actions=read"])
        .starts_from(&[Branch::KIND]);

    fn id(&self) -> ResourceId {
        within(Self::KIND.name, &self.repository, "/", &self.path)
    }
}
