//! Databases with the changes in their recent RDS events.
//!
//! RDS reports changes only as event messages. Their texts are in "Amazon RDS event categories and
//! event messages" (RDS user guide) and in the same page of the Aurora user guide.

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
pub(crate) struct DatabaseWithChanges {
    pub(crate) database: Arc<Database>,
    /// The changes since its creation, oldest first.
    pub(crate) changes: Vec<Change>,
    /// The start of the period in which all events of it and of its members were read.
    pub(crate) since: Known<Timestamp>,
    /// The snapshots that are, or may be, of this database. They are looked up only where a change was
    /// found.
    pub(crate) snapshots: Vec<SnapshotFacts>,
    /// Whether `snapshots` is complete.
    pub(crate) all_snapshots: Known<()>,
}

/// A change, from its first event to its last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Change {
    pub(crate) what: ChangeType,
    /// The time of the first event.
    pub(crate) began: Timestamp,
    /// The time of the last event.
    pub(crate) ended: Timestamp,
    /// Whether the first event already reports the end of the change.
    pub(crate) start_not_seen: bool,
    /// Whether only a person makes such a change: RDS never starts it.
    pub(crate) by_hand: bool,
    /// The message of the first event.
    pub(crate) message: String,
}

/// What a change is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ChangeType {
    EngineVersion,
    Class,
    StorageType,
}

/// Parses an event message: the type of the change, whether the change has ended, and whether only a
/// person makes such a change.
fn parse_message(message: &str) -> Option<(ChangeType, bool, bool)> {
    let text = message.to_ascii_lowercase();
    let has = |part: &str| text.contains(part);
    let ended = text.starts_with("finished") || has("has been upgraded") || has("completed");
    if has("applying modification to") || has("applying changes to") {
        // more allocated storage changes the size, not the type
        return match () {
            () if has("autoscaling") || has("allocated storage") || has("multi-az") => None,
            () if has("instance class") => Some((ChangeType::Class, ended, true)),
            () if has("storage") || has("iops") => Some((ChangeType::StorageType, ended, true)),
            () => None,
        };
    }
    if text.starts_with("storage configuration upgrade ") && !has("failed") {
        return Some((ChangeType::StorageType, ended, true));
    }
    // an upgrade that is available, delayed, refused or rolled back is not a change, and an upgrade of
    // the operating system does not touch the data
    let is_not_a_change = [
        "available",
        "automatic",
        "failed",
        "cannot",
        "operating system",
        "delaying",
    ]
    .into_iter()
    .any(has);
    if is_not_a_change {
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
    engine.then_some((ChangeType::EngineVersion, ended && !has("pre-check"), major))
}

/// The changes in events, oldest first. Events of one type within 24 hours belong to one change.
fn changes<'a>(events: impl Iterator<Item = &'a RdsEvent>) -> Vec<Change> {
    let mut parsed: Vec<_> = events
        .filter_map(|e| Some((e, parse_message(&e.message)?)))
        .collect();
    parsed.sort_by_key(|(event, _)| event.at);
    let mut all: Vec<(Change, bool)> = Vec::new();
    for (event, (what, ends, by_hand)) in parsed {
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
            start_not_seen: ends,
            by_hand,
            message: event.message.clone(),
        };
        all.push((change, ends));
    }
    all.into_iter().map(|(change, _)| change).collect()
}

impl DatabaseWithChanges {
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
            // an event from before its creation is of a deleted database of the same name
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
        // few databases change; a search of all snapshots for each database would be quadratic
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
impl Subject for DatabaseWithChanges {
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
    fn only_messages_of_changes_are_parsed() {
        let what = |message| parse_message(message).map(|(what, ..)| what);
        for message in [
            "Applying modification to database instance class",
            "Finished applying modification to DB instance class",
        ] {
            assert_eq!(what(message), Some(ChangeType::Class), "{message}");
        }
        for message in [
            "Finished applying modification to Provisioned IOPS",
            "Applying modification to storage type",
            "Storage configuration upgrade started.",
        ] {
            assert_eq!(what(message), Some(ChangeType::StorageType), "{message}");
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
            assert_eq!(what(message), Some(ChangeType::EngineVersion), "{message}");
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
