//! The Sentry provider of harden: the facts of an organization's projects, and the checks that
//! judge them.
//!
//! [`checks`] returns the checks. They judge facts that the provider in `live` has listed, or facts
//! of a recorded [`harden_core::Snapshot`], in the same way. [`SentryPolicy`] is the `[sentry]`
//! table of `harden.toml`. Without the feature `live` the crate has no HTTP client.
//!
//! # Example
//!
//! A token with more scopes than an audit needs fails:
//!
//! ```
//! use harden_core::{Cx, Facts, Policies, Snapshot};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let now = "2026-01-15T12:00:00Z".parse()?;
//! let facts = r#"{
//!     "sentry/token": [{"organization": "acme", "scopes": ["org:read", "project:admin"]}]
//! }"#;
//! let facts = Facts::recorded(Snapshot::from_fragment(facts, now)?);
//! let cx = Cx::new(facts, Policies::default(), now);
//! for check in harden_sentry::checks() {
//!     if check.meta().id == "sentry/token-overprivileged" {
//!         let findings = futures::executor::block_on(check.run(&cx))?;
//!         assert_eq!(findings[0].outcome.as_str(), "fail");
//!     }
//! }
//! # Ok(())
//! # }
//! ```
//!
//! # Layout
//!
//! - `resources/`: the kinds of resources, one file each, with the scopes that each listing needs.
//! - `live/`: how each kind is listed from the API (feature `live`).
//! - `views/`: what the checks judge that need several kinds, joined from listings by pure
//!   functions.
//! - `tightness/`: whether an alert is at least as tight as the policy requires.
//! - `checks/`: each check consists of two files, the judge and its page.
//! - `remediations/`: steps that the remediations of several checks share.
//!
//! # Two alert models
//!
//! Sentry has two alert models: issue and metric alert rules (self-hosted servers, and
//! organizations that still have them), and monitors with alerts (detectors and workflows). Both
//! are read into one kind, [`resources::Alert`], so that the checks need only one model.
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
mod provider;
mod remediations;
pub mod resources;
mod tightness;
mod views;

pub use checks::checks;
pub use policy::{AlertPolicy, SentryPolicy};
pub use provider::PROVIDER;
