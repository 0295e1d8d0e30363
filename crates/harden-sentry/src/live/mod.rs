//! Reads an organization over Sentry's API: the provider of every kind in [`crate::resources`].
//!
//! - The token, the server, the organization and the projects come from where sentry-cli takes
//!   them (SENTRY_AUTH_TOKEN, SENTRY_URL, SENTRY_ORG, SENTRY_PROJECT), or from the policy.
//! - On Sentry's own cloud an organization lives in a region; what `links.regionUrl` of the
//!   organization says is asked from then on, where it is a host of Sentry's own.
//! - Nothing is written: every call is a read. Each is counted, in [`harden_core::Facts::calls`].
//! - An organization or a project that can't be read is a gap or an unknown fact of a listing that
//!   goes on; only what makes every answer impossible is a [`ConnectError`].
//! - 410 means that an endpoint is retired, never that there is nothing behind it (see `alert.rs`).
//! - No secret leaves: of an error only what `harden-collect` keeps, of an action only whom it tells.

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

use std::borrow::Cow;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use futures::future::BoxFuture;
use harden_collect::{Client, Gathered};
use harden_core::{
    Cause, FactError, Facts, Kind, Place, Provider, RawGap, RawListing, Resource, Scope, Unknown,
};

pub use connect::Connect;
pub use error::ConnectError;

use crate::SentryPolicy;
use crate::resources::{
    Alert, Artifacts, Detector, ErrorEvents, Integration, Member, Project, ReleaseDeploys,
    Releases, SourceMapDebug, Team, Token,
};

/// Lists the kinds of [`crate::resources::KINDS`] over Sentry's API.
pub struct SentryProvider {
    client: Client,
    /// One that tries a 410 again: for where nothing else can tell what is behind it.
    patient: Client,
    /// The address of the server, for commands.
    server: String,
    /// The slug.
    organization: String,
    /// The slugs of the projects to read; empty for all.
    projects: Vec<String>,
    policy: Arc<SentryPolicy>,
    /// Why nothing of the organization can be read.
    refused: Option<Unknown>,
    notices: Vec<String>,
    // the calls that connecting made, until the first listing can count them
    made: Mutex<Vec<String>>,
}

impl SentryProvider {
    /// Finds out which organization is meant and where it lives.
    ///
    /// # Errors
    /// When nothing can be read at all: no organization is named, the token is not accepted, no
    /// answer.
    pub async fn connect(connect: Connect) -> Result<Self, ConnectError> {
        connect::connect(connect).await
    }

    /// The organization that will be read: its slug, or what was given where that is not known.
    #[must_use]
    pub fn organization(&self) -> &str {
        &self.organization
    }

    /// What a reader of the report should know beside the findings: that an organization was
    /// named in the form of a DSN, and what it stands for.
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

/// How a kind is listed over the API.
trait Live: Resource {
    /// Lists it. Fails only when a kind that it starts from can't be had.
    fn gather(run: &Run<'_>) -> impl Future<Output = Result<Gathered<Self>, FactError>> + Send;
}

/// A listing under way.
struct Run<'a> {
    provider: &'a SentryProvider,
    facts: &'a Facts,
}

impl Run<'_> {
    fn organization(&self) -> &str {
        &self.provider.organization
    }

    fn policy(&self) -> &SentryPolicy {
        &self.provider.policy
    }

    fn place(&self) -> Place {
        Place::global(self.organization())
    }

    /// A listing of the organization, of which nothing was read yet.
    fn over<R: Resource>(&self) -> Gathered<R> {
        Gathered::over(Scope::Places(vec![self.place()]))
    }
}

type Lister = for<'a> fn(&'a Run<'a>) -> BoxFuture<'a, Result<RawListing, FactError>>;

fn list<'a, R: Live>(run: &'a Run<'a>) -> BoxFuture<'a, Result<RawListing, FactError>> {
    Box::pin(async move {
        if let Some(why) = &run.provider.refused {
            let mut gathered = run.over::<R>();
            gathered.add(&run.place(), Err(why.clone()).into());
            return gathered.listing();
        }
        let mut gathered = R::gather(run).await?;
        once(&mut gathered.gaps);
        gathered.listing()
    })
}

/// Of several calls that one reason kept from being read, the first stands for all.
fn once(gaps: &mut Vec<RawGap>) {
    let mut seen: Vec<(Place, Cause, Option<Cow<'static, str>>)> = Vec::new();
    gaps.retain(|gap| {
        let key = (
            gap.place.clone(),
            gap.unknown.cause,
            gap.unknown.action.clone(),
        );
        let new = !seen.contains(&key);
        if new {
            seen.push(key);
        }
        new
    });
}

const fn lister<R: Live>() -> (&'static Kind, Lister) {
    (R::KIND, list::<R>)
}

const LISTERS: &[(&Kind, Lister)] = &[
    lister::<Alert>(),
    lister::<Artifacts>(),
    lister::<Detector>(),
    lister::<ErrorEvents>(),
    lister::<Integration>(),
    lister::<Member>(),
    lister::<Project>(),
    lister::<ReleaseDeploys>(),
    lister::<Releases>(),
    lister::<SourceMapDebug>(),
    lister::<Team>(),
    lister::<Token>(),
];

/// The function that lists a kind.
fn of(kind: &str) -> Option<Lister> {
    LISTERS
        .iter()
        .find(|(listed, _)| listed.name == kind)
        .map(|(_, lister)| *lister)
}

#[async_trait]
impl Provider for SentryProvider {
    fn provides(&self, kind: &str) -> bool {
        of(kind).is_some()
    }

    async fn list(&self, kind: &'static Kind, facts: &Facts) -> Result<RawListing, FactError> {
        let made = std::mem::take(&mut *self.made.lock().unwrap_or_else(PoisonError::into_inner));
        for operation in made {
            facts.called(&operation);
        }
        let lister = of(kind.name).ok_or(FactError::NoProvider(kind.name))?;
        lister(&Run {
            provider: self,
            facts,
        })
        .await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resources::KINDS;

    #[test]
    fn every_kind_has_its_lister() {
        let listed: Vec<_> = LISTERS.iter().map(|(kind, _)| kind.name).collect();
        let kinds: Vec<_> = KINDS.iter().map(|kind| kind.name).collect();
        assert_eq!(listed, kinds);
    }
}
