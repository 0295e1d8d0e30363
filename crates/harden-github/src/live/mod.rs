//! Reads repositories over GitHub's REST API: the provider of every kind in [`crate::resources`].
//!
//! - Nothing is written: every call is a read (except for [`upload()`]). Each is counted, in
//!   [`harden_core::Facts::calls`], and made once.
//! - A repository, a branch or an environment that cannot be read is a gap or an unknown fact of a
//!   listing that goes on. Only what makes every answer impossible is a [`ConnectError`]. What each
//!   refusal means is in `failure.rs`.
//! - Calls go over octocrab, with limits of number, time and size. They follow GitHub's rate limits,
//!   and leave a part of the quota for others (see `api.rs`, `quota.rs`).
//! - What was read before is requested with its ETag (see `cache.rs`). An answer that did not change
//!   costs no quota.
//! - When the run is cancelled, each call ends, and what was read by then stays.
//! - No secret is kept: no redirect is followed to another host, and of an answer only the fields of a
//!   declared type are kept, in memory and in the cache.

mod address;
mod answers;
mod api;
mod cache;
mod checkout;
mod client;
mod connect;
mod contents;
mod error;
mod failure;
mod files;
mod in_repositories;
mod open;
mod origin;
mod package_scripts;
mod quota;
mod repository_api;
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
use std::sync::Arc;

use harden_collect::{Collector, EarlyCalls, provide_kinds};

pub use checkout::Checkout;
pub use connect::{Connect, DEFAULT_API_URL};
pub use error::ConnectError;
pub use origin::{Origin, origin_of};
pub use token::Token;
pub use upload::{Processed, Upload, UploadError, upload};

use crate::policy::GithubPolicy;
use crate::resources::{
    ActionsSecret, ActionsSettings, ActionsVariable, Branch, BranchProtection, BranchRules,
    Deployments, Environment, EnvironmentBranchPolicies, EnvironmentSecrets, EnvironmentVariables,
    KINDS, LocalAction, OrganizationSecret, OrganizationVariable, PackageScripts, ReportedContexts,
    Repository, RepositorySecurity, Ruleset, VulnerabilityAlerts, Workflow, WorkflowRuns,
};
use api::Api;

/// Lists the kinds of [`crate::resources::KINDS`] over GitHub's REST API.
pub struct GithubProvider {
    api: Api,
    /// The repositories that were named; those of an organization come with the first listing.
    repositories: Vec<String>,
    policy: Arc<GithubPolicy>,
    /// The root of the checkout, and the repository that it is of.
    checkout: Option<(Arc<Path>, String)>,
    early_calls: EarlyCalls,
}

impl GithubProvider {
    /// Finds out whether the token is accepted, and which repositories there are to read.
    ///
    /// # Errors
    /// When nothing can be read at all: no token, no repository, no answer from GitHub.
    pub async fn connect(connect: Connect) -> Result<Self, ConnectError> {
        open::connect(connect).await
    }

    /// The repositories that were named, in order. Those of the policy's organization are found by
    /// the first listing, and are not among them.
    #[must_use]
    pub fn repositories(&self) -> &[String] {
        &self.repositories
    }

    /// The root of the checkout, if it is of this repository.
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

impl Collector for GithubProvider {
    fn early_calls(&self) -> Option<&EarlyCalls> {
        Some(&self.early_calls)
    }
}

provide_kinds!(
    GithubProvider: [
        ActionsSecret,
        ActionsSettings,
        ActionsVariable,
        Branch,
        BranchProtection,
        BranchRules,
        Deployments,
        Environment,
        EnvironmentBranchPolicies,
        EnvironmentSecrets,
        EnvironmentVariables,
        LocalAction,
        OrganizationSecret,
        OrganizationVariable,
        PackageScripts,
        ReportedContexts,
        Repository,
        RepositorySecurity,
        Ruleset,
        VulnerabilityAlerts,
        Workflow,
        WorkflowRuns,
    ],
    all of KINDS
);
