//! The recent errors of a project.

use harden_core::{Kind, Known, Resource, ResourceId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Project, of_project};

/// The newest error events of a project: 100, or as many as it takes to find one from production,
/// up to 1000. Nothing that a user can have written is recorded: no message, no title, no address.
/// Source: GET /projects/{organization}/{project}/events/.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ErrorEvents {
    /// The slug of the organization.
    pub organization: String,
    /// The slug of the project.
    pub project: String,
    /// The newest first.
    #[serde(default)]
    pub newest: Known<Vec<ErrorEvent>>,
    /// Whether there are older ones that were not read.
    #[serde(default)]
    pub more: Known<bool>,
}

/// An error event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ErrorEvent {
    /// Its id (eventID).
    pub id: String,
    /// When Sentry received it (dateCreated).
    #[serde(default)]
    pub at: Known<Timestamp>,
    /// Its release (tag `release`); `None` for an event without one.
    #[serde(default)]
    pub release: Known<Option<String>>,
    /// Its environment (tag `environment`); `None` for an event without one.
    #[serde(default)]
    pub environment: Known<Option<String>>,
}

impl Resource for ErrorEvents {
    const KIND: &'static Kind = &Kind::new("sentry/error-events")
        .permissions(&["project:read"])
        .starts_from(&[Project::KIND]);

    fn id(&self) -> ResourceId {
        of_project(Self::KIND, &self.organization, &self.project)
    }
}
