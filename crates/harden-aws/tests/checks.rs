//! The pages hold, and the list of checks and the files agree.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use std::path::Path;

use harden_aws::{AwsPolicy, checks};
use harden_core::{Policies, testing};

fn policies(text: Option<&str>) -> Policies {
    #[derive(serde::Deserialize)]
    struct File {
        aws: AwsPolicy,
    }
    let mut policies = Policies::default();
    if let Some(text) = text {
        let file: File = toml::from_str(text).unwrap_or_else(|e| panic!("{e}\n{text}"));
        policies.insert(file.aws);
    }
    policies
}

#[test]
fn files_and_list_agree() {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/checks");
    testing::files_and_list_agree(&checks(), &directory);
}

#[test]
fn pages_hold() {
    for check in checks() {
        testing::page_holds(&*check, &policies);
    }
}

#[test]
fn dropping_a_field_never_passes() {
    for check in checks() {
        testing::dropping_a_field_never_passes(&*check, &policies);
    }
}

#[test]
fn every_check_runs_over_every_page() {
    testing::all_over_all(&checks());
}
