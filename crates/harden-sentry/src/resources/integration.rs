//! Integrations: the chats, pagers and issue trackers that alerts can notify.

use harden_core::{Kind, Known, Place, Resource, ResourceId};
use serde::{Deserialize, Serialize};

/// An integration of the organization. Source: GET /organizations/{organization}/integrations/.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Integration {
    /// The slug of the organization.
    pub organization: String,
    /// Its id, by which actions name it.
    pub id: String,
    /// Its provider: `slack`, `jira`, `pagerduty` (provider.key).
    #[serde(default)]
    pub provider: Known<String>,
    /// Whether it is active: both its own status and the organization's are `active`.
    #[serde(default)]
    pub active: Known<bool>,
}

impl Resource for Integration {
    const KIND: &'static Kind = &Kind::new("sentry/integration").permissions(&["org:read"]);

    fn id(&self) -> ResourceId {
        ResourceId::new(
            Self::KIND.name,
            Place::global(&*self.organization),
            &self.id,
        )
    }
}
