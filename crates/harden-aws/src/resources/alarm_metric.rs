//! The recent history of the metrics of alarms.

use harden_core::{Kind, Known, Place, Resource, ResourceId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Alarm, Evaluation, MetricHistory};

/// The recent history of the value that an alarm compares, in the alarm's statistic and period. It is
/// read for alarms on the metrics with judged thresholds ([`crate::resources::TunedMetric`]). Source:
/// cloudwatch:GetMetricData, one metric for each alarm, or each metric of its expression.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct AlarmMetric {
    /// The account.
    pub account: String,
    /// The region.
    pub region: String,
    /// The alarm's name.
    pub alarm: String,
    /// The start of the window.
    pub from: Timestamp,
    /// The end of the window.
    pub until: Timestamp,
    /// The history and its evaluation; null where the metric had no datapoint. A count that is reported
    /// only when it is not zero was then zero.
    #[serde(default)]
    pub data: Known<Option<AlarmData>>,
}

/// The history of a metric, and its evaluation by an alarm.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct AlarmData {
    /// The statistics of the metric.
    pub history: MetricHistory,
    /// The evaluation by the alarm.
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
