//! Databases with the known restores of them.
//!
//! Four sources report restores. None is complete: attestations need a person, AWS Backup reports only
//! its own jobs, CloudTrail's event history ends after 90 days, and RDS events end after 14 days.

use std::sync::Arc;

use async_trait::async_trait;
use harden_core::{
    Attestation, Cause, Cx, FactError, Kind, Known, Listing, Place, Resource, ResourceId, Subject,
    Unknown,
};
use jiff::Timestamp;
use jiff::civil::Time;
use jiff::tz::TimeZone;

use super::global::{GlobalRole, role_of};
use super::restore::{self, Restore, RestoreSource};
use super::snapshots::{Origin, Snapshots};
use super::{Database, DatabaseKind};
use crate::arn::Arn;
use crate::resources::{
    DbCluster, DbClusterSnapshot, DbInstance, DbSnapshot, GlobalCluster, RdsEvent, RdsEvents,
    RestoreEvent, RestoreEvents, RestoreJob, RestoreJobs,
};

/// A database with its restores, attested by a person or recorded by a service.
pub(crate) struct DatabaseWithRestores {
    pub(crate) database: Arc<Database>,
    /// Its role in a global database: the drill of a secondary cluster is that of its primary.
    pub(crate) role: Known<GlobalRole>,
    /// Its restores, of any age.
    pub(crate) restores: Vec<Restore>,
    /// What restores no backup, or whose validation failed, for the evidence: the time, and the words.
    pub(crate) no_proof: Vec<(Timestamp, String)>,
    /// Restores in its account that may be of this database: the time, and why it is unknown.
    pub(crate) doubts: Vec<(Timestamp, Unknown)>,
    /// The start of the period in which all restores in CloudTrail were read.
    pub(crate) trail_since: Known<Timestamp>,
    /// The start of the period in which all restore jobs of AWS Backup were read.
    pub(crate) jobs_since: Known<Timestamp>,
    /// Whether the attestations were read.
    pub(crate) attestations: Known<()>,
}

/// All sources of restores.
struct Sources<'a> {
    databases: &'a Listing<Database>,
    snapshots: Snapshots<'a>,
    jobs: &'a Listing<RestoreJobs>,
    trail: &'a Listing<RestoreEvents>,
    events: &'a Listing<RdsEvents>,
    attestations: &'a Listing<Attestation>,
    globals: &'a Listing<GlobalCluster>,
}

/// What the validation of a restore job says about the restore.
enum Validation {
    /// There is none, or it succeeded.
    Accepted,
    Failed,
    /// It has no result: it is running, it timed out, or its state is unknown.
    Open(Unknown),
}

impl Validation {
    fn of(job: &RestoreJob) -> Self {
        let open = |state: &str| {
            Self::Open(
                Unknown::undetermined(format!(
                    "the validation of the restore job {} of {} has no result ({state}): attest the \
                     drill if the data was checked",
                    job.id,
                    day(job.created_at)
                ))
                .during("backup:ListRestoreJobs"),
            )
        };
        match &job.validation {
            Known::Yes(None) => Self::Accepted,
            Known::Yes(Some(state)) => match state.as_str() {
                "SUCCESSFUL" => Self::Accepted,
                "FAILED" => Self::Failed,
                other => open(other),
            },
            Known::No(unknown) => Self::Open((**unknown).clone()),
        }
    }
}

impl Sources<'_> {
    fn of(&self, database: &Arc<Database>, id: &ResourceId) -> DatabaseWithRestores {
        let mut drilled = DatabaseWithRestores {
            database: Arc::clone(database),
            role: role_of(database, self.globals),
            restores: Vec::new(),
            no_proof: Vec::new(),
            doubts: Vec::new(),
            trail_since: since(self.trail, &database.place, "restores", |r| r.since),
            jobs_since: since(self.jobs, &database.place, "jobs", |r| r.since),
            attestations: self.attestations.readable(&Place::global("estate")),
        };
        let attested = self.attestations.iter().map(|(_, a)| a);
        for attestation in attested.filter(|a| a.duty == restore::DUTY && a.is_about(id)) {
            let midnight = attestation.on.to_datetime(Time::midnight());
            let Ok(midnight) = TimeZone::UTC.to_timestamp(midnight) else {
                continue;
            };
            drilled.restores.push(Restore {
                at: midnight,
                source: RestoreSource::Attestation,
                what: format!(
                    "on {} by {}: {}",
                    attestation.on, attestation.by, attestation.note
                ),
            });
        }
        for (source, jobs) in self.jobs.iter() {
            for job in jobs.jobs.iter().filter(|j| j.status == "COMPLETED") {
                let what = format!("job {} of {}", job.id, day(job.created_at));
                let from = job
                    .recovery_point_arn
                    .as_deref()
                    .unwrap_or("a recovery point");
                let origin = self.of_job(&source.place, job);
                let its = matches!(&origin, Known::Yes(o) if o.is(database, self.databases));
                match Validation::of(job) {
                    Validation::Accepted => {}
                    Validation::Failed => {
                        if its {
                            let what = format!("{what}, whose validation failed");
                            drilled.no_proof.push((job.created_at, what));
                        }
                        continue;
                    }
                    Validation::Open(unknown) => {
                        if its {
                            drilled.doubts.push((job.created_at, unknown));
                        }
                        continue;
                    }
                }
                self.classify(
                    &mut drilled,
                    &source.place,
                    origin,
                    from,
                    Restore {
                        at: job.created_at,
                        source: RestoreSource::BackupJob,
                        what,
                    },
                );
            }
        }
        for (source, trail) in self.trail.iter() {
            for event in &trail.events {
                let from = event
                    .snapshot
                    .as_deref()
                    .or(event.source.as_deref())
                    .unwrap_or("?");
                let to = event.target.as_deref().unwrap_or("?");
                let origin = self.of_trail(&source.place, event, database);
                // a clone shares the pages of the source's storage: no backup is read
                if event.restore_type.as_deref() == Some("copy-on-write") {
                    if matches!(&origin, Known::Yes(o) if o.is(database, self.databases)) {
                        let what = format!(
                            "{to} of {} is a copy-on-write clone of {from}, which reads no backup",
                            day(event.at)
                        );
                        drilled.no_proof.push((event.at, what));
                    }
                    continue;
                }
                if self.was_not_accepted(&source.place, to) {
                    continue;
                }
                self.classify(
                    &mut drilled,
                    &source.place,
                    origin,
                    from,
                    Restore {
                        at: event.at,
                        source: RestoreSource::CloudTrail,
                        what: format!(
                            "{} on {} from {from} to {to}",
                            event.operation,
                            day(event.at)
                        ),
                    },
                );
            }
        }
        for (source, events) in self.events.iter() {
            for event in &events.events {
                if self.was_not_accepted(&source.place, &event.source)
                    || self.is_clone(&source.place, &event.source)
                {
                    continue;
                }
                let Some(Known::Yes(origin)) = self.of_event(&source.place, event) else {
                    continue; // best effort: CloudTrail has the same restore
                };
                if origin.is(database, self.databases) {
                    drilled.restores.push(Restore {
                        at: event.at,
                        source: RestoreSource::RdsEvent,
                        what: format!("{}: {} on {}", event.source, event.message, day(event.at)),
                    });
                }
            }
        }
        drilled
    }

    /// Whether a database was restored by a job of AWS Backup whose validation did not succeed. The job
    /// says more than the event of the same restore.
    fn was_not_accepted(&self, place: &Place, target: &str) -> bool {
        self.jobs.at(place).any(|(_, jobs)| {
            jobs.jobs.iter().any(|job| {
                let created = job.created_arn.as_deref().and_then(Arn::parse);
                created.is_some_and(|arn| arn.name().eq_ignore_ascii_case(target))
                    && !matches!(Validation::of(job), Validation::Accepted)
            })
        })
    }

    /// Whether a cluster was made as a copy-on-write clone.
    fn is_clone(&self, place: &Place, target: &str) -> bool {
        self.trail.at(place).any(|(_, trail)| {
            trail.events.iter().any(|event| {
                event.restore_type.as_deref() == Some("copy-on-write")
                    && event
                        .target
                        .as_deref()
                        .is_some_and(|name| name.eq_ignore_ascii_case(target))
            })
        })
    }

    /// Adds a restore to those of the database, leaves it out, or keeps it as a doubt.
    fn classify(
        &self,
        drilled: &mut DatabaseWithRestores,
        place: &Place,
        origin: Known<Origin>,
        from: &str,
        restore: Restore,
    ) {
        let doubt = match origin {
            Known::Yes(Origin::Deleted) => Unknown::undetermined(format!(
                "the restore of {} from {from} cannot be assigned to a database, because the snapshot is \
                 deleted or names none; attest it if it was of this database",
                day(restore.at)
            )),
            Known::Yes(origin) => {
                if origin.is(&drilled.database, self.databases) {
                    drilled.restores.push(restore);
                }
                return;
            }
            Known::No(unknown) => unknown.into(),
        };
        // a snapshot can be copied to, and restored in, every region of the account
        if place.account == drilled.database.place.account {
            drilled.doubts.push((restore.at, doubt));
        }
    }

    fn of_job(&self, place: &Place, job: &RestoreJob) -> Known<Origin> {
        let likely = match job.resource_type.as_str() {
            "RDS" => DatabaseKind::Instance,
            _ => DatabaseKind::Cluster,
        };
        match (&job.source_arn, &job.recovery_point_arn) {
            (Some(arn), _) | (None, Some(arn)) => self.snapshots.origin(place, arn, likely),
            (None, None) => Known::Yes(Origin::Deleted),
        }
    }

    fn of_trail(
        &self,
        place: &Place,
        event: &RestoreEvent,
        database: &Arc<Database>,
    ) -> Known<Origin> {
        let kind = if event.operation.starts_with("RestoreDBCluster") {
            DatabaseKind::Cluster
        } else {
            DatabaseKind::Instance
        };
        if let Some(snapshot) = &event.snapshot {
            return self.snapshots.origin(place, snapshot, kind);
        }
        let Some(source) = &event.source else {
            return Known::Yes(Origin::Deleted);
        };
        if let Some(arn) = Arn::parse(source) {
            // the ARN of an automated backup (`auto-backup:ab-…`) does not contain the database
            return self.snapshots.origin(&arn.place(), source, kind);
        }
        let of = |name: &str| Origin::Of(kind, place.clone(), name.into());
        if !is_resource_id(source) {
            return Known::Yes(of(source));
        }
        database.resource_id.as_ref().map(|id| {
            let is_it = id.eq_ignore_ascii_case(source);
            of(if is_it { &database.name } else { source })
        })
    }

    /// The origin of a new database, from the message of its restoration event ("Amazon RDS event
    /// categories and event messages", category restoration).
    fn of_event(&self, place: &Place, event: &RdsEvent) -> Option<Known<Origin>> {
        let message = event.message.trim_end_matches('.');
        let kind = match event.source_type.as_str() {
            "db-cluster" => DatabaseKind::Cluster,
            _ => DatabaseKind::Instance,
        };
        if let Some(snapshot) = message.strip_prefix("Restored from snapshot ") {
            return Some(self.snapshots.origin(place, snapshot, kind));
        }
        let (source, _) = message
            .strip_prefix("Restored from DB instance ")?
            .split_once(" to ")?;
        Some(Known::Yes(Origin::Of(
            DatabaseKind::Instance,
            place.clone(),
            source.into(),
        )))
    }
}

/// Whether a text is a DbiResourceId or DbClusterResourceId: `db-ABC…` or `cluster-ABC…`, with 26
/// characters after the prefix.
fn is_resource_id(text: &str) -> bool {
    let rest = text
        .strip_prefix("db-")
        .or_else(|| text.strip_prefix("cluster-"));
    rest.is_some_and(|id| {
        id.len() == 26
            && id
                .bytes()
                .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
    })
}

/// The start of the period in which a source was read in a place. Unknown where it was not read in
/// full.
fn since<R>(
    listing: &Listing<R>,
    place: &Place,
    name: &str,
    since: fn(&R) -> Timestamp,
) -> Known<Timestamp> {
    listing
        .readable(place)
        .and_then(|()| listing.get(place, name))
        .and_then(|found| match found {
            Some(found) => Known::Yes(since(found)),
            None => {
                let message = format!("the {name} of {place} were not read");
                Unknown::new(Cause::NotRead, message).into()
            }
        })
}

fn day(at: Timestamp) -> impl std::fmt::Display {
    at.strftime("%Y-%m-%d")
}

#[async_trait]
impl Subject for DatabaseWithRestores {
    const KINDS: &'static [&'static Kind] = &[
        DbInstance::KIND,
        DbCluster::KIND,
        GlobalCluster::KIND,
        DbSnapshot::KIND,
        DbClusterSnapshot::KIND,
        RestoreJobs::KIND,
        RestoreEvents::KIND,
        RdsEvents::KIND,
        Attestation::KIND,
    ];

    async fn collect(cx: &Cx) -> Result<Arc<Listing<Self>>, FactError> {
        let databases = cx.subjects::<Database>().await?;
        let sources = Sources {
            databases: &databases,
            snapshots: Snapshots {
                instances: &*cx.list::<DbSnapshot>().await?,
                clusters: &*cx.list::<DbClusterSnapshot>().await?,
            },
            jobs: &*cx.list::<RestoreJobs>().await?,
            trail: &*cx.list::<RestoreEvents>().await?,
            events: &*cx.list::<RdsEvents>().await?,
            attestations: &*cx.list::<Attestation>().await?,
            globals: &*cx.list::<GlobalCluster>().await?,
        };
        let items = databases
            .iter_shared()
            .map(|(id, database)| (Arc::clone(id), sources.of(database, id)))
            .collect();
        let (scope, gaps) = (databases.scope.clone(), databases.gaps.clone());
        Ok(Arc::new(Listing::new(items, scope, gaps)))
    }
}
