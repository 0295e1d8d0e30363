//! Answers that come in many pages, or only at the second or third attempt, make no difference.
//!
//! Where moto never pages, the peer does as AWS's documentation has it (`tests/aws/pages.py`).
#![cfg(feature = "live")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests"
)]

use std::collections::BTreeMap;

use harden_tests::{Estate, Harden, Peer, Report, peer};
use serde_json::json;

fn audit(estate: &Estate) -> Report {
    let args = [
        "audit",
        "--quiet",
        "--format",
        "json",
        "--as-of",
        &estate.now,
    ];
    let done = Harden::live(estate, args).run();
    assert!(matches!(done.code, 0 | 1), "{}", done.stderr);
    done.report()
}

fn same(one: &Report, other: &Report) {
    let lines = one
        .without_run()
        .lines()
        .zip(other.without_run().lines())
        .find(|(a, b)| a != b);
    assert_eq!(lines, None);
    assert_eq!(one.without_run(), other.without_run());
}

#[test]
fn pages_of_one() {
    // the size of pages is a server's, not an account's
    let peer = Peer::start();
    for (variant, account) in [("good", "555888000001"), ("bad", "555888000002")] {
        let estate = Estate::build_on(&peer, variant, account, "us-east-2", &BTreeMap::new());
        peer.control("POST", "pages", Some(&json!({})));
        peer.reset_log(account);
        let whole = audit(&estate);
        let calls = peer.log(account).len();
        peer.reset_log(account);
        peer.control("POST", "pages", Some(&json!({"*": 1})));
        let paged = audit(&estate);
        let turned = peer.log(account).len();
        assert!(
            turned > calls + 20,
            "{variant}: {calls} calls, then {turned}"
        );
        same(&whole, &paged);
    }
}

#[test]
fn throttled_and_failed_calls_are_made_again() {
    let estate = Estate::build("good");
    let whole = audit(&estate);
    peer().reset_log(&estate.account);
    for service in ["backup", "budgets", "ecs", "elbv2", "kms", "rds", "sns"] {
        let fault = json!({"kind": "server-error", "service": service, "times": 2});
        peer().fault(&estate.account, &fault);
    }
    // one only: after it the SDK's adaptive retries go slowly, some seconds for each service
    let fault = json!({"kind": "throttle", "service": "cloudtrail", "times": 1});
    peer().fault(&estate.account, &fault);
    let report = audit(&estate);
    let log = peer().log(&estate.account);
    let failed = log.iter().filter(|entry| entry["status"] != 200).count();
    assert!(failed >= 15, "{failed} calls failed");
    same(&whole, &report);
    peer().clear_faults(&estate.account);
}

/// A service that goes on throttling is unknown, and nothing passes by it. All attempts would take
/// half a minute; the deadline comes first.
#[test]
fn a_service_that_goes_on_throttling() {
    let estate = Estate::build("good");
    let whole = audit(&estate);
    let fault = json!({"kind": "throttle", "service": "ecs"});
    peer().fault(&estate.account, &fault);
    let args = [
        "audit",
        "--quiet",
        "--format",
        "json",
        "--as-of",
        &estate.now,
        "--deadline",
        "5s",
    ];
    let report = Harden::live(&estate, args).run().exits(3).report();
    let unknown = report.with("unknown");
    assert!(!unknown.is_empty());
    for finding in unknown {
        let cause = &finding.0["unknown"]["cause"];
        assert!(
            *cause == "throttled" || *cause == "deadline",
            "{}",
            finding.0
        );
    }
    let before = whole.verdicts();
    for finding in report.with("pass") {
        let was = before.get(&finding.key()).map(String::as_str);
        assert_eq!(was, Some("pass"), "{:?}", finding.key());
    }
    peer().clear_faults(&estate.account);
}
