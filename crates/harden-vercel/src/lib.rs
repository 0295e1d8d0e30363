//! The Vercel provider of harden: the facts of projects, and the checks that judge them.
//!
//! [`checks`] returns the checks. They judge facts that the provider in `live` has listed, or facts
//! of a recorded [`harden_core::Snapshot`], in the same way. [`VercelPolicy`] is the `[vercel]`
//! table of `harden.toml`. Without the feature `live` the crate has no HTTP client. The values of
//! environment variables are never read.
//!
//! # Example
//!
//! A credential that is stored as a plain variable fails:
//!
//! ```
//! use harden_core::{Cx, Facts, Policies, Snapshot};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let now = "2026-01-15T12:00:00Z".parse()?;
//! let facts = r#"{
//!     "vercel/project": [],
//!     "vercel/shared-variables": [],
//!     "vercel/project-variables": [{"account": "acme", "project": "prj_1", "name": "shop",
//!       "variables": [{"id": "1", "key": "STRIPE_SECRET_KEY", "kind": "plain",
//!         "targets": ["production"], "git_branch": null}]}]
//! }"#;
//! let facts = Facts::recorded(Snapshot::from_fragment(facts, now)?);
//! let cx = Cx::new(facts, Policies::default(), now);
//! for check in harden_vercel::checks() {
//!     if check.meta().id == "vercel/secret-plaintext" {
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
//! - `resources/`: the kinds of resources, one file each.
//! - `live/`: how each kind is listed from the API (feature `live`).
//! - `views/`: what the checks judge that need several kinds, joined from listings by pure
//!   functions.
//! - `checks/`: each check consists of two files, the judge and its page.
//! - `names.rs`: which variables are credentials, by their names and the policy.
//! - `remediations.rs`: steps that the remediations of several checks share.
//!
//! # Accounts and permissions
//!
//! The account of a [`harden_core::Place`] is the team, by its id or slug as configured, or the
//! user of a personal account. A project that could not be read is a gap whose region is the
//! project. A Vercel token has the rights of its owner in the teams that it was created for, and no
//! finer scopes. So the kinds name no permissions, and an unknown names the API operation instead.
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
mod frameworks;
#[cfg(feature = "live")]
pub mod live;
mod names;
mod operation;
mod policy;
mod provider;
mod remediations;
pub mod resources;
mod views;

pub use checks::checks;
pub use policy::VercelPolicy;
pub use provider::PROVIDER;
