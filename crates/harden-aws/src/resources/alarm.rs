//! CloudWatch alarms.

use harden_core::{Kind, Known, Resource, ResourceId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Dimensions;
use crate::arn::{Arn, id_of};

/// A CloudWatch alarm, with every setting that cloudwatch:PutMetricAlarm or PutCompositeAlarm
/// would overwrite. Source: cloudwatch:DescribeAlarms.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Alarm {
    /// The alarm's ARN.
    pub arn: String,
    /// The description (AlarmDescription).
    #[serde(default)]
    pub description: Known<Option<String>>,
    /// Whether its actions run at all.
    #[serde(default)]
    pub actions_enabled: Known<bool>,
    /// What runs when it goes to ALARM: ARNs.
    #[serde(default)]
    pub alarm_actions: Known<Vec<String>>,
    /// What runs when it goes to OK: ARNs.
    #[serde(default)]
    pub ok_actions: Known<Vec<String>>,
    /// What runs when it goes to INSUFFICIENT_DATA: ARNs.
    #[serde(default)]
    pub insufficient_data_actions: Known<Vec<String>>,
    /// `OK`, `ALARM` or `INSUFFICIENT_DATA` (StateValue).
    #[serde(default)]
    pub state: Known<String>,
    /// Since when it is in that state (StateTransitionedTimestamp, else StateUpdatedTimestamp).
    #[serde(default)]
    pub state_since: Known<Timestamp>,
    /// What it watches.
    #[serde(default)]
    pub definition: Known<AlarmDefinition>,
}

/// What an alarm watches.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[expect(
    clippy::large_enum_variant,
    reason = "almost all alarms are metric alarms"
)]
#[non_exhaustive]
pub enum AlarmDefinition {
    /// A metric, or an expression over metrics.
    Metric(MetricAlarm),
    /// Other alarms.
    Composite(CompositeAlarm),
}

/// An alarm on a metric, or on an expression over metrics. Absent settings were absent in the
/// answer, which is how the API says that they are not set.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[non_exhaustive]
pub struct MetricAlarm {
    /// The metric; none for an expression.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metric: Option<Metric>,
    /// `Average`, `Sum`, `Minimum`, `Maximum`, `SampleCount`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub statistic: Option<String>,
    /// A percentile or another extended statistic: `p95`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extended_statistic: Option<String>,
    /// The period in seconds; none for an expression.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub period: Option<i64>,
    /// The unit that data must have.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// How many periods are looked at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evaluation_periods: Option<i64>,
    /// How many of them must breach; all if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub datapoints_to_alarm: Option<i64>,
    /// The threshold; none for an anomaly band.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub threshold: Option<f64>,
    /// The id of the query that gives the band of an anomaly detection alarm.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub threshold_metric_id: Option<String>,
    /// `GreaterThanThreshold`, `GreaterThanOrEqualToThreshold`, …
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comparison: Option<String>,
    /// `breaching`, `notBreaching`, `ignore`, `missing` (the default).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub treat_missing_data: Option<String>,
    /// For percentiles: `evaluate` or `ignore` (EvaluateLowSampleCountPercentile).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub low_samples: Option<String>,
    /// The queries of an expression (Metrics).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub queries: Vec<MetricQuery>,
    /// Settings that the answer had and that no field here holds, by the API's names
    /// (EvaluationWindow, WarmUpConfiguration, EvaluationCriteria, EvaluationInterval,
    /// ActionConfiguration): a call that replaces the alarm without them would drop them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub other_settings: Vec<String>,
}

/// A metric: its namespace, its name and its dimensions.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Metric {
    /// `AWS/ECS`.
    pub namespace: String,
    /// `CPUUtilization`.
    pub name: String,
    /// The dimensions.
    #[serde(default)]
    pub dimensions: Dimensions,
}

/// A query of an expression (MetricDataQuery).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct MetricQuery {
    /// The id that expressions name it by.
    pub id: String,
    /// An expression over other queries.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expression: Option<String>,
    /// A metric with its statistic.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metric: Option<Metric>,
    /// The statistic of the metric.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub statistic: Option<String>,
    /// The period in seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub period: Option<i64>,
    /// The unit that data must have.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// The label.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// Whether this is the query that the alarm compares.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub returns_data: Option<bool>,
    /// The account of the metric, where it is another one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
}

/// An alarm over other alarms.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct CompositeAlarm {
    /// The rule: `ALARM("a") OR ALARM("b")`.
    pub rule: String,
    /// The alarm that suppresses its actions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub suppressor: Option<String>,
    /// How long to wait for the suppressor, in seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub suppressor_wait: Option<i64>,
    /// How long the suppression outlasts it, in seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub suppressor_extension: Option<i64>,
    /// Settings that the answer had and that no field here holds, by the API's names
    /// (ActionConfiguration).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub other_settings: Vec<String>,
}

impl Alarm {
    /// Whether it exists to scale something: all that runs when it goes to ALARM is a scaling policy
    /// (target tracking makes such alarms by itself). It tells nobody of trouble.
    #[must_use]
    pub fn only_scales(&self) -> Known<bool> {
        let scales = |arn: &String| {
            Arn::parse(arn).is_some_and(|a| {
                a.service == "autoscaling" && a.resource.starts_with("scalingPolicy:")
            })
        };
        let actions = self.alarm_actions.as_ref();
        actions.map(|arns| !arns.is_empty() && arns.iter().all(scales))
    }
}

impl Resource for Alarm {
    const KIND: &'static Kind =
        &Kind::new("aws/cloudwatch-alarm").permissions(&["cloudwatch:DescribeAlarms"]);

    fn id(&self) -> ResourceId {
        id_of(Self::KIND.name, &self.arn)
    }
}
