//! Production deployments.

use harden_core::{Kind, Known, Resource, ResourceId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Project, of_project};

/// The latest production deployment of a project that is ready and receives the traffic. Source:
/// GET /v6/deployments.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ProductionDeployment {
    /// The team or the user, spelled as the run was configured.
    pub account: String,
    /// The project's id.
    pub project: String,
    /// The project's name.
    pub name: String,
    /// The GitHub repository that is deployed, `owner/repo`; `None` where no GitHub repository is
    /// connected.
    #[serde(default)]
    pub repository: Known<Option<String>>,
    /// The deployment; `None` where the project was never deployed to production.
    #[serde(default)]
    pub latest: Known<Option<Deployment>>,
}

/// A deployment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Deployment {
    /// Its id (uid): `dpl_…`.
    pub id: String,
    /// When it was created.
    #[serde(default)]
    pub created_at: Known<Timestamp>,
    /// The commit that it was built from (meta.githubCommitSha, or the same of GitLab or
    /// Bitbucket); `None` where it was uploaded without Git, or with uncommitted changes.
    #[serde(default)]
    pub commit: Known<Option<String>>,
}

impl Resource for ProductionDeployment {
    const KIND: &'static Kind =
        &Kind::new("vercel/production-deployment").starts_from(&[Project::KIND]);

    fn id(&self) -> ResourceId {
        of_project(Self::KIND, &self.account, &self.project, &self.name)
    }
}
