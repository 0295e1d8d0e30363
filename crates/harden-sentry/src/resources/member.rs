//! Members of the organization.

use harden_core::{Kind, Known, Place, Resource, ResourceId};
use serde::{Deserialize, Serialize};

/// A member who has accepted the invitation. Neither name nor address is recorded. Source:
/// GET /organizations/{organization}/members/.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Member {
    /// The slug of the organization.
    pub organization: String,
    /// The id of the user, by which alerts name their recipients.
    pub user_id: String,
    /// Whether the user's account is active.
    #[serde(default)]
    pub active: Known<bool>,
}

impl Resource for Member {
    const KIND: &'static Kind = &Kind::new("sentry/member").permissions(&["member:read"]);

    fn id(&self) -> ResourceId {
        ResourceId::new(
            Self::KIND.name,
            Place::global(&*self.organization),
            &self.user_id,
        )
    }
}
