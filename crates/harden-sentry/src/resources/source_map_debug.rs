//! Sentry's diagnosis of the source maps of a recent error.

use harden_core::{Kind, Known, Resource, ResourceId};
use serde::{Deserialize, Serialize};

use super::{ErrorEvents, Releases, of_project};

/// Sentry's diagnosis of the newest error event of a project's latest release. Source:
/// GET /projects/{organization}/{project}/events/{event}/source-map-debug/.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SourceMapDebug {
    /// The slug of the organization.
    pub organization: String,
    /// The slug of the project.
    pub project: String,
    /// The diagnosis; `None` where the latest release has no error event yet.
    #[serde(default)]
    pub event: Known<Option<Debugged>>,
}

/// The diagnosis of one event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Debugged {
    /// The event's id.
    pub id: String,
    /// Whether any artifact was uploaded for the event's release.
    #[serde(default)]
    pub release_has_some_artifact: Known<bool>,
    /// Whether an artifact with the debug id of one of its frames was uploaded.
    #[serde(default)]
    pub has_uploaded_some_artifact_with_a_debug_id: Known<bool>,
    /// Whether a source map was found for at least one frame, by debug id or by release.
    #[serde(default)]
    pub mapped: Known<bool>,
}

impl Resource for SourceMapDebug {
    const KIND: &'static Kind = &Kind::new("sentry/source-map-debug")
        .permissions(&["project:read"])
        .starts_from(&[ErrorEvents::KIND, Releases::KIND]);

    fn id(&self) -> ResourceId {
        of_project(Self::KIND, &self.organization, &self.project)
    }
}
