//! Reads repositories over GitHub's REST API: the provider of every kind in [`crate::resources`].
//!
//! - Nothing is written: every call is a read (but for [`upload()`]). Each is counted, in
//!   [`harden_core::Facts::calls`], and made once.
//! - A repository, a branch or an environment that can't be read is a gap or an unknown fact of a
//!   listing that goes on; only what makes every answer impossible is a [`ConnectError`]. What each
//!   refusal means stands in `failure.rs`.
//! - Calls go over octocrab, in a bounded number at a time, with a time limit; they heed what
//!   GitHub says of its limits, and leave a part of the quota for others (see `api.rs`, `quota.rs`).
//! - What was read before is asked for with its ETag (see `cache.rs`); an answer that did not change
//!   costs no quota.
//! - Each call ends when the run does ([`harden_core::CancellationToken`]): what was read by then stays.
//! - No secret leaves: the token is kept as one, no redirect is followed to another host, and of an
//!   answer only the fields of a declared type are kept, in memory and in the cache.

mod answers;
mod api;
mod at;
mod cache;
mod checkout;
mod client;
mod connect;
mod contents;
mod error;
mod failure;
mod gather;
mod listers;
mod origin;
mod package_scripts;
mod paging;
mod quota;
mod token;
mod upload;

mod actions_settings;
mod branch;
mod branch_protection;
mod branch_rules;
mod deployments;
mod environment;
mod environment_branch_policies;
mod reported_contexts;
mod repository;
mod repository_security;
mod ruleset;
mod secrets;
mod variables;
mod vulnerability_alerts;
mod workflow;
mod workflow_runs;

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use harden_core::{FactError, Facts, Kind, Provider, RawListing};

pub use checkout::Checkout;
pub use connect::{Connect, DEFAULT_API_URL};
pub use error::ConnectError;
pub use origin::{Origin, origin_of};
pub use token::Token;
pub use upload::{Processed, Upload, UploadError, upload};

use crate::GithubPolicy;
use api::Api;
use listers::Run;

/// Lists the kinds of [`crate::resources::KINDS`] over GitHub's REST API.
pub struct GithubProvider {
    api: Api,
    /// The repositories that were named; those of an organization come with the first listing.
    repositories: Vec<String>,
    policy: Arc<GithubPolicy>,
    /// The root of the checkout, and the repository that it is of.
    checkout: Option<(Arc<Path>, String)>,
    // the calls that connecting made, until the first listing can count them
    made: Mutex<Vec<&'static str>>,
}

impl GithubProvider {
    /// Finds out whether the token is accepted, and which repositories there are to read.
    ///
    /// # Errors
    /// When nothing can be read at all: no token, no repository, no answer from GitHub.
    pub async fn connect(connect: Connect) -> Result<Self, ConnectError> {
        connect::connect(connect).await
    }

    /// The repositories that were named, in order. Those of the policy's organization are found by
    /// the first listing, and are not among them.
    #[must_use]
    pub fn repositories(&self) -> &[String] {
        &self.repositories
    }

    /// The root of the checkout, where it is of this repository.
    fn checkout_of(&self, repository: &str) -> Option<Arc<Path>> {
        let (root, of) = self.checkout.as_ref()?;
        of.eq_ignore_ascii_case(repository)
            .then(|| Arc::clone(root))
    }
}

impl std::fmt::Debug for GithubProvider {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("GithubProvider")
            .field("repositories", &self.repositories)
            .finish_non_exhaustive()
    }
}

#[async_trait]
impl Provider for GithubProvider {
    fn provides(&self, kind: &str) -> bool {
        listers::of(kind).is_some()
    }

    async fn list(&self, kind: &'static Kind, facts: &Facts) -> Result<RawListing, FactError> {
        let made = std::mem::take(&mut *self.made.lock().unwrap_or_else(PoisonError::into_inner));
        for operation in made {
            facts.called(operation);
        }
        let lister = listers::of(kind.name).ok_or(FactError::NoProvider(kind.name))?;
        lister(&Run {
            provider: self,
            facts,
        })
        .await
    }
}
