//! GitHub for harden: what is read of repositories and workflows, and the checks that judge it.
//!
//! [`checks`] is the list of checks; they judge facts from [`live`]'s provider or from a recorded
//! [`harden_core::Snapshot`] alike. Without the feature `live` there is no client in the build.
//!
//! - `resources/`: the kinds, one file each: the type, the permissions that its listing needs, as
//!   `X-Accepted-GitHub-Permissions` spells them (`administration=read`).
//! - `live/`: how each kind is listed from the API (feature `live`).
//! - `views/`: what checks across kinds judge, joined by pure functions.
//! - `remediations/`: what the remediations of several checks are made of.
//! - `checks/`: a check is two sibling files, the judge and its page.
//! - `policy/`: the `[github]` table of `harden.toml`, with the guide's values as defaults.
//! - `blocked.rs`: what the checks of forced pushes and deletion share.
//!
//! The account of a [`harden_core::Place`] is the repository (`owner/repo`), its region is empty:
//! a repository that refuses is a gap of its own.
#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        reason = "tests"
    )
)]

mod blocked;
mod checks;
mod contract;
#[cfg(feature = "live")]
pub mod live;
mod operation;
mod path;
mod policy;
mod provider;
mod remediations;
pub mod resources;
mod views;

pub use checks::checks;
pub use policy::{
    GithubPolicy, OrganizationPolicy, ProtectionPolicy, QuotaPolicy, SecretsPolicy, WorkflowsPolicy,
};
pub use provider::PROVIDER;
