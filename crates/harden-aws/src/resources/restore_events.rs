//! Restores in CloudTrail.

use harden_core::{Kind, Place, Resource, ResourceId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// The restores of databases in a region, from the event history of CloudTrail. Source:
/// cloudtrail:LookupEvents by event name (RestoreDBInstanceFromDBSnapshot,
/// RestoreDBInstanceToPointInTime, RestoreDBClusterFromSnapshot, RestoreDBClusterToPointInTime).
/// The history contains 90 days of management events, even without a trail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct RestoreEvents {
    /// The account.
    pub account: String,
    /// The region.
    pub region: String,
    /// The start of the period that was read.
    pub since: Timestamp,
    /// The restores, oldest first. Failed calls are left out.
    pub events: Vec<RestoreEvent>,
}

/// A restore.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct RestoreEvent {
    /// The time of the call.
    pub at: Timestamp,
    /// The operation.
    pub operation: String,
    /// The identifier or ARN of the restored snapshot
    /// (dBSnapshotIdentifier, snapshotIdentifier).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub snapshot: Option<String>,
    /// The identifier, ARN or resource id of the source database of a point-in-time restore (sourceDBInstanceIdentifier, sourceDbiResourceId, sourceDBClusterIdentifier).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// `full-copy` or `copy-on-write` (restoreType of a point-in-time restore of a cluster). Without
    /// it the restore is a full copy.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub restore_type: Option<String>,
    /// The new database.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<String>,
}

impl Resource for RestoreEvents {
    const KIND: &'static Kind =
        &Kind::new("aws/restore-events").permissions(&["cloudtrail:LookupEvents"]);

    fn id(&self) -> ResourceId {
        let place = Place::new(&*self.account, &*self.region);
        ResourceId::new(Self::KIND.name, place, "restores")
    }
}
