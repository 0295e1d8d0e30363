//! Attestations: what a person did and saw.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::{Kind, Known, Place, Resource, ResourceId};

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
    #[serde(alias = "seen")]
    pub note: String,
    /// The address of the minutes or the ticket.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
}

impl Attestation {
    /// The place of all attestations: they are about the estate, not about an account.
    #[must_use]
    pub fn place() -> Place {
        Place::global("estate")
    }

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
        ResourceId::new(Self::KIND.name, Self::place(), name.trim_end())
    }
}

/// The file that holds the attestations of the estate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct AttestationsFile {
    /// Its name.
    pub name: String,
    /// Whether the estate has one. An empty file is a file.
    #[serde(default)]
    pub exists: Known<bool>,
}

impl AttestationsFile {
    /// The name of the file, next to the policy file.
    pub const NAME: &'static str = "harden.attestations.toml";

    /// The file, and whether it exists.
    #[must_use]
    pub fn new(exists: bool) -> Self {
        Self {
            name: Self::NAME.to_owned(),
            exists: Known::Yes(exists),
        }
    }
}

impl Resource for AttestationsFile {
    const KIND: &'static Kind = &Kind::new("ops/attestations-file");

    fn id(&self) -> ResourceId {
        ResourceId::new(Self::KIND.name, Attestation::place(), &self.name)
    }
}
