//! Connecting to a provider: the inputs and the result.

use std::collections::BTreeSet;
use std::sync::Arc;

use futures::future::BoxFuture;
use harden_core::{CancellationToken, Policies, Provider};
use jiff::Timestamp;

use crate::args::EstateArgs;
pub(crate) use crate::environment::env;
use crate::failure::Failure;

/// The inputs for connecting to a provider.
pub(crate) struct OpenRequest<'a> {
    pub(crate) args: &'a EstateArgs,
    pub(crate) policies: &'a Policies,
    /// Whether the policy file has a table for this provider. Such a provider must be read.
    pub(crate) is_in_policy: bool,
    /// The kinds of this provider that the selected checks read.
    pub(crate) kinds: &'a BTreeSet<&'static str>,
    pub(crate) now: Timestamp,
    pub(crate) cancellation: &'a CancellationToken,
}

/// The result of connecting to a provider.
pub(crate) enum Opening {
    /// It can be read.
    Connected(Arc<dyn Provider>),
    /// It is not part of the audit: there are no credentials, and nothing names it.
    Absent {
        /// The reason in the report.
        reason: String,
        /// The error if no provider can be read.
        failure: Failure,
    },
    /// It must be read, but it cannot be.
    Failed(Failure),
}

/// Connects to a provider.
pub(crate) type Open = for<'a> fn(OpenRequest<'a>) -> BoxFuture<'a, Opening>;
