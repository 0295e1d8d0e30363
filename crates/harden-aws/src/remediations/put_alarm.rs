//! The calls that replace an alarm by a copy with all its settings.

use harden_core::{Arg, Known, Resource, Step, Unknown};
use serde_json::{Map, Value, json};

use crate::remediations::cli::aws;
use crate::resources::{Alarm, AlarmDefinition, Metric, MetricAlarm, MetricQuery};

/// The input for the topic to notify.
const TOPIC_HINT: &str = "the ARN of the alert topic";

/// All parameters of cloudwatch:PutMetricAlarm with the current settings of the alarm. The call replaces
/// the whole alarm, so a setting that is left out is lost. Tags stay: the call ignores them for an
/// existing alarm.
///
/// # Errors
/// A setting is unknown or was not recorded.
pub(crate) fn put_metric_alarm_input(alarm: &Alarm) -> Result<Value, Unknown> {
    let AlarmDefinition::Metric(metric) = alarm.definition.get()? else {
        return Err(Unknown::undetermined("it is not a metric alarm"));
    };
    require_recorded(&metric.other_settings)?;
    if metric.metric.is_none() && metric.queries.is_empty() {
        return Err(Unknown::undetermined("its metric was not recorded"));
    }
    let mut input = shared(alarm)?;
    if let Some(Metric {
        namespace,
        name,
        dimensions,
    }) = &metric.metric
    {
        input.insert("Namespace".into(), json!(namespace));
        input.insert("MetricName".into(), json!(name));
        input.insert("Dimensions".into(), pairs(dimensions));
    }
    if !metric.queries.is_empty() {
        let queries: Vec<Value> = metric.queries.iter().map(query).collect();
        input.insert("Metrics".into(), json!(queries));
    }
    settings(&mut input, metric);
    Ok(Value::Object(input))
}

/// The same for cloudwatch:PutCompositeAlarm.
///
/// # Errors
/// A setting is unknown or was not recorded.
pub(crate) fn put_composite_alarm_input(alarm: &Alarm) -> Result<Value, Unknown> {
    let AlarmDefinition::Composite(composite) = alarm.definition.get()? else {
        return Err(Unknown::undetermined("it is not a composite alarm"));
    };
    require_recorded(&composite.other_settings)?;
    let mut input = shared(alarm)?;
    input.insert("AlarmRule".into(), json!(composite.rule));
    some(&mut input, "ActionsSuppressor", &composite.suppressor);
    some(
        &mut input,
        "ActionsSuppressorWaitPeriod",
        &composite.suppressor_wait,
    );
    some(
        &mut input,
        "ActionsSuppressorExtensionPeriod",
        &composite.suppressor_extension,
    );
    Ok(Value::Object(input))
}

/// The step that replaces an alarm, with an input of one of the functions above.
pub(crate) fn put_step(
    title: String,
    operation: &'static str,
    input: &Value,
    region: &str,
) -> Step {
    aws("cloudwatch", operation)
        .json(input)
        .region(region)
        .step(title, permission(operation))
}

/// The same with an input for the topic to notify. The topic is the only ALARM action, and the actions
/// are enabled.
pub(crate) fn put_step_with_topic(
    title: String,
    operation: &'static str,
    mut input: Value,
    region: &str,
) -> Step {
    // the placeholder must not occur in a text of the alarm
    let mut marker = "{TOPIC_ARN}".to_owned();
    let text = input.to_string();
    while text.contains(&marker) {
        marker.push('_');
    }
    set(&mut input, "ActionsEnabled", json!(true));
    set(&mut input, "AlarmActions", json!([marker]));
    let argument = Arg::from(input.to_string()).with_input(&marker, "TOPIC_ARN", TOPIC_HINT);
    aws("cloudwatch", operation)
        .opt("--cli-input-json", argument)
        .region(region)
        .step(title, permission(operation))
}

/// Sets a parameter of an input.
pub(crate) fn set(input: &mut Value, name: &str, value: Value) {
    if let Some(parameters) = input.as_object_mut() {
        parameters.insert(name.to_owned(), value);
    }
}

/// Removes a parameter from an input.
pub(crate) fn unset(input: &mut Value, name: &str) {
    if let Some(parameters) = input.as_object_mut() {
        parameters.remove(name);
    }
}

fn permission(operation: &str) -> &'static [&'static str] {
    match operation {
        "put-composite-alarm" => &["cloudwatch:PutCompositeAlarm"],
        _ => &["cloudwatch:PutMetricAlarm"],
    }
}

fn require_recorded(other_settings: &[String]) -> Result<(), Unknown> {
    if other_settings.is_empty() {
        return Ok(());
    }
    let names = other_settings.join(", ");
    Err(Unknown::undetermined(format!(
        "its settings {names} were not recorded"
    )))
}

fn shared(alarm: &Alarm) -> Result<Map<String, Value>, Unknown> {
    let mut input = Map::new();
    input.insert("AlarmName".into(), json!(&*alarm.id().name));
    some(&mut input, "AlarmDescription", alarm.description.get()?);
    let actions = [
        ("AlarmActions", &alarm.alarm_actions),
        ("OKActions", &alarm.ok_actions),
        ("InsufficientDataActions", &alarm.insufficient_data_actions),
    ];
    input.insert("ActionsEnabled".into(), json!(alarm.actions_enabled.get()?));
    for (name, arns) in actions {
        input.insert(name.into(), json!(Known::get(arns)?));
    }
    Ok(input)
}

fn settings(input: &mut Map<String, Value>, alarm: &MetricAlarm) {
    some(input, "Statistic", &alarm.statistic);
    some(input, "ExtendedStatistic", &alarm.extended_statistic);
    some(input, "Period", &alarm.period);
    some(input, "Unit", &alarm.unit);
    some(input, "EvaluationPeriods", &alarm.evaluation_periods);
    some(input, "DatapointsToAlarm", &alarm.datapoints_to_alarm);
    some(input, "Threshold", &alarm.threshold);
    some(input, "ThresholdMetricId", &alarm.threshold_metric_id);
    some(input, "ComparisonOperator", &alarm.comparison);
    some(input, "TreatMissingData", &alarm.treat_missing_data);
    some(
        input,
        "EvaluateLowSampleCountPercentile",
        &alarm.low_samples,
    );
}

fn query(query: &MetricQuery) -> Value {
    let mut out = Map::new();
    out.insert("Id".into(), json!(query.id));
    some(&mut out, "Expression", &query.expression);
    match &query.metric {
        Some(metric) => {
            let mut stat = Map::new();
            stat.insert(
                "Metric".into(),
                json!({
                    "Namespace": metric.namespace,
                    "MetricName": metric.name,
                    "Dimensions": pairs(&metric.dimensions),
                }),
            );
            some(&mut stat, "Stat", &query.statistic);
            some(&mut stat, "Period", &query.period);
            some(&mut stat, "Unit", &query.unit);
            out.insert("MetricStat".into(), Value::Object(stat));
        }
        None => some(&mut out, "Period", &query.period),
    }
    some(&mut out, "Label", &query.label);
    some(&mut out, "ReturnData", &query.returns_data);
    some(&mut out, "AccountId", &query.account);
    Value::Object(out)
}

fn pairs(dimensions: &crate::resources::Dimensions) -> Value {
    let pair = |(name, value): (&str, &str)| json!({"Name": name, "Value": value});
    dimensions.iter().map(pair).collect()
}

fn some<T: serde::Serialize>(into: &mut Map<String, Value>, name: &str, value: &Option<T>) {
    if let Some(value) = value {
        into.insert(name.to_owned(), json!(value));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn alarm(definition: &str) -> Alarm {
        serde_json::from_str(&format!(
            r#"{{"arn": "arn:aws:cloudwatch:us-east-2:392853978631:alarm:it's {{TOPIC_ARN}}: a/b",
                "description": "d", "actions_enabled": false, "alarm_actions": [],
                "ok_actions": ["ok"], "insufficient_data_actions": ["none"], "definition": {definition}}}"#
        ))
        .unwrap()
    }

    #[test]
    fn every_setting_is_copied() {
        let input = put_metric_alarm_input(&alarm(
            r#"{"metric": {"metric": {"namespace": "AWS/X", "name": "M", "dimensions": {"D": "v"}},
                "extended_statistic": "p95", "period": 60, "unit": "Count", "evaluation_periods": 3,
                "datapoints_to_alarm": 2, "threshold": 1.5, "comparison": "GreaterThanThreshold",
                "treat_missing_data": "ignore", "low_samples": "ignore"}}"#,
        ))
        .unwrap();
        let expected = json!({
            "AlarmName": "it's {TOPIC_ARN}: a/b", "AlarmDescription": "d", "ActionsEnabled": false,
            "AlarmActions": [], "OKActions": ["ok"], "InsufficientDataActions": ["none"],
            "Namespace": "AWS/X", "MetricName": "M", "Dimensions": [{"Name": "D", "Value": "v"}],
            "ExtendedStatistic": "p95", "Period": 60, "Unit": "Count", "EvaluationPeriods": 3,
            "DatapointsToAlarm": 2, "Threshold": 1.5, "ComparisonOperator": "GreaterThanThreshold",
            "TreatMissingData": "ignore", "EvaluateLowSampleCountPercentile": "ignore"
        });
        assert_eq!(input, expected);
    }

    #[test]
    fn queries_are_copied() {
        let input = put_metric_alarm_input(&alarm(
            r#"{"metric": {"queries": [
                {"id": "e", "expression": "m*2", "period": 60, "label": "l", "returns_data": true},
                {"id": "m", "metric": {"namespace": "N", "name": "M", "dimensions": {}}, "statistic": "Sum",
                 "period": 60, "returns_data": false, "account": "111122223333"}],
                "threshold_metric_id": "e"}}"#,
        ))
        .unwrap();
        assert_eq!(
            input["Metrics"],
            json!([
                {"Id": "e", "Expression": "m*2", "Period": 60, "Label": "l", "ReturnData": true},
                {"Id": "m", "MetricStat": {"Metric": {"Namespace": "N", "MetricName": "M",
                    "Dimensions": []}, "Stat": "Sum", "Period": 60}, "ReturnData": false,
                    "AccountId": "111122223333"}
            ])
        );
        assert_eq!(input["ThresholdMetricId"], "e");
    }

    #[test]
    fn a_setting_that_was_not_recorded_gives_no_call() {
        let window = alarm(
            r#"{"metric": {"metric": {"namespace": "N", "name": "M", "dimensions": {}}, "other_settings": ["EvaluationWindow"]}}"#,
        );
        let unknown = put_metric_alarm_input(&window).unwrap_err();
        assert!(unknown.message.contains("EvaluationWindow"), "{unknown}");
        let mut unread =
            alarm(r#"{"metric": {"metric": {"namespace": "N", "name": "M", "dimensions": {}}}}"#);
        unread.ok_actions = Known::default();
        assert!(put_metric_alarm_input(&unread).is_err());
        assert!(put_metric_alarm_input(&alarm(r#"{"metric": {}}"#)).is_err());
    }

    #[test]
    fn only_the_placeholder_becomes_the_topic() {
        let composite = alarm(
            r#"{"composite": {"rule": "ALARM(a)", "suppressor": "s", "suppressor_wait": 1}}"#,
        );
        let input = put_composite_alarm_input(&composite).unwrap();
        assert_eq!(input["ActionsSuppressorWaitPeriod"], 1);
        let step = put_step_with_topic("t".to_owned(), "put-composite-alarm", input, "us-east-2");
        let shell = step.to_shell().unwrap();
        assert!(
            shell.contains(r#""AlarmActions":["'"${TOPIC_ARN:?the ARN of the alert topic}"'"]"#),
            "{shell}"
        );
        assert!(shell.contains("{TOPIC_ARN}: a/b"), "{shell}");
    }
}
