//! What a provider is opened with, and what became of it.

use std::collections::BTreeSet;
use std::sync::Arc;

use futures::future::BoxFuture;
use harden_core::{CancellationToken, Provider};
use jiff::Timestamp;

use crate::args::EstateArgs;
use crate::config::Config;
use crate::failure::Failure;

/// What a provider is opened with.
pub(crate) struct Asked<'a> {
    pub(crate) args: &'a EstateArgs,
    pub(crate) config: &'a Config,
    /// The kinds of this provider that the chosen checks read.
    pub(crate) kinds: &'a BTreeSet<&'static str>,
    pub(crate) now: Timestamp,
    pub(crate) cancellation: &'a CancellationToken,
}

impl Asked<'_> {
    /// Whether the policy file has a table for a provider: then it must be read.
    pub(crate) fn has_table(&self, provider: &str) -> bool {
        self.config.file.has_table(provider)
    }
}

/// What became of opening a provider.
pub(crate) enum Opening {
    /// It can be read.
    Connected(Arc<dyn Provider>),
    /// Nothing asks for it and there are no credentials, so it is not part of the audit.
    Absent {
        /// Why, in the report.
        reason: String,
        /// What to say if no provider can be read.
        failure: Failure,
    },
    /// It must be read and cannot be.
    Failed(Failure),
}

/// Opens a provider.
pub(crate) type Open = for<'a> fn(Asked<'a>) -> BoxFuture<'a, Opening>;

/// A variable of the environment.
pub(crate) fn env(name: &str) -> Option<String> {
    std::env::var(name).ok()
}
