//! Workflow files, and what flows through them: what an outsider controls, secrets, what waits for what,
//! and which commit is meant.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod contracts;
mod deployments;
mod gates;
mod injection;
mod packages;
mod pins;
mod reading;
mod releases;
mod smoke;
mod support;
mod tested;
mod triggers;
