//! Databases with their snapshots, changes and restores.

mod changes;
mod database;
mod drills;
mod exports;
mod global;
mod reachable;
mod restore;
mod snapshots;

pub(crate) use changes::{Change, ChangeType, DatabaseWithChanges};
pub(crate) use database::{Database, DatabaseKind, creation_time, is_judged};
pub(crate) use drills::DatabaseWithRestores;
pub(crate) use exports::DatabaseWithExports;
pub(crate) use global::{DatabaseInGlobal, GlobalRole};
pub(crate) use reachable::{Reachable, ReachableKind};
pub(crate) use restore::{DUTY, Restore, RestoreSource};
pub(crate) use snapshots::{ManualSnapshot, SharedSnapshot};
