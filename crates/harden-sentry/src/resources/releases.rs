//! The releases of a project.

use harden_core::{Kind, Known, Resource, ResourceId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Project, of_project};

/// The newest releases of a project, up to 100. Source:
/// GET /projects/{organization}/{project}/releases/.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Releases {
    /// The slug of the organization.
    pub organization: String,
    /// The slug of the project.
    pub project: String,
    /// The newest first, in Sentry's order: by the release date, else by the date of creation.
    #[serde(default)]
    pub newest: Known<Vec<Release>>,
    /// Whether there are older releases that were not read.
    #[serde(default)]
    pub more: Known<bool>,
}

/// A release.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Release {
    /// The version, as the SDK sends it with events. The checks expect the commit's full SHA.
    pub version: String,
    /// When it was created (dateCreated).
    #[serde(default)]
    pub created_at: Known<Timestamp>,
    /// When it was released (dateReleased); `None` for a release that was never finalized.
    #[serde(default)]
    pub released_at: Known<Option<Timestamp>>,
    /// The number of commits that are associated with it (commitCount).
    #[serde(default)]
    pub commit_count: Known<u64>,
}

impl Releases {
    /// The latest release; `None` where the project has no release yet.
    #[must_use]
    pub fn latest(&self) -> Known<Option<&Release>> {
        self.newest.as_ref().map(|newest| newest.first())
    }
}

impl Resource for Releases {
    const KIND: &'static Kind = &Kind::new("sentry/releases")
        .permissions(&["project:read"])
        .starts_from(&[Project::KIND]);

    fn id(&self) -> ResourceId {
        of_project(Self::KIND, &self.organization, &self.project)
    }
}
