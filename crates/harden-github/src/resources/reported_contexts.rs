//! The checks and statuses that commits really got.

use harden_core::{Kind, Known, Resource, ResourceId};
use serde::{Deserialize, Serialize};

use super::{Branch, BranchProtection, BranchRules, within};

/// The contexts that were reported on the last pull requests into a branch, and on its last commits
/// where there are fewer pull requests. Nothing is asked where the branch requires no check.
/// Sources: GET /repos/{owner}/{repo}/pulls, GET /repos/{owner}/{repo}/commits, and of each commit
/// GET /repos/{owner}/{repo}/commits/{ref}/check-runs and GET
/// /repos/{owner}/{repo}/commits/{ref}/status.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportedContexts {
    /// `owner/repo`.
    pub repository: String,
    /// The branch.
    pub branch: String,
    /// The heads of pull requests and the commits, the newest first.
    #[serde(default)]
    pub commits: Known<Vec<CommitContexts>>,
}

/// What was reported on a commit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CommitContexts {
    /// The commit.
    pub sha: String,
    /// The pull request that it is the head of; null for a commit of the branch itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pull_request: Option<u64>,
    /// The names of its check runs and the contexts of its statuses.
    #[serde(default)]
    pub contexts: Known<Vec<String>>,
}

impl Resource for ReportedContexts {
    const KIND: &'static Kind = &Kind::new("github/reported-contexts")
        .permissions(&[
            "checks=read",
            "statuses=read",
            "pull_requests=read",
            "contents=read",
        ])
        .starts_from(&[Branch::KIND, BranchRules::KIND, BranchProtection::KIND]);

    fn id(&self) -> ResourceId {
        within(Self::KIND.name, &self.repository, "@", &self.branch)
    }
}
