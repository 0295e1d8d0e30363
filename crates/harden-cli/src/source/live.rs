//! A live estate: each provider is asked whether it can be read, all at once.

use std::collections::BTreeSet;
use std::sync::Arc;

use futures::future::{BoxFuture, join_all};
use harden_core::{CancellationToken, Cause, Provider, Unknown, Unread};
use jiff::Timestamp;

use super::Opened;
use crate::args::EstateArgs;
use crate::config::Config;
use crate::failure::Failure;
use crate::output::note;
use crate::providers::Wanted;

/// What a provider is opened with.
pub(super) struct Asked<'a> {
    pub(super) args: &'a EstateArgs,
    pub(super) config: &'a Config,
    /// The kinds of this provider that the chosen checks read.
    pub(super) kinds: &'a BTreeSet<&'static str>,
    pub(super) now: Timestamp,
    pub(super) stop: &'a CancellationToken,
}

/// What became of opening a provider.
pub(super) enum Opening {
    /// It can be read.
    Connected(Arc<dyn Provider>),
    /// Nobody asked for it, and there are no credentials: not part of the audit.
    Absent {
        /// Why, in the report.
        reason: String,
        /// What to say if no provider can be read.
        failure: Failure,
    },
    /// It should be read, and can't be.
    Failed(Failure),
}

type Open = for<'a> fn(Asked<'a>) -> BoxFuture<'a, Opening>;

/// The providers that can be read live.
const PROVIDERS: &[(&str, Open)] = &[
    ("aws", |asked| Box::pin(super::aws::open(asked))),
    ("github", |asked| Box::pin(super::github::open(asked))),
    ("sentry", |asked| Box::pin(super::sentry::open(asked))),
    ("vercel", |asked| Box::pin(super::vercel::open(asked))),
];

impl Asked<'_> {
    /// Whether the policy file has a table for a provider: then it should be read.
    pub(super) fn has_table(&self, provider: &str) -> bool {
        self.config.file.has_table(provider)
    }
}

/// A variable of the environment.
pub(crate) fn env(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

pub(super) async fn open(
    args: &EstateArgs,
    config: &Config,
    wanted: &Wanted,
    now: Timestamp,
    stop: &CancellationToken,
) -> Result<Opened, Failure> {
    let openings = wanted.iter().map(async |(provider, kinds)| {
        let asked = Asked {
            args,
            config,
            kinds,
            now,
            stop,
        };
        let open = PROVIDERS.iter().find(|(name, _)| name == provider);
        let opening = match open {
            Some((_, open)) => open(asked).await,
            None => Opening::Absent {
                reason: format!("this harden-cli was built without live audits of {provider}"),
                failure: super::built_without(),
            },
        };
        (*provider, opening)
    });
    let openings = join_all(openings).await;
    let any = openings
        .iter()
        .any(|(_, opening)| matches!(opening, Opening::Connected(_)));
    let mut opened = Opened::default();
    let mut absent: Vec<Failure> = Vec::new();
    for (provider, opening) in openings {
        match opening {
            Opening::Connected(connected) => opened.providers.push(connected),
            Opening::Absent { reason, failure } => {
                absent.push(failure);
                opened.leave_out(provider, reason);
            }
            Opening::Failed(failure) if any => {
                // the others can be judged: of this one everything is unknown
                let message = failure.to_string();
                note(&message);
                let unknown = Unknown::new(Cause::Credentials, message);
                let refused = Unread::refused(provider, unknown);
                opened.providers.push(Arc::new(refused));
            }
            Opening::Failed(failure) => return Err(failure),
        }
    }
    if any {
        return Ok(opened);
    }
    // the first says what helps; the others are told beside it
    let mut absent = absent.into_iter();
    let first = absent.next().unwrap_or_else(super::built_without);
    Err(absent.fold(first, |failure, other| failure.also(&other)))
}
