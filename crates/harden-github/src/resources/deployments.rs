//! What is deployed.

use harden_core::{Kind, Known, Resource, ResourceId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Repository, within};

/// The latest deployment to the environment of production. Sources: GET
/// /repos/{owner}/{repo}/deployments and GET
/// /repos/{owner}/{repo}/deployments/{deployment_id}/statuses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deployments {
    /// `owner/repo`.
    pub repository: String,
    /// The environment.
    pub environment: String,
    /// The latest that succeeded among the last ten; null where there are fewer and none did, unknown
    /// where none of ten did.
    #[serde(default)]
    pub latest: Known<Option<Deployment>>,
}

/// A deployment that succeeded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deployment {
    /// The commit that was deployed.
    pub sha: String,
    /// The branch, tag or commit that was asked for (ref).
    #[serde(default)]
    pub git_ref: Known<String>,
    /// When the deployment was created.
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
