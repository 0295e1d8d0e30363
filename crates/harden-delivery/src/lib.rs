//! Checks that need the facts of two providers.
//!
//! No provider crate depends on another. A requirement that compares two providers (Sentry has a
//! release of the commit that GitHub or Vercel deployed) has its check here, where both types are
//! visible. [`DeliveryPolicy`] is the `[delivery]` table of `harden.toml`, which names the
//! deployment of each Sentry project.
//!
//! A provider that is not part of a run reports no deployments, and this is not an error: see
//! [`harden_core::Unread`].
//!
//! # Example
//!
//! Vercel deployed the commit of the latest Sentry release:
//!
//! ```
//! use harden_core::{Cx, Facts, Policies, Snapshot};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let now = "2026-01-15T12:00:00Z".parse()?;
//! let facts = r#"{
//!     "sentry/releases": [{"organization": "acme", "project": "shop", "more": false,
//!       "newest": [{"version": "3e90a5d9e767ebcfa70e921d7a7ff6c037461168", "commit_count": 3,
//!         "created_at": "2026-01-15T09:00:00Z", "released_at": null}]}],
//!     "vercel/production-deployment": [{"account": "acme", "project": "prj_1", "name": "shop",
//!       "repository": null, "latest": {"id": "dpl_1", "created_at": "2026-01-15T10:00:00Z",
//!         "commit": "3e90a5d9e767ebcfa70e921d7a7ff6c037461168"}}],
//!     "github/deployments": [],
//!     "github/workflow-runs": []
//! }"#;
//! let facts = Facts::recorded(Snapshot::from_fragment(facts, now)?);
//! let cx = Cx::new(facts, Policies::default(), now);
//! for check in harden_delivery::checks() {
//!     if check.meta().id == "sentry/release-missing" {
//!         let findings = futures::executor::block_on(check.run(&cx))?;
//!         assert_eq!(findings[0].outcome.as_str(), "pass");
//!     }
//! }
//! # Ok(())
//! # }
//! ```
//!
//! # Layout
//!
//! - `views/`: what is judged, joined from the kinds of several providers by pure functions.
//! - `checks/`: each check consists of two files, the judge and its page.
//! - `policy.rs`: the `[delivery]` table.
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
mod policy;
mod provider;
mod views;

pub use checks::checks;
pub use policy::{DeliveryPolicy, ProjectPolicy};
pub use provider::PROVIDER;
