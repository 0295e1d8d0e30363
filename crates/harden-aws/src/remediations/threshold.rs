//! Replaces the threshold of an alarm.

use harden_core::{Remediation, Resource, Step, hcl_string};
use serde_json::json;

use crate::remediations::put_alarm::{put_metric_alarm_input, put_step, set};
use crate::resources::{Alarm, MetricAlarm, TunedMetric};
use crate::threshold::Advice;

const LINK: &str =
    "https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation.html";

/// Replaces the alarm by a copy with the recommended threshold.
pub(crate) fn retune(alarm: &Alarm, definition: &MetricAlarm, advice: Advice) -> Remediation {
    let sparse = TunedMetric::is_sparse(definition);
    let (name, hcl, value, title) = match advice {
        Advice::Use(value) => (
            "Threshold",
            format!("threshold  = {value}"),
            json!(value),
            format!("Set the threshold to {value}; all other settings stay"),
        ),
        Advice::Sum => (
            "Statistic",
            "statistic  = \"Sum\"".to_owned(),
            json!("Sum"),
            "Use the statistic Sum; all other settings stay".to_owned(),
        ),
        Advice::MissingData if sparse => (
            "TreatMissingData",
            "treat_missing_data = \"notBreaching\"".to_owned(),
            json!("notBreaching"),
            "Treat missing data as not breaching; all other settings stay".to_owned(),
        ),
        Advice::MissingData => {
            return Remediation::new("find out why the metric has no data")
                .step(Step::by_hand(
                    "If the resource may be idle at times, treat missing data as not breaching; \
                     otherwise the alarm is right",
                ))
                .link(LINK);
        }
        Advice::OnlyLooser(_) => {
            return Remediation::new("fix the service, or change the policy: the alarm is right")
                .step(Step::by_hand(
                    "Bring the metric under the policy's threshold: more tasks or larger ones, a \
                     cache, the slow or failing endpoint fixed. Where this load is intended, \
                     raise the limit in [aws.alarms] of harden.toml, and then the threshold",
                ))
                .link(LINK);
        }
        Advice::Nothing => {
            return Remediation::new("set a threshold that the metric can reach")
                .step(Step::by_hand(
                    "Choose a threshold from the history of the metric: above its values on an \
                     ordinary day, and below its values during a problem",
                ))
                .link(LINK);
        }
    };
    let id = alarm.id();
    let summary = match advice {
        Advice::Sum => "use the statistic Sum",
        _ => "set a threshold that fits the metric",
    };
    let remediation = Remediation::new(summary)
        .terraform(format!(
            "resource \"aws_cloudwatch_metric_alarm\" \"this\" {{\n  alarm_name = {}\n  \
             # … the current settings\n  {hcl}\n}}\n",
            hcl_string(&id.name)
        ))
        .link(LINK);
    match put_metric_alarm_input(alarm) {
        Ok(mut input) => {
            set(&mut input, name, value);
            remediation.step(put_step(
                title,
                "put-metric-alarm",
                &input,
                &id.place.region,
            ))
        }
        Err(unknown) => {
            remediation.withheld(format!("the call replaces the whole alarm: {unknown}"))
        }
    }
}
