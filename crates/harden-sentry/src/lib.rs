//! Sentry for harden: what is read of an organization's projects, and the checks that judge it.
//!
//! [`checks`] is the list of checks; they judge facts from [`live`]'s provider or from a recorded
//! [`harden_core::Snapshot`] alike. Without the feature `live` there is no HTTP client in the
//! build.
//!
//! - `resources/`: the kinds, one file each: the type, the scopes that its listing needs.
//! - `live/`: how each kind is listed from the API (feature `live`).
//! - `views/`: what checks across kinds judge, joined by pure functions.
//! - `tightness/`: the order in which an alert is at least as tight as the policy asks.
//! - `checks/`: a check is two sibling files, the judge and its page.
//! - `remediations/`: what several checks' remediations are made of.
//! - `policy.rs`: the `[sentry]` table of `harden.toml`, with the guide's values as defaults.
//!
//! Sentry has two models of alerts: issue and metric alert rules (self-hosted servers, and
//! organizations that are exempt), and monitors with alerts (detectors and workflows). Both are
//! read into one kind, [`resources::Alert`], so that the checks know one model.
#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        reason = "tests"
    )
)]

mod checks;
mod coverage;
#[cfg(feature = "live")]
pub mod live;
mod policy;
mod remediations;
pub mod resources;
mod tightness;
mod views;

pub use checks::checks;
pub use policy::{AlertPolicy, SentryPolicy};
