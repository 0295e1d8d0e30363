//! The subjects of checks that need several kinds: plain structs, joined from listings by pure
//! functions. The folders are services or topics; a room uses another only through its `mod.rs`.
//!
//! Joins use [`harden_core::Listing::get`] and [`harden_core::Listing::readable`], so that a resource
//! that was not read is unknown rather than missing.

mod alarms;
mod backups;
mod budgets;
mod ci;
mod cost;
mod coverage;
mod dashboards;
mod delivery;
mod details;
mod edge;
mod metrics;
mod secrets;

pub(crate) use alarms::*;
pub(crate) use backups::*;
pub(crate) use budgets::*;
pub(crate) use ci::*;
pub(crate) use cost::*;
pub(crate) use coverage::*;
pub(crate) use dashboards::*;
pub(crate) use delivery::*;
pub(crate) use edge::*;
pub(crate) use metrics::*;
pub(crate) use secrets::*;
