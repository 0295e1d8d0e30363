//! Deployments to production.

use harden_core::{Kind, Known, Resource, ResourceId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Repository, within};

/// The latest deployment to the production environment. Sources: GET
/// /repos/{owner}/{repo}/deployments and GET
/// /repos/{owner}/{repo}/deployments/{deployment_id}/statuses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Deployments {
    /// `owner/repo`.
    pub repository: String,
    /// The environment.
    pub environment: String,
    /// The latest successful one of the last ten deployments. Null if there are fewer than ten and none
    /// succeeded; unknown if there are ten and none succeeded, since an older one may have.
    #[serde(default)]
    pub latest: Known<Option<Deployment>>,
}

/// A successful deployment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Deployment {
    /// The deployed commit (sha).
    pub sha: String,
    /// The requested branch, tag or commit (ref).
    #[serde(default)]
    pub git_ref: Known<String>,
    /// The time when the deployment was created (created_at).
    #[serde(default)]
    pub created_at: Known<Timestamp>,
}

impl Resource for Deployments {
    const KIND: &'static Kind = &Kind::new("github/deployments")
        .permissions(&["deployments=read"])
        .starts_from(&[Repository::KIND]);

    fn id(&self) -> ResourceId {
        let sep = " deployments to ";
        within(Self::KIND.name, &self.repository, sep, &self.environment)
    }
}
