//! The pages hold, and the list of checks and the files agree.
#![allow(clippy::panic, clippy::unwrap_used, reason = "tests")]

mod exceptions;
mod remediations;

use std::process::ExitCode;

use harden_core::testing::Suite;
use harden_delivery::{DeliveryPolicy, checks};
use harden_github::GithubPolicy;
use harden_sentry::SentryPolicy;

fn main() -> ExitCode {
    Suite::new("delivery", env!("CARGO_MANIFEST_DIR"), checks())
        .policy::<DeliveryPolicy>()
        .policy::<GithubPolicy>()
        .policy::<SentryPolicy>()
        .exceptions(exceptions::EXCEPTIONS)
        .remediation(remediations::hold)
        .run()
}
