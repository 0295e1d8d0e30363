//! Checks that need the facts of two providers.
//!
//! No provider crate depends on another. A requirement that compares two providers (Sentry has a release of
//! the commit that GitHub or Vercel deployed) has its check here, where both types are visible. The crate has
//! the layout of a provider crate:
//!
//! - `views/`: what is judged, joined from the kinds of several providers by pure functions.
//! - `checks/`: each check consists of two files, the judge and its page.
//! - `policy.rs`: the `[delivery]` table of `harden.toml`: which deployment belongs to which project.
//!
//! A provider that is not part of a run reports no deployments, and this is not an error: see
//! [`harden_core::Unread`].
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
mod views;

pub use checks::checks;
pub use policy::{DeliveryPolicy, ProjectPolicy};
