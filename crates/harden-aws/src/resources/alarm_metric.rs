//! What the metrics of alarms did lately.

use harden_core::{Kind, Known, Place, Resource, ResourceId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Alarm, Evaluation, MetricHistory};

/// The recent history of what an alarm compares, in the alarm's own statistic and period. Read for
/// alarms on the metrics whose thresholds are judged ([`crate::resources::TunedMetric`]). Source:
/// cloudwatch:GetMetricData, one metric for each alarm (of an expression, each metric in it).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct AlarmMetric {
    /// The account.
    pub account: String,
    /// The region.
    pub region: String,
    /// The alarm's name.
    pub alarm: String,
    /// The start of what was read.
    pub from: Timestamp,
    /// The end of what was read.
    pub until: Timestamp,
    /// What the metric did, and what the alarm would have made of it; null where it had no
    /// datapoint. For a count that reports only when it is not zero, no datapoint is zero.
    #[serde(default)]
    pub data: Known<Option<AlarmData>>,
}

/// What a metric did, and what an alarm would have made of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct AlarmData {
    /// The metric's numbers.
    pub history: MetricHistory,
    /// What the alarm would have made of them.
    pub evaluation: Evaluation,
}

impl Resource for AlarmMetric {
    const KIND: &'static Kind = &Kind::new("aws/alarm-metric")
        .permissions(&["cloudwatch:GetMetricData"])
        .starts_from(&[Alarm::KIND]);

    fn id(&self) -> ResourceId {
        let place = Place::new(&*self.account, &*self.region);
        ResourceId::new(Self::KIND.name, place, &self.alarm)
    }
}
