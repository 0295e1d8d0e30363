//! Restores that CloudTrail saw.

use harden_core::{Kind, Place, Resource, ResourceId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// The restores of databases in a region that CloudTrail's event history saw. Source:
/// cloudtrail:LookupEvents by event name (RestoreDBInstanceFromDBSnapshot,
/// RestoreDBInstanceToPointInTime, RestoreDBClusterFromSnapshot, RestoreDBClusterToPointInTime).
/// The history holds 90 days of management events, whether or not a trail exists.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct RestoreEvents {
    /// The account.
    pub account: String,
    /// The region.
    pub region: String,
    /// From when on they were read.
    pub since: Timestamp,
    /// The restores, the oldest first; calls that failed are left out.
    pub events: Vec<RestoreEvent>,
}

/// A restore.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct RestoreEvent {
    /// When it was asked for.
    pub at: Timestamp,
    /// The operation.
    pub operation: String,
    /// The identifier or ARN of the snapshot that it was restored from
    /// (dBSnapshotIdentifier, snapshotIdentifier).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub snapshot: Option<String>,
    /// The identifier, ARN or resource id of the database that it was restored from to a point in
    /// time (sourceDBInstanceIdentifier, sourceDbiResourceId, sourceDBClusterIdentifier).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// The database that was made.
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
