//! Secrets that are used in another way than by a read in their own region.
#![allow(clippy::panic, clippy::unwrap_used, reason = "tests")]

use harden_core::Policies;
use harden_core::testing::run;
use serde_json::{Value, json};

fn secret(region: &str, accessed: &str, primary: Value) -> Value {
    let replica = match primary.as_str() {
        Some(of) if of != region => json!(of),
        _ => Value::Null,
    };
    json!({
        "arn": format!("arn:aws:secretsmanager:{region}:392853978631:secret:app/db-AbCdEf"),
        "name": "app/db", "owning_service": null, "primary_region": primary,
        "replica_of": replica, "deleted_at": null, "last_accessed": accessed,
        "created_at": "2024-05-01T09:00:00Z"
    })
}

/// The outcome in the primary region.
fn outcome(secrets: &[Value]) -> String {
    let fragment = json!({"aws/secret": secrets, "aws/ecs-service": [], "aws/task-definition": []});
    let checks = harden_aws::checks();
    let mut all = checks.iter();
    let check = all
        .find(|check| check.meta().id == "aws/secret-unused")
        .unwrap();
    let findings = run(&**check, &fragment.to_string(), Policies::default());
    let mut own = findings.iter();
    let own = own.find(|finding| &*finding.resource.place.region == "us-east-2");
    own.unwrap().outcome.as_str().to_owned()
}

#[test]
fn a_secret_whose_replica_is_read_is_used() {
    let old = "2025-06-29T00:00:00Z";
    let primary = || secret("us-east-2", old, json!("us-east-2"));
    let replica = |read| secret("eu-west-1", read, json!("us-east-2"));
    assert_eq!(
        outcome(&[primary(), replica("2026-01-14T00:00:00Z")]),
        "pass"
    );
    // another replica can be in a region that was not read
    assert_eq!(outcome(&[primary(), replica(old)]), "unknown");
    assert_eq!(outcome(&[secret("us-east-2", old, Value::Null)]), "fail");
}
