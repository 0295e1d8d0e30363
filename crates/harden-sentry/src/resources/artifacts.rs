//! What was uploaded for the latest release of a project, so that stack traces can be read.

use harden_core::{Kind, Known, Resource, ResourceId};
use serde::{Deserialize, Serialize};

use super::{Releases, of_project};

/// The artifacts of a project's latest release. Source:
/// GET /projects/{organization}/{project}/files/artifact-bundles/ for the bundles that today's
/// tools upload, GET /organizations/{organization}/releases/{version}/files/ for the single files
/// of older ones.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Artifacts {
    /// The slug of the organization.
    pub organization: String,
    /// The slug of the project.
    pub project: String,
    /// The version of the latest release; none where there is none yet.
    #[serde(default)]
    pub version: Known<Option<String>>,
    /// The bundles that are associated with that release.
    #[serde(default)]
    pub bundles: Known<Vec<Bundle>>,
    /// How many single files with a name that ends in `.map` the release has.
    #[serde(default)]
    pub map_files: Known<u64>,
    /// How many source maps a bundle has that is of no release and was uploaded since the release
    /// before: Sentry finds them by debug id, whatever the release. 0 where there is no such
    /// bundle with any.
    #[serde(default)]
    pub maps_without_release: Known<u64>,
}

/// An artifact bundle.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Bundle {
    /// Its id.
    pub id: String,
    /// How many files it holds (fileCount).
    #[serde(default)]
    pub files: Known<u64>,
    /// How many of them are source maps, of the first page of its files
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
