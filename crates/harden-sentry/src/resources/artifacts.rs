//! The artifacts of a project's latest release, which make its stack traces readable.

use harden_core::{Kind, Known, Resource, ResourceId};
use serde::{Deserialize, Serialize};

use super::{Releases, of_project};

/// The artifacts of a project's latest release. Source:
/// GET /projects/{organization}/{project}/files/artifact-bundles/ for the bundles that current
/// tools upload, GET /organizations/{organization}/releases/{version}/files/ for the single files
/// of older tools.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Artifacts {
    /// The slug of the organization.
    pub organization: String,
    /// The slug of the project.
    pub project: String,
    /// The version of the latest release; `None` where the project has no release yet.
    #[serde(default)]
    pub version: Known<Option<String>>,
    /// The bundles that are associated with that release.
    #[serde(default)]
    pub bundles: Known<Vec<Bundle>>,
    /// The number of single files of the release whose names end in `.map`.
    #[serde(default)]
    pub map_files: Known<u64>,
    /// The number of source maps in a bundle that belongs to no release and was uploaded since the
    /// previous release. Sentry finds them by debug id, whatever the release. 0 where no such
    /// bundle has source maps.
    #[serde(default)]
    pub maps_without_release: Known<u64>,
}

/// An artifact bundle.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Bundle {
    /// Its id.
    pub id: String,
    /// The number of its files (fileCount).
    #[serde(default)]
    pub files: Known<u64>,
    /// The number of source maps on the first page of its files
    /// (GET /projects/{organization}/{project}/artifact-bundles/{bundle}/files/).
    #[serde(default)]
    pub source_maps: Known<u64>,
}

impl Resource for Artifacts {
    const KIND: &'static Kind = &Kind::new("sentry/artifacts")
        .permissions(&["project:read"])
        .starts_from(&[Releases::KIND]);

    fn id(&self) -> ResourceId {
        of_project(Self::KIND, &self.organization, &self.project)
    }
}
