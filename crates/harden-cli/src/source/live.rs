//! A live estate: connects to all providers concurrently.

use std::sync::Arc;

use futures::future::join_all;
use harden_core::{CancellationToken, Cause, Unknown, Unread};
use jiff::Timestamp;

use super::Opened;
use crate::args::EstateArgs;
use crate::config::Config;
use crate::failure::Failure;
use crate::opening::{OpenRequest, Opening};
use crate::output::note;
use crate::providers::{self, KindsByProvider};

pub(super) async fn open(
    args: &EstateArgs,
    config: &Config,
    kinds: &KindsByProvider,
    now: Timestamp,
    cancellation: &CancellationToken,
    files_suffice: bool,
) -> Result<Opened, Failure> {
    let openings = kinds.iter().map(async |(provider, kinds)| {
        let request = OpenRequest {
            args,
            policies: &config.policies,
            is_in_policy: config.file.has_table(provider),
            kinds,
            now,
            cancellation,
        };
        let open = providers::find(provider).and_then(|found| found.open);
        let opening = match open {
            Some(open) => open(request).await,
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
                // The other providers can be judged; everything about this one is unknown.
                let message = failure.to_string();
                note(&message);
                let unknown = Unknown::new(Cause::Credentials, message);
                let refused = Unread::refused(provider, unknown);
                opened.providers.push(Arc::new(refused));
            }
            Opening::Failed(failure) => return Err(failure),
        }
    }
    if any || files_suffice {
        return Ok(opened);
    }
    // The help is that of the first failure; the messages of the others are added.
    let mut absent = absent.into_iter();
    let first = absent.next().unwrap_or_else(super::built_without);
    Err(absent.fold(first, |failure, other| failure.also(&other)))
}
