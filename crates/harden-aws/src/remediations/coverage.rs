//! The remediation for a resource whose alarm is missing or too loose.

use std::collections::BTreeSet;

use harden_core::{Place, Remediation, Resource, Unknown, hcl_string};
use serde_json::{Value, json};

use crate::remediations::put_alarm::{
    put_metric_alarm_input, put_step, put_step_with_topic, set, unset,
};
use crate::resources::Alarm;
use crate::views::{
    AlarmRequirement, CandidateAlarms, Coverage, Fault, Looseness, Measure, alarm_metrics,
    compares_low_values, datapoints, metric_alarm, seconds,
};

/// An alarm to create.
pub(crate) struct NewAlarm<'a> {
    /// The preferred name. Where another alarm has it, a number is appended.
    pub(crate) name: String,
    pub(crate) description: String,
    /// The Terraform label.
    pub(crate) label: &'static str,
    pub(crate) namespace: &'static str,
    pub(crate) metric: &'static str,
    pub(crate) dimensions: &'a [(&'static str, &'a str)],
}

/// A metric without an alarm that is tight enough.
pub(crate) struct UncoveredMetric<'a> {
    pub(crate) coverage: &'a Coverage,
    pub(crate) new: NewAlarm<'a>,
}

/// Tightens the existing alarms, and creates the missing ones.
pub(crate) fn remediation(
    summary: String,
    lacks: &[UncoveredMetric<'_>],
    required: &AlarmRequirement,
    candidates: &CandidateAlarms,
    place: &Place,
) -> Remediation {
    let mut remediation = Remediation::new(summary);
    let mut terraform = String::new();
    let mut tightened = BTreeSet::new();
    for lack in lacks {
        match lack.coverage {
            // an alarm on low values has another purpose, so it stays as it is
            Coverage::Loose(alarm, faults) if !compares_low_values(faults) => {
                let name = alarm.id().name;
                if !tightened.insert(name.clone()) {
                    continue;
                }
                match tighter(alarm, faults, required) {
                    Ok((input, block)) => {
                        let title = format!("Tighten the alarm {name}");
                        let step = put_step(title, "put-metric-alarm", &input, &place.region);
                        remediation = remediation.step(step);
                        terraform.push_str(&block);
                    }
                    Err(unknown) => {
                        remediation = remediation.withheld(format!(
                            "the call replaces the whole alarm {name}: {unknown}"
                        ));
                    }
                }
            }
            _ => {
                let input = new_input(&lack.new, required, candidates);
                terraform.push_str(&new_block(&lack.new, &input));
                let title = format!("Create an alarm on {}", lack.new.metric);
                remediation = remediation.step(put_step_with_topic(
                    title,
                    "put-metric-alarm",
                    input,
                    &place.region,
                ));
            }
        }
    }
    if !terraform.is_empty() {
        remediation = remediation.terraform(terraform);
    }
    remediation.link(
        "https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html",
    )
}

/// A period that is not longer than the longest delay.
fn period_within(max_delay: f64) -> i64 {
    if max_delay >= 300.0 { 300 } else { 60 }
}

/// The number of periods within the longest delay.
fn periods_within(max_delay: f64, period: i64, most: i64) -> i64 {
    let within = (max_delay / seconds(period.max(1))).floor();
    // the conversion saturates
    (within as i64).clamp(1, most.max(1))
}

fn new_input(
    new: &NewAlarm<'_>,
    required: &AlarmRequirement,
    candidates: &CandidateAlarms,
) -> Value {
    let period = period_within(required.max_delay);
    let (statistic, most, missing) = match required.measure {
        // the load balancer reports nothing without requests or errors, so missing data is not a breach
        Measure::Count => ("Sum", 1, "notBreaching"),
        Measure::Seconds => ("Average", 2, "notBreaching"),
        Measure::Percent => ("Average", 2, "missing"),
    };
    let dimensions: Vec<Value> = new
        .dimensions
        .iter()
        .map(|(name, value)| json!({"Name": name, "Value": value}))
        .collect();
    json!({
        "AlarmName": candidates.free_name(&new.name),
        "AlarmDescription": new.description,
        "Namespace": new.namespace,
        "MetricName": new.metric,
        "Dimensions": dimensions,
        "Statistic": statistic,
        "Period": period,
        "EvaluationPeriods": periods_within(required.max_delay, period, most),
        "Threshold": required.max_for(period),
        "ComparisonOperator": "GreaterThanThreshold",
        "TreatMissingData": missing,
    })
}

fn new_block(new: &NewAlarm<'_>, input: &Value) -> String {
    let text = |name: &str| hcl_string(input.get(name).and_then(Value::as_str).unwrap_or_default());
    let number = |name: &str| input.get(name).map(Value::to_string).unwrap_or_default();
    let dimensions: String = new
        .dimensions
        .iter()
        .map(|(name, value)| format!("    {name} = {}\n", hcl_string(value)))
        .collect();
    format!(
        "resource \"aws_cloudwatch_metric_alarm\" {} {{\n  alarm_name          = {}\n  \
         namespace           = {}\n  metric_name         = {}\n  statistic           = {}\n  \
         period              = {}\n  evaluation_periods  = {}\n  threshold           = {}\n  \
         comparison_operator = \"GreaterThanThreshold\"\n  treat_missing_data  = {}\n  \
         alarm_actions       = [var.alert_topic_arn]\n\n  dimensions = {{\n{dimensions}  }}\n}}\n",
        hcl_string(new.label),
        text("AlarmName"),
        text("Namespace"),
        text("MetricName"),
        text("Statistic"),
        number("Period"),
        number("EvaluationPeriods"),
        number("Threshold"),
        text("TreatMissingData"),
    )
}

/// The input for a copy of an alarm without its faults, and the Terraform block for it.
fn tighter(
    alarm: &Alarm,
    faults: &[Fault],
    required: &AlarmRequirement,
) -> Result<(Value, String), Unknown> {
    let mut input = put_metric_alarm_input(alarm)?;
    let Some(metric) = metric_alarm(alarm) else {
        return Err(Unknown::undetermined("it is not a metric alarm"));
    };
    let reading = alarm_metrics(metric);
    let by_query = metric.metric.is_none();
    let has = |way: Looseness| faults.iter().any(|f| f.way == way);
    let mut block = String::new();
    let mut change = |name: &str, value: String| {
        block.push_str(&format!("  {name:<19} = {value}\n"));
    };
    // for an expression, these settings are in each metric_query instead of the alarm
    let name_of = |name: &'static str, in_query: &'static str| {
        if by_query { in_query } else { name }
    };

    let known = reading.period().filter(|p| *p > 0);
    let fits = |p: &i64| seconds(*p) <= required.max_delay;
    let period = known
        .filter(fits)
        .unwrap_or_else(|| period_within(required.max_delay));
    if Some(period) != known {
        set_metric(&mut input, by_query, "Period", &json!(period));
        change(
            name_of("period", "# of each metric: period"),
            period.to_string(),
        );
    }
    if has(Looseness::Statistic) {
        let statistic = match required.measure {
            Measure::Count => "Sum",
            Measure::Percent | Measure::Seconds => "Average",
        };
        let name = if by_query { "Stat" } else { "Statistic" };
        set_metric(&mut input, by_query, name, &json!(statistic));
        // these settings apply only to percentiles
        unset(&mut input, "ExtendedStatistic");
        unset(&mut input, "EvaluateLowSampleCountPercentile");
        change(
            name_of("statistic", "# of each metric: stat"),
            hcl_string(statistic),
        );
    }
    if has(Looseness::Unit) {
        let unit = required.measure.unit();
        set_metric(&mut input, by_query, "Unit", &json!(unit));
        change(name_of("unit", "# of each metric: unit"), hcl_string(unit));
    }
    let highest = required.max_for(period);
    if metric.threshold.is_none_or(|t| t > highest) {
        set(&mut input, "Threshold", json!(highest));
        change("threshold", highest.to_string());
    }
    if has(Looseness::Delay) {
        let most = datapoints(metric).unwrap_or(1);
        let to_alarm = periods_within(required.max_delay, period, most);
        let evaluated = metric.evaluation_periods.unwrap_or(to_alarm).max(to_alarm);
        set(&mut input, "EvaluationPeriods", json!(evaluated));
        set(&mut input, "DatapointsToAlarm", json!(to_alarm));
        change("evaluation_periods", evaluated.to_string());
        change("datapoints_to_alarm", to_alarm.to_string());
    }
    let block = format!(
        "resource \"aws_cloudwatch_metric_alarm\" \"this\" {{\n  {:<19} = {}\n  \
         # … the current settings\n{block}}}\n",
        "alarm_name",
        hcl_string(&alarm.id().name),
    );
    Ok((input, block))
}

/// Sets a parameter of the metric, or of every metric of an expression.
fn set_metric(input: &mut Value, by_query: bool, name: &str, value: &Value) {
    if !by_query {
        return set(input, name, value.clone());
    }
    let queries = input.get_mut("Metrics").and_then(Value::as_array_mut);
    for query in queries.into_iter().flatten() {
        if let Some(stat) = query.get_mut("MetricStat") {
            set(stat, name, value.clone());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn periods_are_counted_without_a_search() {
        assert_eq!(periods_within(300.0, 60, 2), 2);
        assert_eq!(periods_within(300.0, 60, i64::MAX), 5);
        assert_eq!(periods_within(30.0, 60, 4_294_967_295), 1);
        assert_eq!(periods_within(f64::MAX, 0, -1), 1);
        assert_eq!(periods_within(f64::MAX, i64::MIN, i64::MAX), i64::MAX);
    }
}
