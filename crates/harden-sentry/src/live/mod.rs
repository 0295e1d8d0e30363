//! Reads an organization over Sentry's API: the provider of every kind in [`crate::resources`].
//!
//! - The token, the server, the organization and the projects come from where sentry-cli takes
//!   them (SENTRY_AUTH_TOKEN, SENTRY_URL, SENTRY_ORG, SENTRY_PROJECT), or from the policy.
//! - On Sentry's own cloud an organization is in a region. Its `links.regionUrl` is called from then
//!   on, if it is a host of Sentry's own.
//! - Nothing is written: every call is a read. Each is counted, in [`harden_core::Facts::calls`].
//! - An organization or a project that cannot be read is a gap or an unknown fact of a listing that
//!   goes on. Only what makes every answer impossible is a [`ConnectError`].
//! - 410 means that an endpoint is retired, never that there is nothing behind it (see `alert.rs`).
//! - No secret is kept: of an error only what `harden-collect` keeps, of an action only its recipient.

mod api;
mod artifacts;
mod bundles;
mod condition;
mod connect;
mod detector;
mod error;
mod events;
mod fallthrough;
mod field;
mod issue_rule;
mod metric_rule;
mod people;
mod project;
mod releases;
mod workflow;

mod alert;

use std::sync::Arc;

use harden_collect::rest::Client;
use harden_collect::{Collector, EarlyCalls, provide_kinds};
use harden_core::{Facts, Place, Unknown};

pub use connect::Connect;
pub use error::ConnectError;

use crate::SentryPolicy;
use crate::resources::{
    Alert, Artifacts, Detector, ErrorEvents, Integration, KINDS, Member, Project, ReleaseDeploys,
    Releases, SourceMapDebug, Team, Token,
};
use api::Api;

/// Lists the kinds of [`crate::resources::KINDS`] over Sentry's API.
pub struct SentryProvider {
    client: Client,
    /// A client that attempts a 410 again: for endpoints that nothing else can replace.
    patient: Client,
    /// The URL of the server, for commands.
    server: String,
    /// The slug.
    organization: String,
    /// The organization as the run was configured.
    organization_as_named: String,
    /// The slugs of the projects to read; empty for all.
    projects: Vec<String>,
    policy: Arc<SentryPolicy>,
    /// Why nothing of the organization can be read.
    refused: Option<Unknown>,
    notices: Vec<String>,
    early_calls: EarlyCalls,
}

impl SentryProvider {
    /// Finds out which organization is meant and in which region it is.
    ///
    /// # Errors
    /// When nothing can be read at all: no organization is named, the token is not accepted, no
    /// answer.
    pub async fn connect(connect: Connect) -> Result<Self, ConnectError> {
        connect::connect(connect).await
    }

    /// The organization that will be read: its slug, or the given name where the slug is not known.
    #[must_use]
    pub fn organization(&self) -> &str {
        &self.organization
    }

    /// What a reader of the report should know besides the findings: that an organization was named in
    /// the form of a DSN, and which organization that is.
    #[must_use]
    pub fn notices(&self) -> &[String] {
        &self.notices
    }
}

impl std::fmt::Debug for SentryProvider {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SentryProvider")
            .field("server", &self.server)
            .field("organization", &self.organization)
            .finish_non_exhaustive()
    }
}

impl SentryProvider {
    fn place(&self) -> Place {
        Place::global(&*self.organization)
    }

    fn api<'a>(&'a self, facts: &'a Facts) -> Api<'a> {
        Api {
            provider: self,
            facts,
        }
    }
}

impl Collector for SentryProvider {
    fn early_calls(&self) -> Option<&EarlyCalls> {
        Some(&self.early_calls)
    }

    fn refusal(&self) -> Option<(Place, Unknown)> {
        Some((self.place(), self.refused.clone()?))
    }
}

provide_kinds!(
    SentryProvider: [
        Alert,
        Artifacts,
        Detector,
        ErrorEvents,
        Integration,
        Member,
        Project,
        ReleaseDeploys,
        Releases,
        SourceMapDebug,
        Team,
        Token,
    ],
    all of KINDS
);
