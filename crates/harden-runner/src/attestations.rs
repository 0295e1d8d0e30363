//! `harden.attestations.toml`: what people did and saw.

use async_trait::async_trait;
use harden_core::{
    Attestation, FactError, Facts, Kind, Provider, RawListing, Resource as _, Scope,
};
use serde::Deserialize;

use crate::config_error::ConfigError;

/// The attestations of an estate: a provider of the kind `ops/attestation`. Without a file there
/// are none.
#[derive(Debug, Clone, Default)]
pub struct Attestations(Vec<Attestation>);

impl Attestations {
    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Reads the file: `[[attestation]]` tables with `duty`, `resource`, `on`, `by` and `seen`.
    ///
    /// # Errors
    /// When it is not valid, with the place in the text.
    pub fn parse(text: &str) -> Result<Self, ConfigError> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct File {
            #[serde(default)]
            attestation: Vec<Attestation>,
        }
        let file: File = toml::from_str(text).map_err(|e| ConfigError::of(&e))?;
        for (field, said) in file
            .attestation
            .iter()
            .flat_map(|one| [("duty", &one.duty), ("by", &one.by), ("seen", &one.seen)])
        {
            if said.trim().is_empty() {
                return Err(ConfigError {
                    message: format!("`{field}` says nothing"),
                    span: text.find("[[attestation]]").map_or(0..0, |at| at..at + 15),
                    help: Some(
                        "an attestation says what was done, by whom, and what was seen".into(),
                    ),
                });
            }
        }
        Ok(Self(file.attestation))
    }
}

#[async_trait]
impl Provider for Attestations {
    fn provides(&self, kind: &str) -> bool {
        kind == Attestation::KIND.name
    }

    async fn list(&self, _kind: &'static Kind, _facts: &Facts) -> Result<RawListing, FactError> {
        RawListing::new(&self.0, Scope::Everything, Vec::new())
    }
}
