//! Each API operation is called once for each region and resource, and the peer knew them all.
#![cfg(feature = "live")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests"
)]

use std::collections::BTreeMap;

use harden_tests::{Estate, Harden, peer};
use serde_json::Value;

/// Errors that tell something: the account is in no organization, the topic does not exist, the
/// repository or the bucket has no lifecycle.
const EXPECTED: &[(&str, &str, u64)] = &[
    ("ecr", "GetLifecyclePolicy", 400),
    ("organizations", "DescribeOrganization", 400),
    ("s3", "GetBucketLifecycleConfiguration", 404),
    ("sns", "GetTopicAttributes", 404),
    ("sns", "ListSubscriptionsByTopic", 404),
];

fn calls(variant: &str) {
    let estate = Estate::build(variant);
    peer().reset_log(&estate.account);
    let done = Harden::live(
        &estate,
        ["audit", "--format", "json", "--as-of", &estate.now],
    )
    .run();
    let log = peer().log(&estate.account);
    assert!(log.len() > 20, "{} calls; {}", log.len(), done.stderr);

    let text = |entry: &Value, key: &str| entry[key].as_str().unwrap_or_default().to_owned();
    let mut counts: BTreeMap<[String; 4], usize> = BTreeMap::new();
    for entry in &log {
        let key = ["service", "operation", "region", "parameters"].map(|key| text(entry, key));
        *counts.entry(key).or_default() += 1;
        // a gap of the peer must not look like a finding
        let status = entry["status"].as_u64().unwrap_or_default();
        let expected = EXPECTED.iter().any(|(service, operation, code)| {
            entry["service"] == *service && entry["operation"] == *operation && status == *code
        });
        assert!(status == 200 || expected, "{entry}");
        assert!(!text(entry, "operation").contains(' '), "{entry}");
    }
    let repeated: Vec<_> = counts.iter().filter(|(_, n)| **n > 1).collect();
    assert!(
        repeated.is_empty(),
        "{variant}: called again: {repeated:#?}"
    );

    // the report counts the same calls
    let told: u64 = done.report().json["run"]["calls"]
        .as_object()
        .unwrap()
        .values()
        .map(|n| n.as_u64().unwrap())
        .sum();
    assert_eq!(told, log.len() as u64, "{variant}: run.calls");
}

#[test]
fn good() {
    calls("good");
}

#[test]
fn bad() {
    calls("bad");
}

/// Two checks that need the same facts cost no more than one.
#[test]
fn checks_share_their_facts() {
    let estate = Estate::build("good");
    let count = |only: &str| {
        peer().reset_log(&estate.account);
        let args = ["audit", "--quiet", "--only", only];
        let _ = Harden::live(&estate, args).run().exits(0);
        peer().log(&estate.account).len()
    };
    let one = count("aws/ecs-cpu-alarm-missing");
    let two = count("aws/ecs-cpu-alarm-missing,aws/ecs-memory-alarm-missing");
    assert_eq!(one, two);
    // and what no chosen check needs is not asked for
    // the identity, instances, clusters, and the shard groups of Aurora
    assert!(count("aws/rds-publicly-accessible") <= 5);
}
