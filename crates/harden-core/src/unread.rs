//! Providers that a run does not read.

use async_trait::async_trait;

use crate::{FactError, Facts, Kind, Provider, RawListing, Scope, Unknown};

/// Takes the place of a provider that a run does not read, so that checks that join its kinds get
/// unknown instead of absent.
#[derive(Debug)]
pub struct Unread {
    provider: String,
    refusal: Option<Unknown>,
}

impl Unread {
    /// A provider that is not part of the audit. Nothing of it was read, and that is not a gap.
    #[must_use]
    pub fn not_audited(provider: &str) -> Self {
        Self {
            provider: provider.to_owned(),
            refusal: None,
        }
    }

    /// A provider that should have been read and could not be: every kind of it is a gap.
    #[must_use]
    pub fn refused(provider: &str, unknown: Unknown) -> Self {
        Self {
            provider: provider.to_owned(),
            refusal: Some(unknown),
        }
    }
}

#[async_trait]
impl Provider for Unread {
    fn provides(&self, kind: &str) -> bool {
        kind.split_once('/')
            .is_some_and(|(provider, _)| provider == self.provider)
    }

    async fn list(&self, _kind: &'static Kind, _facts: &Facts) -> Result<RawListing, FactError> {
        Ok(match &self.refusal {
            None => RawListing {
                scope: Scope::Places(Vec::new()),
                gaps: Vec::new(),
                resources: RawListing::none(),
            },
            Some(unknown) => RawListing::unread(unknown.clone()),
        })
    }
}
