//! Adds an ALARM action to an alarm.

use harden_core::{Step, Unknown};
use serde_json::json;

use crate::remediations::cli::{Input, aws};
use crate::remediations::put_alarm::{put_composite_alarm_input, put_metric_alarm_input, set};
use crate::resources::{Alarm, AlarmDefinition};

const TOPIC: Input = Input {
    marker: "\u{e001}",
    name: "TOPIC_ARN",
    hint: "the ARN of an alert topic in the region of the alarm",
};

/// Replaces the alarm by a copy with one more ALARM action and with its actions enabled.
///
/// # Errors
/// A setting is unknown: the call would remove it.
pub(crate) fn add_action(
    alarm: &Alarm,
    region: &str,
    topic: Option<&str>,
) -> Result<Step, Unknown> {
    if matches!(alarm.definition.get()?, AlarmDefinition::Log(_)) {
        return Err(Unknown::undetermined(
            "not all settings of a log alarm are read, so add the action in the CloudWatch console",
        ));
    }
    let composite = matches!(alarm.definition.get()?, AlarmDefinition::Composite(_));
    let (operation, permissions, mut input): (_, &[&str], _) = if composite {
        (
            "put-composite-alarm",
            &["cloudwatch:PutCompositeAlarm"],
            put_composite_alarm_input(alarm)?,
        )
    } else {
        (
            "put-metric-alarm",
            &["cloudwatch:PutMetricAlarm"],
            put_metric_alarm_input(alarm)?,
        )
    };
    if input.to_string().contains(TOPIC.marker) {
        return Err(Unknown::undetermined(
            "one of its texts contains the placeholder for the input of a person",
        ));
    }
    let mut actions = alarm.alarm_actions.get()?.clone();
    actions.push(topic.unwrap_or(TOPIC.marker).to_owned());
    set(&mut input, "ActionsEnabled", json!(true));
    set(&mut input, "AlarmActions", json!(actions));
    Ok(aws("cloudwatch", operation)
        .json_with(&input, &[TOPIC])
        .region(region)
        .step(
            "Replace the alarm by a copy with the action; all other settings stay",
            permissions,
        ))
}
