//! The pages hold, and the list of checks and the files agree.
#![allow(clippy::panic, clippy::unwrap_used, reason = "tests")]

mod exceptions;
mod remediations;

use std::process::ExitCode;

use harden_core::testing::Suite;
use harden_github::{GithubPolicy, checks};

fn main() -> ExitCode {
    Suite::new("github", env!("CARGO_MANIFEST_DIR"), checks())
        .policy::<GithubPolicy>()
        .kinds(harden_github::resources::KINDS)
        .exceptions(exceptions::EXCEPTIONS)
        .terraform(|block| hcl::parse(block).map(drop).map_err(|e| e.to_string()))
        .remediation(remediations::hold)
        .run()
}
