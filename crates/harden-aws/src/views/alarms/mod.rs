//! CloudWatch alarms: what they are about, how tight they are, and which of them act.

mod changes;
mod composite;
mod index;
mod metrics;
mod mute;
mod suppressor;
mod targets;
mod tightness;
mod wired;

pub(crate) use changes::{AlarmWithStateChanges, HISTORY, TimeInAlarm};
pub(crate) use index::{AlarmIndex, CandidateAlarms, SCALING, is_scaling_alarm, metric_alarm};
pub(crate) use metrics::{Form, Series, alarm_metrics};
pub(crate) use mute::{Silence, silence};
pub(crate) use suppressor::{Suppressors, suppressed_by};
pub(crate) use targets::AlarmWithTargets;
pub(crate) use tightness::{
    AlarmRequirement, Fault, Looseness, Measure, Tightness, datapoints, judge_tightness, seconds,
};
pub(crate) use wired::{AlarmWithParents, CompositeIndex, acts, is_suppressor_of};
