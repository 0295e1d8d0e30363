//! Attestations with the facts that can contradict them.

use std::sync::Arc;

use async_trait::async_trait;
use harden_aws::resources::{RdsEvents, RestoreEvents, RestoreJobs, Secret};
use harden_core::{
    Attestation, Cause, Cx, FactError, Gap, Kind, Known, Listing, Resource as _, ResourceId, Scope,
    Unknown,
};
use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};

/// A drill is attested when its data was checked, which can be days after the restore.
const DRILL_DAYS: i64 = 7;

/// An attestation, and what the facts say about it.
#[derive(Debug)]
pub(crate) struct Claim {
    pub(crate) attestation: Attestation,
    pub(crate) subject: Subject,
}

/// What an attestation claims, where facts can contradict it.
#[derive(Debug)]
pub(crate) enum Subject {
    /// A database was restored.
    Restore(RestoreClaim),
    /// A secret of Secrets Manager was renewed.
    Secret(SecretClaim),
    /// The source that would show it could not be read.
    Unread(Arc<Unknown>),
    /// No source that is read shows whether it was done.
    Unobservable(&'static str),
}

/// What the sources show about a restore around the day of the attestation.
#[derive(Debug)]
pub(crate) struct RestoreClaim {
    /// The start of the period in which the restore must have been.
    pub(crate) from: Timestamp,
    /// The restores of that period.
    pub(crate) restores: Vec<String>,
    /// The start of the history that was read in every place. Unknown where a source was not read.
    pub(crate) history_since: Known<Timestamp>,
    /// The places whose history was read.
    pub(crate) places: Vec<String>,
}

/// What Secrets Manager shows about a secret.
#[derive(Debug)]
pub(crate) struct SecretClaim {
    /// The ARN.
    pub(crate) arn: String,
    /// The latest day on which a clock anywhere was still before the attested day.
    pub(crate) from: Timestamp,
    /// The last change, or the creation of a secret that was never changed.
    pub(crate) changed: Known<Option<Timestamp>>,
}

struct Sources<'a> {
    trail: &'a Listing<RestoreEvents>,
    jobs: &'a Listing<RestoreJobs>,
    events: &'a Listing<RdsEvents>,
    secrets: &'a Listing<Secret>,
}

/// The start of a day in UTC.
fn midnight(day: Date) -> Timestamp {
    let start = day.to_datetime(Time::midnight());
    TimeZone::UTC.to_timestamp(start).unwrap_or(Timestamp::MIN)
}

/// Whether a listing is of a provider that the run does not read.
fn is_left_out<R>(listing: &Listing<R>) -> bool {
    let no_places = matches!(&listing.scope, Scope::Places(places) if places.is_empty());
    no_places && listing.gaps.is_empty()
}

fn first_gap<R>(listing: &Listing<R>) -> Option<&Gap> {
    listing.gaps.first()
}

impl Sources<'_> {
    fn of(&self, attestation: &Attestation) -> Subject {
        match attestation.duty.as_str() {
            "restore-drill" if is_left_out(self.trail) => {
                Subject::Unobservable("AWS is not part of this audit")
            }
            "restore-drill" => Subject::Restore(self.restore(attestation.on)),
            "secret-renewal" if is_left_out(self.secrets) => {
                Subject::Unobservable("AWS is not part of this audit")
            }
            "secret-renewal" => self.secret(attestation),
            _ => Subject::Unobservable("no source that is read shows whether this was done"),
        }
    }

    fn restore(&self, day: Date) -> RestoreClaim {
        let from = midnight(day.saturating_sub(DRILL_DAYS.days()));
        // The author's day can end up to 12 hours after it does in UTC.
        let to = midnight(day.saturating_add(2.days()));
        let in_period = |at: Timestamp| from <= at && at < to;
        let mut restores = Vec::new();
        for (_, trail) in self.trail.iter() {
            let events = trail.events.iter().filter(|event| in_period(event.at));
            restores.extend(events.map(|event| format!("{} at {}", event.operation, event.at)));
        }
        for (_, jobs) in self.jobs.iter() {
            let jobs = jobs.jobs.iter();
            let done = jobs.filter(|job| job.status == "COMPLETED" && in_period(job.created_at));
            restores
                .extend(done.map(|job| format!("restore job {} at {}", job.id, job.created_at)));
        }
        for (_, events) in self.events.iter() {
            let events = events.events.iter().filter(|event| {
                let is_restore = event.categories.iter().any(|one| one == "restoration");
                is_restore && in_period(event.at)
            });
            restores
                .extend(events.map(|event| format!("restore of {} at {}", event.source, event.at)));
        }
        restores.sort();
        RestoreClaim {
            from,
            restores,
            history_since: self.history_since(),
            places: self
                .trail
                .iter()
                .map(|(id, _)| id.place.to_string())
                .collect(),
        }
    }

    /// Since when every restore in every place is known. The sources overlap, but each has restores
    /// that the others lack.
    fn history_since(&self) -> Known<Timestamp> {
        if let Some(gap) = first_gap(self.trail).or(first_gap(self.jobs)) {
            return Known::No(Arc::clone(&gap.unknown));
        }
        let trail = self.trail.iter().map(|(_, trail)| trail.since);
        let jobs = self.jobs.iter().map(|(_, jobs)| jobs.since);
        match trail.chain(jobs).max() {
            Some(since) if !self.jobs.is_empty() && !self.trail.is_empty() => Known::Yes(since),
            _ => Unknown::new(Cause::NotRead, "the history of restores was not read").into(),
        }
    }

    fn secret(&self, attestation: &Attestation) -> Subject {
        if attestation.resource.is_none() {
            return Subject::Unobservable("the attestation names no secret");
        }
        let named = self.secrets.iter().find(|(id, _)| attestation.is_about(id));
        let Some((_, secret)) = named else {
            let Some(gap) = first_gap(self.secrets) else {
                return Subject::Unobservable("no secret of Secrets Manager has this name");
            };
            return Subject::Unread(Arc::clone(&gap.unknown));
        };
        let changed = secret
            .last_changed
            .clone()
            .and_then(|changed| match changed {
                Some(_) => Known::Yes(changed),
                None => secret.created_at.clone(),
            });
        Subject::Secret(SecretClaim {
            arn: secret.arn.clone(),
            // The author's day can start up to 14 hours before it does in UTC.
            from: midnight(attestation.on.saturating_sub(1.day())),
            changed,
        })
    }
}

#[async_trait]
impl harden_core::Subject for Claim {
    const KINDS: &'static [&'static Kind] = &[
        Attestation::KIND,
        RestoreEvents::KIND,
        RestoreJobs::KIND,
        RdsEvents::KIND,
        Secret::KIND,
    ];

    async fn collect(cx: &Cx) -> Result<Arc<Listing<Self>>, FactError> {
        let attestations = cx.list::<Attestation>().await?;
        let sources = Sources {
            trail: &*cx.list().await?,
            jobs: &*cx.list().await?,
            events: &*cx.list().await?,
            secrets: &*cx.list().await?,
        };
        let claims = attestations.iter().map(|(id, attestation)| {
            let claim = Self {
                attestation: attestation.clone(),
                subject: sources.of(attestation),
            };
            (Arc::<ResourceId>::clone(id), claim)
        });
        let (scope, gaps) = (attestations.scope.clone(), attestations.gaps.clone());
        Ok(Arc::new(Listing::new(claims.collect(), scope, gaps)))
    }
}
