//! Alarms with one action more.

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

/// Sets the alarm anew with an ALARM action more and its actions on; all else as it is.
///
/// # Errors
/// Where a setting is not known: the call would drop it.
pub(crate) fn add_action(
    alarm: &Alarm,
    region: &str,
    topic: Option<&str>,
) -> Result<Step, Unknown> {
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
            "a text of it has the mark that stands for what a person fills in",
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
            "Set the alarm anew with the action, and all else as it is",
            permissions,
        ))
}
