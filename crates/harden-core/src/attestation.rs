//! Attestations: what a person did and saw.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::{Kind, Place, Resource, ResourceId};

/// What a person did and saw, with the date, from `harden.attestations.toml`. Checks of several
/// providers accept one as evidence of what no API can show: that somebody verified a restored
/// database.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Attestation {
    /// What was done: `restore-drill`, `cost-review`.
    pub duty: String,
    /// On what, as the report shows it (an ARN or a name); absent where it is about the estate.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resource: Option<String>,
    /// The day it was done.
    pub on: Date,
    /// Who did it.
    pub by: String,
    /// What was seen.
    pub seen: String,
}

impl Attestation {
    /// Whether it is about a resource, by its ARN (as shown) or its name.
    #[must_use]
    pub fn is_about(&self, id: &ResourceId) -> bool {
        self.resource
            .as_deref()
            .is_some_and(|r| r == id.shown() || r == &*id.name)
    }
}

impl Resource for Attestation {
    const KIND: &'static Kind = &Kind::new("ops/attestation");

    fn id(&self) -> ResourceId {
        let about = self.resource.as_deref().unwrap_or_default();
        let name = format!("{} {} {about}", self.duty, self.on);
        ResourceId::new(Self::KIND.name, Place::global("estate"), name.trim_end())
    }
}
