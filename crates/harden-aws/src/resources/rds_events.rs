//! Recent events of databases.

use harden_core::{Kind, Place, Resource, ResourceId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// The events of databases of a region, of the last 14 days. Source: rds:DescribeEvents, one
/// paged call for the region.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct RdsEvents {
    /// The account.
    pub account: String,
    /// The region.
    pub region: String,
    /// The start of the period that was read. RDS keeps 14 days.
    pub since: Timestamp,
    /// The events of DB instances and DB clusters, oldest first.
    pub events: Vec<RdsEvent>,
}

/// An event of a database.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct RdsEvent {
    /// The time.
    pub at: Timestamp,
    /// `db-instance` or `db-cluster`.
    pub source_type: String,
    /// The identifier of the database.
    pub source: String,
    /// `configuration change`, `restoration`, `backup`, …
    pub categories: Vec<String>,
    /// The message.
    pub message: String,
}

impl Resource for RdsEvents {
    const KIND: &'static Kind = &Kind::new("aws/rds-events").permissions(&["rds:DescribeEvents"]);

    fn id(&self) -> ResourceId {
        let place = Place::new(&*self.account, &*self.region);
        ResourceId::new(Self::KIND.name, place, "events")
    }
}
