//! Databases with the changes that RDS told of lately.

use std::sync::Arc;

use async_trait::async_trait;
use harden_core::{Cause, Cx, FactError, Kind, Known, Listing, Resource, Subject, Unknown};
use jiff::{SignedDuration, Timestamp};

use super::snapshots::Snapshots;
use super::{Database, DatabaseKind};
use crate::resources::{
    DbCluster, DbClusterSnapshot, DbInstance, DbSnapshot, RdsEvent, RdsEvents, SnapshotFacts,
};

/// A database with the changes of its engine version, class and storage type, and its snapshots.
pub(crate) struct ChangedDatabase {
    pub(crate) database: Arc<Database>,
    /// The changes since it was created, the oldest first.
    pub(crate) changes: Vec<Change>,
    /// From when on the events of it, and of its members, were read in full.
    pub(crate) since: Known<Timestamp>,
    /// The snapshots that were made of it, or may have been.
    /// Its snapshots, looked up where there is a change.
    pub(crate) snapshots: Vec<SnapshotFacts>,
    /// Whether those are all.
    pub(crate) all_snapshots: Known<()>,
}

/// A change, from the first to the last sign of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Change {
    pub(crate) what: What,
    /// When the first sign of it came.
    pub(crate) began: Timestamp,
    /// When the last did.
    pub(crate) ended: Timestamp,
    /// Whether the first sign was already that of its end.
    pub(crate) began_unseen: bool,
    /// Whether RDS does not make such a change by itself.
    pub(crate) by_hand: bool,
    /// The message of the first sign.
    pub(crate) message: String,
}

/// What was changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum What {
    EngineVersion,
    Class,
    StorageType,
}

/// What a message is the sign of: the change, whether it is its end, whether RDS does not do such
/// a thing by itself.
fn sign(message: &str) -> Option<(What, bool, bool)> {
    let text = message.to_ascii_lowercase();
    let has = |part: &str| text.contains(part);
    let ended = text.starts_with("finished") || has("has been upgraded") || has("completed");
    if has("applying modification to") || has("applying changes to") {
        // growth by storage autoscaling and by hand is of the size, not of the type
        return match () {
            () if has("autoscaling") || has("allocated storage") || has("multi-az") => None,
            () if has("instance class") => Some((What::Class, ended, true)),
            () if has("storage") || has("iops") => Some((What::StorageType, ended, true)),
            () => None,
        };
    }
    if text.starts_with("storage configuration upgrade ") && !has("failed") {
        return Some((What::StorageType, ended, true));
    }
    // what is offered, delayed, refused, rolled back, or of the operating system is no change
    let is_none = [
        "available",
        "automatic",
        "failed",
        "cannot",
        "operating system",
        "delaying",
    ]
    .into_iter()
    .any(has);
    if is_none {
        return None;
    }
    let major = has("major") || has("pre-check");
    let engine = has("engine version upgrade started")
        || has("engine version upgrade finished")
        || has("version upgrade started")
        || has("pre-check started for the db engine version upgrade")
        || has("pre-check finished for the db engine version upgrade")
        || has("upgrade is in progress")
        || has("version has been upgraded")
        || text.starts_with("database cluster has been patched");
    let ended = ended || has("version upgrade finished") || has("has been patched");
    engine.then_some((What::EngineVersion, ended && !has("pre-check"), major))
}

/// The changes that events tell of, the oldest first. Signs of one change that follow each other
/// within a day are one change.
fn changes<'a>(events: impl Iterator<Item = &'a RdsEvent>) -> Vec<Change> {
    let mut signs: Vec<_> = events
        .filter_map(|e| Some((e, sign(&e.message)?)))
        .collect();
    signs.sort_by_key(|(event, _)| event.at);
    let mut all: Vec<(Change, bool)> = Vec::new();
    for (event, (what, ends, by_hand)) in signs {
        let open = all.iter_mut().rev().find(|(change, closed)| {
            let gap = event.at.duration_since(change.ended);
            change.what == what && gap <= SignedDuration::from_hours(24) && (!closed || ends)
        });
        if let Some((change, closed)) = open {
            change.ended = event.at;
            change.by_hand |= by_hand;
            *closed |= ends;
            continue;
        }
        let change = Change {
            what,
            began: event.at,
            ended: event.at,
            began_unseen: ends,
            by_hand,
            message: event.message.clone(),
        };
        all.push((change, ends));
    }
    all.into_iter().map(|(change, _)| change).collect()
}

impl ChangedDatabase {
    fn new(
        database: &Arc<Database>,
        events: &Listing<RdsEvents>,
        snapshots: &Snapshots<'_>,
    ) -> Self {
        let place = &database.place;
        let members = database.member_zones.as_ref().map(|zones| zones.keys());
        let its = |event: &RdsEvent| {
            let (source, of_cluster) = (&event.source, event.source_type == "db-cluster");
            let is_member = || match &members {
                Known::Yes(members) => members.clone().any(|m| m == source),
                Known::No(_) => false,
            };
            // one of the same name that was deleted before it was created is another database
            let created = database.created_at.ok().copied().flatten();
            created.is_none_or(|created| event.at >= created)
                && match database.kind {
                    DatabaseKind::Instance => !of_cluster && **source == *database.name,
                    DatabaseKind::Cluster if of_cluster => **source == *database.name,
                    DatabaseKind::Cluster => is_member(),
                }
        };
        let found = events.get(place, "events");
        let changes = match found.ok() {
            Some(Some(found)) => changes(found.events.iter().filter(|e| its(e))),
            _ => Vec::new(),
        };
        let read = found.as_ref().and_then(|found| match found {
            Some(found) => Known::Yes(found.since),
            None => {
                let message = format!("the events of {place} were not read");
                Unknown::new(Cause::NotRead, message).into()
            }
        });
        let since = events
            .readable(place)
            .and_then(|()| read)
            .and_then(|since| members.as_ref().map(|_| since));
        // few databases change, and looking through all snapshots for each would be quadratic
        let (snapshots, all_snapshots) = if changes.is_empty() {
            (Vec::new(), Known::Yes(()))
        } else {
            snapshots.of_database(database)
        };
        Self {
            database: Arc::clone(database),
            changes,
            since,
            snapshots,
            all_snapshots,
        }
    }
}

#[async_trait]
impl Subject for ChangedDatabase {
    const KINDS: &'static [&'static Kind] = &[
        DbInstance::KIND,
        DbCluster::KIND,
        DbSnapshot::KIND,
        DbClusterSnapshot::KIND,
        RdsEvents::KIND,
    ];

    async fn collect(cx: &Cx) -> Result<Arc<Listing<Self>>, FactError> {
        let databases = cx.subjects::<Database>().await?;
        let instances = cx.list::<DbSnapshot>().await?;
        let clusters = cx.list::<DbClusterSnapshot>().await?;
        let events = cx.list::<RdsEvents>().await?;
        let snapshots = Snapshots {
            instances: &instances,
            clusters: &clusters,
        };
        let items = databases
            .iter_shared()
            .map(|(id, database)| (Arc::clone(id), Self::new(database, &events, &snapshots)))
            .collect();
        let (scope, gaps) = (databases.scope.clone(), databases.gaps.clone());
        Ok(Arc::new(Listing::new(items, scope, gaps)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_changes_are_signs() {
        let what = |message| sign(message).map(|(what, ..)| what);
        for message in [
            "Applying modification to database instance class",
            "Finished applying modification to DB instance class",
        ] {
            assert_eq!(what(message), Some(What::Class), "{message}");
        }
        for message in [
            "Finished applying modification to Provisioned IOPS",
            "Applying modification to storage type",
            "Storage configuration upgrade started.",
        ] {
            assert_eq!(what(message), Some(What::StorageType), "{message}");
        }
        for message in [
            "The pre-check started for the DB engine version upgrade.",
            "The engine version upgrade started.",
            "The engine version upgrade finished.",
            "Database instance upgrade is in progress.",
            "Database cluster engine version has been upgraded.",
            "Database cluster engine major version has been upgraded",
            "Database cluster engine 16.4 version upgrade started. Cluster remains online.",
            "Database cluster has been patched: source version 16.3 => 16.4.",
        ] {
            assert_eq!(what(message), Some(What::EngineVersion), "{message}");
        }
        for message in [
            "Applying modification to allocated storage",
            "Finished applying modification to allocated storage",
            "Applying autoscaling-initiated modification to allocated storage.",
            "Finished applying autoscaling-initiated modification to allocated storage.",
            "Applying modification to convert to a Multi-AZ DB Instance",
            "Finished applying modification to convert to a standard (Single-AZ) DB instance.",
            "Reset master credentials",
            "Unable to modify the DB instance class. It has 40 databases",
            "Database instance patched",
            "Applying off-line patches to DB instance",
            "The DB instance has a DB engine minor version upgrade available.",
            "The DB engine version upgrade failed. The engine version upgrade rollback succeeded.",
            "Automatic minor version upgrade is in progress",
            "Delaying database engine upgrade since this instance has read replicas that need to \
             be upgraded first.",
            "Cluster operating system upgrade completed.",
            "Backing up DB instance",
            "DB instance restarted",
        ] {
            assert_eq!(what(message), None, "{message}");
        }
    }
}
