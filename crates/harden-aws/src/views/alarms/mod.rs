//! CloudWatch alarms: what they are about, how tight they are, and which of them act.

mod changes;
mod composite;
mod index;
mod metrics;
mod targets;
mod tightness;
mod wired;

pub(crate) use changes::{HISTORY, RecentAlarm, Spell};
pub(crate) use index::{AlarmIndex, SCALING, Watchers, is_scaling_alarm, metric_alarm};
pub(crate) use metrics::{Form, Series, alarm_metrics};
pub(crate) use targets::AimedAlarm;
pub(crate) use tightness::{
    Fault, Measure, Tightness, Wanted, Way, datapoints, judge_tightness, seconds,
};
pub(crate) use wired::{Composites, WiredAlarm, acts};
