//! The checks over workflow files: values that outsiders control, secrets, the order of jobs, and the
//! commits that are deployed and released.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "tests"
)]

mod contracts;
mod deployments;
mod gates;
mod injection;
mod packages;
mod pins;
mod production;
mod reading;
mod releases;
mod situations;
mod smoke;
mod support;
mod tested;
mod triggers;
