//! The deploys of a project's latest release.

use harden_core::{Kind, Known, Resource, ResourceId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Releases, of_project};

/// The deploys of a project's latest release. Source:
/// GET /organizations/{organization}/releases/{version}/deploys/.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ReleaseDeploys {
    /// The slug of the organization.
    pub organization: String,
    /// The slug of the project.
    pub project: String,
    /// The version of the latest release; `None` where the project has no release yet.
    #[serde(default)]
    pub version: Known<Option<String>>,
    /// Its deploys.
    #[serde(default)]
    pub deploys: Known<Vec<Deploy>>,
}

/// A deploy of a release.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Deploy {
    /// The environment, as the deploy was recorded with: `production`.
    #[serde(default)]
    pub environment: Known<String>,
    /// When it finished (dateFinished); `None` where Sentry has no time for it.
    #[serde(default)]
    pub finished_at: Known<Option<Timestamp>>,
}

impl Resource for ReleaseDeploys {
    const KIND: &'static Kind = &Kind::new("sentry/release-deploys")
        .permissions(&["project:read"])
        .starts_from(&[Releases::KIND]);

    fn id(&self) -> ResourceId {
        of_project(Self::KIND, &self.organization, &self.project)
    }
}
