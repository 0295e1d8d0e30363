//! The GitHub provider of harden: the facts of repositories and workflows, and the checks that judge
//! them.
//!
//! [`checks`] returns the checks. They judge facts that the provider in `live` has listed, or facts of
//! a recorded [`harden_core::Snapshot`], in the same way. [`GithubPolicy`] is the `[github]` table of
//! `harden.toml`. Without the feature `live` the crate has no GitHub client.
//!
//! # Example
//!
//! A repository whose workflows get a token with write access by default fails:
//!
//! ```
//! use harden_core::{Cx, Facts, Policies, Snapshot};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let now = "2026-01-15T12:00:00Z".parse()?;
//! let facts = r#"{
//!     "github/actions-settings": [{
//!         "repository": "acme/shop",
//!         "enabled": true,
//!         "default_token": "write",
//!         "approves_pull_requests": false
//!     }]
//! }"#;
//! let facts = Facts::recorded(Snapshot::from_fragment(facts, now)?);
//! let cx = Cx::new(facts, Policies::default(), now);
//! for check in harden_github::checks() {
//!     if check.meta().id == "github/workflow-default-token-write" {
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
//! - `resources/`: the kinds of resources, one file each, with the permissions that each listing needs,
//!   as the header `X-Accepted-GitHub-Permissions` names them (`administration=read`).
//! - `live/`: how each kind is listed from the API (feature `live`).
//! - `views/`: the subjects of checks that need several kinds, joined from listings by pure functions.
//! - `checks/`: each check consists of two files, the judge and its page.
//! - `remediations/`: parts that the remediations of several checks share.
//! - `policy/`: the `[github]` table of `harden.toml`. The defaults are the values of the guide.
//! - `blocked.rs`, `contract.rs`: the judges that two checks share.
//!
//! Workflow files are read by the crate [`harden_workflows`].
//!
//! # Places
//!
//! The account of a [`harden_core::Place`] is the repository (`owner/repo`), and its region is empty. So
//! a repository that could not be read is a gap of its own.
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
