//! Alarms of Application Auto Scaling.

use harden_core::Known;

use crate::arn::Arn;
use crate::resources::Alarm;

/// Whether an alarm only drives scaling: all its ALARM actions are scaling policies, as those of
/// the alarms that target tracking makes. Nobody is meant to hear of it.
pub(crate) fn is_scaling_alarm(alarm: &Alarm) -> Known<bool> {
    alarm.alarm_actions.as_ref().map(|actions| {
        let scales = |arn: &String| Arn::parse(arn).is_some_and(|a| a.service == "autoscaling");
        !actions.is_empty() && actions.iter().all(scales)
    })
}
