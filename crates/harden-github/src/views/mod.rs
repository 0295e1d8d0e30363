//! What checks across kinds judge: plain structs, joined from listings by pure functions.
//!
//! Joins use [`harden_core::Listing::get`] and [`harden_core::Listing::readable`], so that what
//! was not read is unknown.

mod contract;
mod deploy;
mod flow;
mod plan;
mod sentry;
mod smoke;
mod triggers;

pub(crate) use flow::{Flow, Placed};
