//! What checks across kinds judge: plain structs, joined from listings by pure functions.
//!
//! Joins use [`harden_core::Listing::get`] and [`harden_core::Listing::readable`], so that what
//! was not read is unknown.

mod alarm_changes;
mod alarm_targets;
mod alarms;
mod changes;
mod composite;
mod coverage;
mod coverage_alb;
mod coverage_ecs;
mod database;
mod drills;
mod exports;
mod raised;
mod restore;
mod snapshots;
mod tightness;
mod watch;
mod weekly;

pub(crate) use alarm_changes::{HISTORY, RecentAlarm, Spell};
pub(crate) use alarm_targets::AimedAlarm;
pub(crate) use alarms::{SCALING, Watchers, is_scaling_alarm, metric_alarm};
pub(crate) use changes::{Change, ChangedDatabase, What};
pub(crate) use coverage::{Asked, Coverage, SOURCE as ALARM_SOURCE, coverage, looks_elsewhere};
pub(crate) use coverage_alb::WatchedLoadBalancer;
pub(crate) use coverage_ecs::WatchedService;
pub(crate) use database::{Database, DatabaseKind, is_judged};
pub(crate) use drills::DrilledDatabase;
pub(crate) use exports::ExportedDatabase;
pub(crate) use raised::{WiredAlarm, acts};
pub(crate) use restore::{DUTY, Restore, Seen};
pub(crate) use snapshots::{ManualSnapshot, SharedSnapshot};
pub(crate) use tightness::{Fault, Measure, Wanted, Way, datapoints, seconds};
pub(crate) use watch::read;
pub(crate) use weekly::in_weekly_window;
