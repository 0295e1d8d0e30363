//! CloudWatch alarms.

use harden_core::{Kind, Known, Resource, ResourceId, Unknown};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Dimensions;
use crate::arn::{Arn, id_of};

/// A CloudWatch alarm, with every setting that cloudwatch:PutMetricAlarm or PutCompositeAlarm
/// would overwrite. Of a log alarm, only what is judged is recorded. Source: cloudwatch:DescribeAlarms.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Alarm {
    /// The alarm's ARN.
    pub arn: String,
    /// The description (AlarmDescription).
    #[serde(default)]
    pub description: Known<Option<String>>,
    /// Whether its actions are enabled (ActionsEnabled).
    #[serde(default)]
    pub actions_enabled: Known<bool>,
    /// The ARNs of the actions for the state ALARM.
    #[serde(default)]
    pub alarm_actions: Known<Vec<String>>,
    /// The ARNs of the actions for the state OK.
    #[serde(default)]
    pub ok_actions: Known<Vec<String>>,
    /// The ARNs of the actions for the state INSUFFICIENT_DATA.
    #[serde(default)]
    pub insufficient_data_actions: Known<Vec<String>>,
    /// `OK`, `ALARM` or `INSUFFICIENT_DATA` (StateValue).
    #[serde(default)]
    pub state: Known<String>,
    /// The start of the current state (StateTransitionedTimestamp, otherwise StateUpdatedTimestamp).
    #[serde(default)]
    pub state_since: Known<Timestamp>,
    /// The metric or the rule of the alarm.
    #[serde(default)]
    pub definition: Known<AlarmDefinition>,
}

/// The type of an alarm.
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
    /// A rule over other alarms.
    Composite(CompositeAlarm),
    /// A scheduled query of CloudWatch Logs.
    Log(LogAlarm),
}

/// An alarm on a metric, or on an expression over metrics. A setting that the response left out is
/// `None`: the API leaves out settings that are not set.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[non_exhaustive]
pub struct MetricAlarm {
    /// The metric, or `None` for an expression.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metric: Option<Metric>,
    /// `Average`, `Sum`, `Minimum`, `Maximum`, `SampleCount`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub statistic: Option<String>,
    /// A percentile or another extended statistic: `p95`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extended_statistic: Option<String>,
    /// The period in seconds, or `None` for an expression.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub period: Option<i64>,
    /// The unit that data must have.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// The number of evaluated periods.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evaluation_periods: Option<i64>,
    /// The number of periods that must breach. Without it, all evaluated periods.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub datapoints_to_alarm: Option<i64>,
    /// The threshold, or `None` for an anomaly detection band.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub threshold: Option<f64>,
    /// The id of the query with the band of an anomaly detection alarm.
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
    /// The PromQL query of an alarm that evaluates one (EvaluationCriteria.PromQLCriteria.Query).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub promql: Option<String>,
    /// `EVALUATION_ERROR`, `EVALUATION_FAILURE` or `PARTIAL_DATA` (EvaluationState). `None` where the
    /// evaluation works.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evaluation_state: Option<String>,
    /// Names of settings in the response that no field here contains (EvaluationWindow,
    /// WarmUpConfiguration, EvaluationCriteria, EvaluationInterval, ActionConfiguration). A call that
    /// replaces the alarm without them would remove them.
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
    /// The dimensions. CloudWatch returns an empty list for a metric without dimensions.
    pub dimensions: Dimensions,
}

/// A query of an expression (MetricDataQuery).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct MetricQuery {
    /// The id that expressions use.
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
    /// Whether the alarm compares this query (ReturnData).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub returns_data: Option<bool>,
    /// The account of the metric, where it is not the alarm's account.
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
    /// The time in seconds to wait for the suppressor.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub suppressor_wait: Option<i64>,
    /// The time in seconds by which the suppression is extended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub suppressor_extension: Option<i64>,
    /// Names of settings in the response that no field here contains (ActionConfiguration).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub other_settings: Vec<String>,
}

/// An alarm on the results of a scheduled query of CloudWatch Logs. Source: cloudwatch:DescribeAlarms
/// (made by PutLogAlarm). Its query can contain data of customers, so it is not recorded.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[non_exhaustive]
pub struct LogAlarm {
    /// The names or ARNs of the queried log groups. Empty where the response does not name them.
    #[serde(default)]
    pub log_groups: Vec<String>,
    /// As in [`MetricAlarm::evaluation_state`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evaluation_state: Option<String>,
    /// Whether the alarm adds its tags to its messages (ActionConfiguration).
    #[serde(default)]
    pub sends_tags: bool,
}

impl MetricAlarm {
    /// Whether it is an alarm of a kind that this version does not know: it evaluates neither a metric
    /// nor an expression nor a PromQL query.
    pub(crate) fn is_unrecognized(&self) -> bool {
        self.metric.is_none() && self.queries.is_empty() && self.promql.is_none()
    }

    /// Checks that the settings that every metric alarm has were read. The API answers without
    /// optional settings, but ComparisonOperator, and a statistic for each metric, are required by
    /// [PutMetricAlarm](https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html).
    ///
    /// # Errors
    /// A required setting is missing: what the alarm compares is unknown.
    pub(crate) fn require_settings(&self) -> Result<(), Unknown> {
        let missing = |setting| Err(Unknown::missing("cloudwatch:DescribeAlarms", setting));
        if self.comparison.is_none() {
            return missing("ComparisonOperator");
        }
        if self.metric.is_some() && self.statistic.is_none() && self.extended_statistic.is_none() {
            return missing("Statistic");
        }
        let without_statistic = |q: &MetricQuery| q.metric.is_some() && q.statistic.is_none();
        if self.queries.iter().any(without_statistic) {
            return missing("Stat");
        }
        self.require_metrics()
    }

    /// Checks that the metrics of the alarm were read.
    ///
    /// # Errors
    /// A query has neither a metric nor an expression: "You must specify either Expression or
    /// MetricStat, but not both"
    /// ([MetricDataQuery](https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricDataQuery.html)).
    pub(crate) fn require_metrics(&self) -> Result<(), Unknown> {
        let is_empty = |q: &MetricQuery| q.metric.is_none() && q.expression.is_none();
        if self.queries.iter().any(is_empty) {
            return Err(Unknown::missing("cloudwatch:DescribeAlarms", "MetricStat"));
        }
        // a query of another language is in EvaluationCriteria
        let is_other = self
            .other_settings
            .iter()
            .any(|name| name == "EvaluationCriteria");
        if self.metric.is_none() && self.queries.is_empty() && !is_other {
            return Err(Unknown::missing(
                "cloudwatch:DescribeAlarms",
                "MetricName and no Metrics",
            ));
        }
        Ok(())
    }
}

impl Alarm {
    /// Whether the alarm adds its tags to its messages.
    pub(crate) fn sends_tags(&self) -> bool {
        let among = |settings: &[String]| settings.iter().any(|s| s == "ActionConfiguration");
        match self.definition.ok() {
            Some(AlarmDefinition::Metric(metric)) => among(&metric.other_settings),
            Some(AlarmDefinition::Composite(composite)) => among(&composite.other_settings),
            Some(AlarmDefinition::Log(log)) => log.sends_tags,
            None => false,
        }
    }

    /// The state of its evaluation, where it is not evaluated because of an error.
    pub(crate) fn evaluation_error(&self) -> Known<Option<&str>> {
        self.definition.as_ref().map(|definition| {
            let state = match definition {
                AlarmDefinition::Metric(metric) => metric.evaluation_state.as_deref(),
                AlarmDefinition::Log(log) => log.evaluation_state.as_deref(),
                AlarmDefinition::Composite(_) => None,
            };
            state.filter(|state| *state == "EVALUATION_ERROR")
        })
    }

    /// Whether all its ALARM actions are scaling policies. Target tracking creates such alarms. They
    /// notify nobody.
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
