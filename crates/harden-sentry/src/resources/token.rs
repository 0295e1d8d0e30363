//! The token of the audit itself.

use harden_core::{Kind, Known, Place, Resource, ResourceId};
use serde::{Deserialize, Serialize};

/// The token of the audit: its scopes, never its value. Source: GET /api/0/, which every token can
/// call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Token {
    /// The slug of the organization that it is used for.
    pub organization: String,
    /// Its scopes: `alerts:read`, `org:read`, …
    #[serde(default)]
    pub scopes: Known<Vec<String>>,
}

impl Resource for Token {
    const KIND: &'static Kind = &Kind::new("sentry/token");

    fn id(&self) -> ResourceId {
        ResourceId::new(
            Self::KIND.name,
            Place::global(&*self.organization),
            "audit token",
        )
        .shown_as(&format!("the audit's token for {}", self.organization))
    }
}
