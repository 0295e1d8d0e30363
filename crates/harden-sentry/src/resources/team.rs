//! Teams of the organization.

use harden_core::{Kind, Known, Place, Resource, ResourceId};
use serde::{Deserialize, Serialize};

/// A team. Source: GET /organizations/{organization}/teams/.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Team {
    /// The slug of the organization.
    pub organization: String,
    /// Its id, by which alerts name their recipients.
    pub id: String,
    /// Its slug.
    #[serde(default)]
    pub slug: Known<String>,
    /// The number of its members (memberCount).
    #[serde(default)]
    pub members: Known<u64>,
}

impl Resource for Team {
    const KIND: &'static Kind = &Kind::new("sentry/team").permissions(&["org:read"]);

    fn id(&self) -> ResourceId {
        ResourceId::new(
            Self::KIND.name,
            Place::global(&*self.organization),
            &self.id,
        )
    }
}
