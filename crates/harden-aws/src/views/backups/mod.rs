//! Databases with their snapshots, changes and restores.

mod changes;
mod database;
mod drills;
mod exports;
mod restore;
mod snapshots;

pub(crate) use changes::{Change, ChangedDatabase, What};
pub(crate) use database::{Database, DatabaseKind, is_judged};
pub(crate) use drills::DrilledDatabase;
pub(crate) use exports::ExportedDatabase;
pub(crate) use restore::{DUTY, Restore, Seen};
pub(crate) use snapshots::{ManualSnapshot, SharedSnapshot};
