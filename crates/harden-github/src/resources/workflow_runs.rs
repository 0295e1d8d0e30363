//! The last runs of workflows.

use harden_core::{Kind, Known, Resource, ResourceId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Branch, within};

/// The last runs of a workflow on the branch that is judged (the first, where the policy names
/// several). Sources: GET /repos/{owner}/{repo}/actions/workflows and GET
/// /repos/{owner}/{repo}/actions/workflows/{workflow_id}/runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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
    /// Its runs on the branch, the newest first: back to the first that is of the branch itself,
    /// is completed, and was not skipped or cancelled.
    #[serde(default)]
    pub runs: Known<Vec<WorkflowRun>>,
}

/// A run of a workflow.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkflowRun {
    /// Its number.
    pub id: u64,
    /// `completed`, `in_progress`, `queued`, …
    #[serde(default)]
    pub status: Known<String>,
    /// `success`, `failure`, `cancelled`, `skipped`, `timed_out`, …; null until it is completed.
    #[serde(default)]
    pub conclusion: Known<Option<String>>,
    /// The commit that it ran on.
    #[serde(default)]
    pub head_sha: Known<String>,
    /// What started it: `push`, `pull_request`, `schedule`, …
    #[serde(default)]
    pub event: Known<String>,
    /// When it was started.
    #[serde(default)]
    pub created_at: Known<Timestamp>,
}

impl WorkflowRun {
    /// Whether a conclusion tells how a workflow fares: it came to a result, and was neither skipped
    /// nor cancelled.
    #[must_use]
    pub fn tells(conclusion: &str) -> bool {
        !matches!(
            conclusion,
            "action_required" | "cancelled" | "neutral" | "skipped" | "stale"
        )
    }

    /// Whether an event's runs on a branch are of the branch itself. GitHub lists by the head branch:
    /// a pull request from the `main` of a fork is among the runs of `main`.
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
