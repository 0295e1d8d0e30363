//! Recent changes of the state of alarms.

use std::collections::BTreeMap;

use harden_core::{Kind, Place, Resource, ResourceId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// The changes of state of all alarms of a region. Source: cloudwatch:DescribeAlarmHistory
/// (StateUpdate), one paged call for the region.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct AlarmHistory {
    /// The account.
    pub account: String,
    /// The region.
    pub region: String,
    /// The start of the period that was read.
    pub since: Timestamp,
    /// The changes by alarm name, oldest first. An alarm without an entry did not change its state.
    pub changes: BTreeMap<String, Vec<StateChange>>,
}

/// A change of an alarm's state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct StateChange {
    /// The time.
    pub at: Timestamp,
    /// The new state: `OK`, `ALARM`, `INSUFFICIENT_DATA`.
    pub to: String,
}

impl Resource for AlarmHistory {
    const KIND: &'static Kind =
        &Kind::new("aws/alarm-history").permissions(&["cloudwatch:DescribeAlarmHistory"]);

    fn id(&self) -> ResourceId {
        let place = Place::new(&*self.account, &*self.region);
        ResourceId::new(Self::KIND.name, place, "history")
    }
}
