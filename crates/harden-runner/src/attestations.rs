//! `harden.attestations.toml`: what people did and observed.

use async_trait::async_trait;
use harden_core::{
    Attestation, FactError, Facts, Kind, Provider, RawListing, Resource as _, Scope,
};
use serde::Deserialize;

use crate::config_error::ConfigError;

/// The attestations of an estate, as a provider of the kind `ops/attestation`. The list is empty
/// without a file.
#[derive(Debug, Clone, Default)]
pub struct Attestations(Vec<Attestation>);

impl Attestations {
    /// Whether there are no attestations.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Reads the file: `[[attestation]]` tables with `duty`, `resource`, `on`, `by` and `seen`.
    ///
    /// # Errors
    /// When the file is not valid; the error has the position in the text.
    pub fn parse(text: &str) -> Result<Self, ConfigError> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct File {
            #[serde(default)]
            attestation: Vec<Attestation>,
        }
        let file: File = toml::from_str(text).map_err(|e| ConfigError::from_toml(&e))?;
        for (field, value) in file
            .attestation
            .iter()
            .flat_map(|one| [("duty", &one.duty), ("by", &one.by), ("seen", &one.seen)])
        {
            if value.trim().is_empty() {
                return Err(ConfigError {
                    message: format!("`{field}` is empty"),
                    span: text.find("[[attestation]]").map_or(0..0, |at| at..at + 15),
                    help: Some(
                        "an attestation states what was done, by whom, and what was observed"
                            .into(),
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
