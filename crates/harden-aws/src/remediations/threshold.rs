//! An alarm with another threshold.

use harden_core::{Remediation, Resource, Step, hcl_string};
use serde_json::json;

use crate::remediations::put_alarm::{put_metric_alarm_input, put_step, set};
use crate::resources::{Alarm, MetricAlarm, TunedMetric};
use crate::threshold::Advice;

const LINK: &str =
    "https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation.html";

/// Sets the alarm anew with the threshold that was advised, all else as it is.
pub(crate) fn retune(alarm: &Alarm, definition: &MetricAlarm, advice: Advice) -> Remediation {
    let sparse = TunedMetric::is_sparse(definition);
    let (name, hcl, value, title) = match advice {
        Advice::Have(value) => (
            "Threshold",
            format!("threshold  = {value}"),
            json!(value),
            format!("Set the threshold to {value}, and all else as it is"),
        ),
        Advice::Sum => (
            "Statistic",
            "statistic  = \"Sum\"".to_owned(),
            json!("Sum"),
            "Have it compare the sum of the errors, and leave all else as it is".to_owned(),
        ),
        Advice::MissingData if sparse => (
            "TreatMissingData",
            "treat_missing_data = \"notBreaching\"".to_owned(),
            json!("notBreaching"),
            "Take missing data for no errors, and leave all else as it is".to_owned(),
        ),
        Advice::MissingData => {
            return Remediation::new("find out why there are no data")
                .step(Step::by_hand(
                    "If the thing stands still at times and is meant to, have the alarm take missing \
                     data for not breaching; if it is not meant to, the alarm is right",
                ))
                .link(LINK);
        }
        Advice::OnlyLooser(_) => {
            return Remediation::new("mend the service, or change the policy: the alarm is right")
                .step(Step::by_hand(
                    "Bring the metric under the policy's threshold: more tasks or larger ones, a \
                     cache, the slow or failing endpoint mended. Where the load is meant to be like \
                     this, raise the limit in [aws.alarms] of harden.toml, and then the threshold",
                ))
                .link(LINK);
        }
        Advice::Nothing => {
            return Remediation::new("set a threshold that the metric can reach")
                .step(Step::by_hand(
                    "Choose the threshold from the metric's history: what an ordinary day does not \
                     reach, and trouble does",
                ))
                .link(LINK);
        }
    };
    let id = alarm.id();
    let summary = match advice {
        Advice::Sum => "compare the sum of the errors",
        _ => "set the threshold that fits",
    };
    let remediation = Remediation::new(summary)
        .terraform(format!(
            "resource \"aws_cloudwatch_metric_alarm\" \"this\" {{\n  alarm_name = {}\n  \
             # … the settings it has\n  {hcl}\n}}\n",
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
