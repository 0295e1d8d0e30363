//! The pages hold, and the list of checks and the files agree.
#![allow(clippy::panic, clippy::unwrap_used, reason = "tests")]

mod exceptions;
mod remediations;

use std::process::ExitCode;

use harden_aws::{AwsPolicy, checks};
use harden_core::testing::Suite;

fn main() -> ExitCode {
    Suite::new("aws", env!("CARGO_MANIFEST_DIR"), checks())
        .policy::<AwsPolicy>()
        .kinds(harden_aws::resources::KINDS)
        .exceptions(exceptions::EXCEPTIONS)
        .terraform(|block| hcl::parse(block).map(drop).map_err(|e| e.to_string()))
        .remediation(remediations::hold)
        .run()
}
