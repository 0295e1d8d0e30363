//! What mends a thing that lacks an alarm, or has one that is too loose.

use std::collections::BTreeSet;

use harden_core::{Place, Remediation, Resource, Unknown, hcl_string};
use serde_json::{Value, json};

use crate::remediations::put_alarm::{
    put_metric_alarm_input, put_step, put_step_with_topic, set, unset,
};
use crate::resources::Alarm;
use crate::views::{
    Coverage, Fault, Measure, Wanted, Watchers, Way, alarm_metrics, datapoints, looks_elsewhere,
    metric_alarm, seconds,
};

/// An alarm that is to be made.
pub(crate) struct NewAlarm<'a> {
    /// Its name, where no other alarm has it.
    pub(crate) name: String,
    pub(crate) description: String,
    /// Terraform's label for it.
    pub(crate) label: &'static str,
    pub(crate) namespace: &'static str,
    pub(crate) metric: &'static str,
    pub(crate) dimensions: &'a [(&'static str, &'a str)],
}

/// A metric without an alarm that is tight enough.
pub(crate) struct Lack<'a> {
    pub(crate) coverage: &'a Coverage,
    pub(crate) new: NewAlarm<'a>,
}

/// Tightens the alarms that are there, and makes those that are missing.
pub(crate) fn remediation(
    summary: String,
    lacks: &[Lack<'_>],
    wanted: &Wanted,
    watchers: &Watchers,
    place: &Place,
) -> Remediation {
    let mut remediation = Remediation::new(summary);
    let mut terraform = String::new();
    let mut tightened = BTreeSet::new();
    for lack in lacks {
        match lack.coverage {
            // an alarm for low values is there for something else: it stays as it is
            Coverage::Loose(alarm, faults) if !looks_elsewhere(faults) => {
                let name = alarm.id().name;
                if !tightened.insert(name.clone()) {
                    continue;
                }
                match tighter(alarm, faults, wanted) {
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
                let input = new_input(&lack.new, wanted, watchers);
                terraform.push_str(&new_block(&lack.new, &input));
                let title = format!("Make an alarm on {}", lack.new.metric);
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

/// A period that fits into the longest delay.
fn period_within(max_delay: f64) -> i64 {
    if max_delay >= 300.0 { 300 } else { 60 }
}

/// How many periods fit into the longest delay.
fn periods_within(max_delay: f64, period: i64, most: i64) -> i64 {
    (1..=most)
        .rev()
        .find(|n| seconds(*n) * seconds(period) <= max_delay)
        .unwrap_or(1)
}

fn new_input(new: &NewAlarm<'_>, wanted: &Wanted, watchers: &Watchers) -> Value {
    let period = period_within(wanted.max_delay);
    let (statistic, most, missing) = match wanted.measure {
        // nothing is reported while there are no requests, or no errors
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
        "AlarmName": watchers.free_name(&new.name),
        "AlarmDescription": new.description,
        "Namespace": new.namespace,
        "MetricName": new.metric,
        "Dimensions": dimensions,
        "Statistic": statistic,
        "Period": period,
        "EvaluationPeriods": periods_within(wanted.max_delay, period, most),
        "Threshold": wanted.max_for(period),
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

/// An alarm as it is, with what is loose made as tight as asked, and the same for Terraform.
fn tighter(alarm: &Alarm, faults: &[Fault], wanted: &Wanted) -> Result<(Value, String), Unknown> {
    let mut input = put_metric_alarm_input(alarm)?;
    let Some(metric) = metric_alarm(alarm) else {
        return Err(Unknown::undetermined("it is no metric alarm"));
    };
    let reading = alarm_metrics(metric);
    let by_query = metric.metric.is_none();
    let has = |way: Way| faults.iter().any(|f| f.way == way);
    let mut block = String::new();
    let mut change = |name: &str, value: String| {
        block.push_str(&format!("  {name:<19} = {value}\n"));
    };
    // of an expression these stand in each metric_query, not in the alarm
    let name_of = |name: &'static str, in_query: &'static str| {
        if by_query { in_query } else { name }
    };

    let known = reading.period().filter(|p| *p > 0);
    let fits = |p: &i64| seconds(*p) <= wanted.max_delay;
    let period = known
        .filter(fits)
        .unwrap_or_else(|| period_within(wanted.max_delay));
    if Some(period) != known {
        set_metric(&mut input, by_query, "Period", &json!(period));
        change(
            name_of("period", "# of each metric: period"),
            period.to_string(),
        );
    }
    if has(Way::Statistic) {
        let statistic = match wanted.measure {
            Measure::Count => "Sum",
            Measure::Percent | Measure::Seconds => "Average",
        };
        let name = if by_query { "Stat" } else { "Statistic" };
        set_metric(&mut input, by_query, name, &json!(statistic));
        // these go with a percentile only
        unset(&mut input, "ExtendedStatistic");
        unset(&mut input, "EvaluateLowSampleCountPercentile");
        change(
            name_of("statistic", "# of each metric: stat"),
            hcl_string(statistic),
        );
    }
    if has(Way::Unit) {
        let unit = wanted.measure.unit();
        set_metric(&mut input, by_query, "Unit", &json!(unit));
        change(name_of("unit", "# of each metric: unit"), hcl_string(unit));
    }
    let highest = wanted.max_for(period);
    if metric.threshold.is_none_or(|t| t > highest) {
        set(&mut input, "Threshold", json!(highest));
        change("threshold", highest.to_string());
    }
    if has(Way::Delay) {
        let most = datapoints(metric).unwrap_or(1);
        let to_alarm = periods_within(wanted.max_delay, period, most);
        let evaluated = metric.evaluation_periods.unwrap_or(to_alarm).max(to_alarm);
        set(&mut input, "EvaluationPeriods", json!(evaluated));
        set(&mut input, "DatapointsToAlarm", json!(to_alarm));
        change("evaluation_periods", evaluated.to_string());
        change("datapoints_to_alarm", to_alarm.to_string());
    }
    let block = format!(
        "resource \"aws_cloudwatch_metric_alarm\" \"this\" {{\n  {:<19} = {}\n  \
         # … the settings it has\n{block}}}\n",
        "alarm_name",
        hcl_string(&alarm.id().name),
    );
    Ok((input, block))
}

/// Sets a parameter of the metric, or of every metric that an expression is over.
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
