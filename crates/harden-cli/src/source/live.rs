//! A live estate: each provider is asked whether it can be read, all at once.

use std::collections::BTreeSet;
use std::sync::Arc;

use futures::future::{BoxFuture, join_all};
use harden_core::{Cause, Provider, Stop, Unknown, Unread};
use jiff::Timestamp;

use super::Opened;
use crate::args::EstateArgs;
use crate::config::Config;
use crate::failure::Failure;
use crate::output::note;

/// What a provider is opened with.
pub(super) struct Asked<'a> {
    pub(super) args: &'a EstateArgs,
    pub(super) config: &'a Config,
    pub(super) now: Timestamp,
    pub(super) stop: &'a Stop,
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

type Open = for<'a> fn(&'a Asked<'a>) -> BoxFuture<'a, Opening>;

/// The providers that can be read live, in the order in which their failures are told.
const PROVIDERS: &[(&str, Open)] = &[("aws", |asked| Box::pin(super::aws::open(asked)))];

pub(super) async fn open(
    args: &EstateArgs,
    config: &Config,
    wanted: &BTreeSet<&str>,
    now: Timestamp,
    stop: &Stop,
) -> Result<Opened, Failure> {
    let asked = Asked {
        args,
        config,
        now,
        stop,
    };
    let openings = wanted.iter().map(async |provider| {
        let open = PROVIDERS.iter().find(|(name, _)| name == provider);
        let opening = match open {
            Some((_, open)) => open(&asked).await,
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
    let mut first = None;
    for (provider, opening) in openings {
        match opening {
            Opening::Connected(connected) => opened.providers.push(connected),
            Opening::Absent { reason, failure } => {
                first.get_or_insert(failure);
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
    match first {
        Some(failure) if !any => Err(failure),
        _ => Ok(opened),
    }
}
