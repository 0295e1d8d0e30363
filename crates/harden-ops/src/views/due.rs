//! Recurring duties with their latest attestations.

use std::sync::Arc;

use async_trait::async_trait;
use harden_core::{
    Attestation, AttestationsFile, Cx, FactError, Kind, Known, Listing, Resource as _, ResourceId,
    Scope, Severity, Subject,
};
use jiff::civil::Date;
use jiff::tz::Offset;
use jiff::{Timestamp, ToSpan as _};

use crate::{Duty, OpsPolicy};

/// A duty on one day: its latest attestation, and when it is due next.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Due {
    /// The duty.
    pub duty: &'static Duty,
    /// How often it is due, in days.
    pub period_days: u32,
    /// The latest attestation that is not in the future.
    pub last: Option<Attestation>,
    /// Whether it is done, overdue, or does not apply.
    pub state: DueState,
}

/// Whether a duty is done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DueState {
    /// It is done until this day, which is the last day of its period.
    DoneUntil(Date),
    /// It is overdue since this day; `None` if it was never done.
    OverdueSince(Option<Date>),
    /// It does not apply, for this reason.
    NotApplicable(String),
}

impl Due {
    /// The state of a duty at a time, in UTC. A period counts whole days: on its last day the duty is
    /// not yet overdue.
    pub fn of<'a>(
        duty: &'static Duty,
        attestations: impl IntoIterator<Item = &'a Attestation>,
        policy: &OpsPolicy,
        now: Timestamp,
    ) -> Self {
        let today = utc_day(now);
        // The author's day can be a day ahead of UTC.
        let latest = today.saturating_add(1.day());
        let last = attestations
            .into_iter()
            .filter(|one| one.duty == duty.name && one.on <= latest)
            .max_by_key(|one| one.on);
        let period_days = policy.period_of(duty);
        let until = last.map(|one| one.on.saturating_add(i64::from(period_days).days()));
        let state = match (policy.exclusion(duty, today), until) {
            (Some(reason), _) => DueState::NotApplicable(reason),
            (None, Some(until)) if until >= today => DueState::DoneUntil(until),
            (None, until) => DueState::OverdueSince(until.map(|day| day.saturating_add(1.day()))),
        };
        Self {
            duty,
            period_days,
            last: last.cloned(),
            state,
        }
    }
}

/// The day of a time in UTC.
pub(crate) fn utc_day(at: Timestamp) -> Date {
    Offset::UTC.to_datetime(at).date()
}

/// What `ops/review-overdue` judges.
#[derive(Debug)]
pub(crate) enum Record {
    /// The team has no attestations yet: one finding says how to start.
    NoFile {
        /// Whether the policy file has a table for duties.
        is_required: bool,
    },
    /// Whether there is a file could not be read.
    Unreadable(Known<bool>),
    /// A duty of a team that records attestations.
    Duty(Box<Due>),
}

#[async_trait]
impl Subject for Record {
    const KINDS: &'static [&'static Kind] = &[Attestation::KIND, AttestationsFile::KIND];

    async fn collect(cx: &Cx) -> Result<Arc<Listing<Self>>, FactError> {
        let policy = cx.policy::<OpsPolicy>();
        let files = cx.list::<AttestationsFile>().await?;
        let attestations = cx.list::<Attestation>().await?;
        let mut gaps = files.gaps.clone();
        gaps.extend(attestations.gaps.iter().cloned());
        let mut items = Vec::new();
        for (id, file) in files.iter() {
            let record = match &file.exists {
                Known::Yes(true) => continue,
                Known::Yes(false) => Self::NoFile {
                    is_required: policy.is_in_file,
                },
                unread => Self::Unreadable(unread.clone()),
            };
            items.push((Arc::clone(id), record));
        }
        let is_read = attestations.gaps.is_empty() && files.scope.covers(&Attestation::place());
        if items.is_empty() && gaps.is_empty() && is_read {
            let duties = Duty::ALL.iter().filter(|duty| !policy.excludes(duty));
            items.extend(duties.map(|duty| {
                let all = attestations.iter().map(|(_, one)| one);
                let due = Due::of(duty, all, &policy, cx.now());
                let id = ResourceId::new("ops/duty", Attestation::place(), duty.name);
                (Arc::new(id), Self::Duty(Box::new(due)))
            }));
        }
        Ok(Arc::new(Listing::new(items, Scope::Everything, gaps)))
    }

    fn severity(&self) -> Option<Severity> {
        matches!(self, Self::NoFile { .. }).then_some(Severity::Info)
    }
}
