//! GitHub's repositories, over HTTP, against a fake that is held to GitHub's own description.
#![cfg(feature = "web")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests"
)]

mod run;

mod denied;
mod fields;
mod limits;
mod remedies;
mod situations;
mod targets;
mod whole;
