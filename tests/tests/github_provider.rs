//! GitHub's repositories, over HTTP, against a fake that is held to GitHub's own description.
#![cfg(feature = "web")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests"
)]

#[path = "github/run.rs"]
mod run;

#[path = "github/denied.rs"]
mod denied;
#[path = "github/fields.rs"]
mod fields;
#[path = "github/limits.rs"]
mod limits;
#[path = "github/remedies.rs"]
mod remedies;
#[path = "github/situations.rs"]
mod situations;
#[path = "github/targets.rs"]
mod targets;
#[path = "github/whole.rs"]
mod whole;
