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
    /// Its check runs and statuses.
    #[serde(default)]
    pub contexts: Known<Vec<Report>>,
}

/// A check run or a status of a commit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Recorded")]
#[non_exhaustive]
pub struct Report {
    /// The name of the check run, or the context of the status.
    pub name: String,
    /// The number of the App that created the check run (app.id); null for a status, of which GitHub
    /// does not return the App.
    pub app: Known<Option<i64>>,
    /// Whether the check run was skipped (conclusion `skipped`). GitHub counts a skipped job as
    /// successful.
    pub skipped: Known<bool>,
}

/// A report in a snapshot. An older version recorded the name only.
#[derive(Deserialize)]
#[serde(untagged)]
enum Recorded {
    Name(String),
    Whole {
        name: String,
        #[serde(default)]
        app: Known<Option<i64>>,
        #[serde(default)]
        skipped: Known<bool>,
    },
}

impl From<Recorded> for Report {
    fn from(recorded: Recorded) -> Self {
        match recorded {
            Recorded::Name(name) => Self {
                name,
                app: Known::default(),
                skipped: Known::default(),
            },
            Recorded::Whole { name, app, skipped } => Self { name, app, skipped },
        }
    }
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
