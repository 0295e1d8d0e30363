//! The pages hold, and the list of checks and the files agree.
#![allow(clippy::panic, clippy::unwrap_used, reason = "tests")]

mod exceptions;
mod remediations;

use std::process::ExitCode;

use harden_core::testing::Suite;
use harden_sentry::{SentryPolicy, checks};

fn main() -> ExitCode {
    Suite::new("sentry", env!("CARGO_MANIFEST_DIR"), checks())
        .policy::<SentryPolicy>()
        .kinds(harden_sentry::resources::KINDS)
        .exceptions(exceptions::EXCEPTIONS)
        .remediation(remediations::hold)
        .test("remediations_have_commands", remediations::have_commands)
        .run()
}
