//! The example runs, and its report has the findings of its own check and of harden's checks.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::process::Command;

#[test]
fn the_example_embeds_the_checks_and_adds_one() {
    // Cargo builds the examples together with the tests, into target/PROFILE/examples.
    let tests = std::env::current_exe().unwrap();
    let profile = tests.ancestors().nth(2).unwrap();
    let estate = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../harden-cli/demo/estate.json"
    );
    let out = Command::new(profile.join("examples/embed"))
        .arg(estate)
        .output()
        .unwrap();
    // The example estate has failures.
    let stderr = String::from_utf8_lossy(&out.stderr);
    assert_eq!(out.status.code(), Some(1), "{stderr}");
    let report: serde_json::Value = serde_json::from_slice(&out.stdout).unwrap();
    let findings = report["findings"].as_array().unwrap();
    let count = |check: &str| findings.iter().filter(|f| f["check"] == check).count();
    assert!(count("acme/db-owner-missing") > 0);
    assert!(count("aws/rds-backup-retention-short") > 0);
}
