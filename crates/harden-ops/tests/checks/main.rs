//! The pages hold, and the list of checks and the files agree.
#![allow(clippy::panic, clippy::unwrap_used, reason = "tests")]

mod exceptions;
mod remediations;

use std::process::ExitCode;

use harden_core::testing::Suite;
use harden_ops::{OpsPolicy, checks};

fn main() -> ExitCode {
    Suite::new("ops", env!("CARGO_MANIFEST_DIR"), checks())
        .policy::<OpsPolicy>()
        .exceptions(exceptions::EXCEPTIONS)
        .remediation(remediations::hold)
        .run()
}
