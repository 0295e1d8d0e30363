//! The check runs and statuses that were reported on commits.

use harden_core::{Kind, Known, Resource, ResourceId};
use serde::{Deserialize, Serialize};

use super::{Branch, BranchProtection, BranchRules, within};

/// The contexts that were reported on the last pull requests into a branch. If there are fewer pull
/// requests, the last commits of the branch are included. A branch that requires no check is not read.
/// Sources: GET /repos/{owner}/{repo}/pulls, GET /repos/{owner}/{repo}/commits, and for each commit
/// GET /repos/{owner}/{repo}/commits/{ref}/check-runs and GET
/// /repos/{owner}/{repo}/commits/{ref}/status.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ReportedContexts {
    /// `owner/repo`.
    pub repository: String,
    /// The branch.
    pub branch: String,
    /// The heads of the pull requests and the commits, newest first.
    #[serde(default)]
    pub commits: Known<Vec<CommitContexts>>,
}

/// The contexts that were reported on a commit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct CommitContexts {
    /// The commit.
    pub sha: String,
    /// The pull request whose head it is; null for a commit of the branch itself.
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
