//! Alarms with one action more. PutMetricAlarm and PutCompositeAlarm replace the whole alarm, so
//! the document carries every setting that it has.

use harden_core::{Step, Unknown};
use serde_json::{Map, Value, json};

use crate::cli::{Input, aws};
use crate::resources::{Alarm, AlarmDefinition, CompositeAlarm, Metric, MetricAlarm, MetricQuery};

const TOPIC: Input = Input {
    marker: "\u{e001}",
    name: "TOPIC_ARN",
    hint: "the ARN of an alert topic in the region of the alarm",
};

/// Sets the alarm anew with an ALARM action more, actions switched on.
pub(crate) fn add_action(
    alarm: &Alarm,
    name: &str,
    region: &str,
    topic: Option<&str>,
) -> Result<Step, Unknown> {
    let mut actions = alarm.alarm_actions.get()?.clone();
    actions.push(topic.unwrap_or(TOPIC.marker).to_owned());
    let mut document = json!({
        "AlarmName": name,
        "ActionsEnabled": true,
        "AlarmActions": actions,
        "OKActions": alarm.ok_actions.get()?,
        "InsufficientDataActions": alarm.insufficient_data_actions.get()?,
    });
    let description = alarm.description.get()?;
    let (operation, permissions, settings): (_, &[&str], _) = match alarm.definition.get()? {
        AlarmDefinition::Metric(m) => {
            ("put-metric-alarm", &["cloudwatch:PutMetricAlarm"], metric_alarm(m))
        }
        AlarmDefinition::Composite(c) => (
            "put-composite-alarm",
            &["cloudwatch:PutCompositeAlarm"],
            composite_alarm(c),
        ),
    };
    if let Some(document) = document.as_object_mut() {
        document.extend(present([("AlarmDescription", json!(description))]));
        document.extend(settings);
    }
    Ok(aws("cloudwatch", operation)
        .json_with(&document, &[TOPIC])
        .region(region)
        .step(
            "Set the alarm anew with the action, and all else as it is",
            permissions,
        ))
}

/// The settings that there are: the API takes an absent one for unset, and refuses null.
fn present<const N: usize>(settings: [(&str, Value); N]) -> Map<String, Value> {
    settings
        .into_iter()
        .filter(|(_, value)| !value.is_null())
        .map(|(key, value)| (key.to_owned(), value))
        .collect()
}

fn metric_alarm(m: &MetricAlarm) -> Map<String, Value> {
    let metric = m.metric.as_ref();
    let queries: Vec<Value> = m.queries.iter().map(query).collect();
    present([
        ("Namespace", json!(metric.map(|m| &m.namespace))),
        ("MetricName", json!(metric.map(|m| &m.name))),
        ("Dimensions", json!(metric.map(dimensions))),
        ("Statistic", json!(m.statistic)),
        ("ExtendedStatistic", json!(m.extended_statistic)),
        ("Period", json!(m.period)),
        ("Unit", json!(m.unit)),
        ("EvaluationPeriods", json!(m.evaluation_periods)),
        ("DatapointsToAlarm", json!(m.datapoints_to_alarm)),
        ("Threshold", json!(m.threshold)),
        ("ThresholdMetricId", json!(m.threshold_metric_id)),
        ("ComparisonOperator", json!(m.comparison)),
        ("TreatMissingData", json!(m.treat_missing_data)),
        ("EvaluateLowSampleCountPercentile", json!(m.low_samples)),
        ("Metrics", json!((!queries.is_empty()).then_some(queries))),
    ])
}

fn dimensions(metric: &Metric) -> Vec<Value> {
    let pair = |(name, value)| json!({"Name": name, "Value": value});
    metric.dimensions.iter().map(pair).collect()
}

fn query(q: &MetricQuery) -> Value {
    let metric = q.metric.as_ref().map(|m| {
        Value::Object(present([
            (
                "Metric",
                json!({"Namespace": m.namespace, "MetricName": m.name, "Dimensions": dimensions(m)}),
            ),
            ("Period", json!(q.period)),
            ("Stat", json!(q.statistic)),
            ("Unit", json!(q.unit)),
        ]))
    });
    // the period of an expression stands beside it, that of a metric within
    let period = q.period.filter(|_| metric.is_none());
    Value::Object(present([
        ("Id", json!(q.id)),
        ("Expression", json!(q.expression)),
        ("MetricStat", json!(metric)),
        ("Period", json!(period)),
        ("Label", json!(q.label)),
        ("ReturnData", json!(q.returns_data)),
        ("AccountId", json!(q.account)),
    ]))
}

fn composite_alarm(c: &CompositeAlarm) -> Map<String, Value> {
    present([
        ("AlarmRule", json!(c.rule)),
        ("ActionsSuppressor", json!(c.suppressor)),
        ("ActionsSuppressorWaitPeriod", json!(c.suppressor_wait)),
        (
            "ActionsSuppressorExtensionPeriod",
            json!(c.suppressor_extension),
        ),
    ])
}
