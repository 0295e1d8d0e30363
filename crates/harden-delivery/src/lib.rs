//! Checks of harden's that need the facts of two providers.
//!
//! No provider crate knows another. Where a requirement is about what one provider has of what another
//! does (the release that Sentry has is the commit that GitHub or Vercel deployed), its check lives
//! here, where both types are visible, in the shape of a provider crate:
//!
//! - `views/`: what is judged, joined from the providers' kinds by pure functions.
//! - `checks/`: a check is two sibling files, the judge and its page.
//! - `policy.rs`: the `[delivery]` table of `harden.toml`: which deployment belongs to which project.
//!
//! A provider that is not part of a run tells nothing, which is no failure: see
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
