//! Vercel for harden: what is read of projects, and the checks that judge it.
//!
//! [`checks`] is the list of checks; they judge facts from [`live`]'s provider or from a recorded
//! [`harden_core::Snapshot`] alike. Without the feature `live` there is no HTTP client in the build.
//!
//! - `resources/`: the kinds, one file each.
//! - `live/`: how each kind is listed from the API (feature `live`).
//! - `views/`: what checks across kinds judge, joined by pure functions.
//! - `checks/`: a check is two sibling files, the judge and its page.
//! - `names.rs`: which variables' names are credentials'.
//! - `remediations.rs`: what the remediations of several checks are made of.
//! - `policy/`: the `[vercel]` table of `harden.toml`, with the guide's values as defaults.
//!
//! The account of a [`harden_core::Place`] is the team, by its id or slug as it was given, or the user
//! of a personal account; a project that can't be read is a gap whose region is the project. A token of Vercel's has the rights of its owner in the teams that it was made
//! for, and no finer scopes: the kinds name no permissions, and an unknown names the operation.
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
#[cfg(feature = "live")]
pub mod live;
mod names;
mod operation;
mod policy;
mod remediations;
pub mod resources;
mod views;

pub use checks::checks;
pub use policy::VercelPolicy;
