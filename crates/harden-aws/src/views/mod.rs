//! What checks across kinds judge: plain structs, joined from listings by pure functions.
//!
//! Joins use [`harden_core::Listing::get`] and [`harden_core::Listing::readable`], so that what
//! was not read is unknown.

mod changes;
mod database;
mod drills;
mod exports;
mod restore;
mod snapshots;
mod weekly;

pub(crate) use changes::{Change, ChangedDatabase, What};
pub(crate) use database::{Database, DatabaseKind, is_judged};
pub(crate) use drills::DrilledDatabase;
pub(crate) use exports::ExportedDatabase;
pub(crate) use restore::{DUTY, Restore, Seen};
pub(crate) use snapshots::{ManualSnapshot, SharedSnapshot};
pub(crate) use weekly::in_weekly_window;
