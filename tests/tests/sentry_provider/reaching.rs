//! Whom alerts reach: the fallbacks of emails to owners, and monitors of more than one project.

use harden_tests::fakes::sentry::Sentry;
use serde_json::{Value, json};

use super::harness::*;
use super::{ERROR_RATE, NOBODY, assert_well};

/// An email to the owners of an issue reaches somebody for sure only by its fallback.
#[tokio::test]
async fn owners_of_an_issue_and_their_fallback() {
    let cases = [
        (json!({"fallthroughType": "ActiveMembers"}), "pass"),
        (json!({"fallthrough_type": "AllMembers"}), "pass"),
        // Sentry's default
        (json!({}), "pass"),
        (json!({"fallthroughType": "NoOne"}), "unknown"),
        (json!({"fallthroughType": "Everybody"}), "unknown"),
        (Value::Null, "unknown"),
    ];
    for (data, wanted) in &cases {
        let mut estate = with_workflows();
        // of errors, and of a metric
        for i in [1, 3] {
            estate.workflows[i]["actionFilters"][0]["actions"] = json!([{"id": "1",
                "type": "email", "integrationId": null, "data": data, "status": "active",
                "config": {"targetType": "issue_owners", "targetIdentifier": null,
                    "targetDisplay": null}}]);
        }
        let sentry = Sentry::unwatched(estate).await;
        let audited = audit(&sentry, POLICY).await;
        let found = audited.one(NOBODY, "workflow 9002 ");
        assert_eq!(found.as_str(), *wanted, "{data}: {found:?}");
        audited.unknown(NOBODY, "workflow 9004 ");
    }
    for (choice, wanted) in [(json!("NoOne"), "unknown"), (Value::Null, "pass")] {
        let mut estate = with_rules();
        let rules = estate.issue_rules.get_mut("shop-backend").unwrap();
        let number = rules[1]["id"].as_str().unwrap().to_owned();
        rules[1]["actions"][0]["fallthroughType"] = choice;
        let sentry = Sentry::unwatched(estate).await;
        let audited = audit(&sentry, POLICY).await;
        let found = audited.one(NOBODY, &format!("issue rule {number} "));
        assert_eq!(found.as_str(), wanted, "{found:?}");
    }
}

/// An alert on the issue stream of all projects is one of each.
#[tokio::test]
async fn the_monitor_of_all_projects() {
    let mut estate = with_workflows();
    let mut of_all = estate.detectors[1].clone();
    for (key, value) in [("id", json!("9")), ("projectId", Value::Null)] {
        of_all[key] = value;
    }
    estate.detectors.push(of_all);
    estate
        .workflows
        .retain(|w| w["name"] != "High Error Rate Alert");
    let mut everywhere = body("error_rate.workflow.json");
    everywhere["detector_ids"] = json!([9]);
    let number = estate.workflow(&everywhere);
    let sentry = Sentry::serve(estate).await;
    assert_well(&audit(&sentry, POLICY).await);
    sentry.served.violations.assert_none();
    // and it is judged like any other
    sentry.with(|e| e.workflows.last_mut().unwrap()["enabled"] = json!(false));
    let audited = audit(&sentry, POLICY).await;
    let found = audited.failed(NOBODY, &format!("workflow {number} "));
    assert!(found.contains("enabled: false"), "{found}");
    audited.failed(ERROR_RATE, "shop-web");
    // another one of the organization's keeps its alert in sight
    sentry.with(|e| e.detectors.last_mut().unwrap()["type"] = json!("preprod_size_analysis"));
    let audited = audit(&sentry, POLICY).await;
    let found = audited.failed(NOBODY, &format!("workflow {number} "));
    assert!(found.contains("enabled: false"), "{found}");
}

/// Whether an alert on the issue stream hears of a metric monitor can't be told.
#[tokio::test]
async fn the_issue_stream_and_a_metric() {
    const LATENCY: &str = "sentry/alert-latency-missing";
    let mut estate = with_workflows();
    // of no alert on latency: the monitors are left alone
    estate
        .workflows
        .retain(|w| w["name"] != "Performance Degradation");
    let mut stream = body("latency.workflow.json");
    stream["detector_ids"] = json!([1101]);
    let number = estate.workflow(&stream);
    let sentry = Sentry::serve(estate).await;
    let audited = audit(&sentry, POLICY).await;
    let why = audited.unknown(LATENCY, "shop-backend");
    assert!(
        why.message.contains("connect the alert to monitor"),
        "{why}"
    );
    let monitor = |audited: &Audited, is: &str| {
        let all = audited.of(NOBODY).into_iter();
        all.filter(|(n, o)| n.contains("monitor ") && o.as_str() == is)
            .count()
    };
    // the other project has no alert on its stream
    assert_eq!(monitor(&audited, "unknown"), 1);
    assert_eq!(monitor(&audited, "fail"), 1);
    audited.failed(LATENCY, "shop-web");
    let itself = audited.one(NOBODY, &format!("workflow {number} "));
    assert_eq!(itself.as_str(), "pass");
    sentry.served.violations.assert_none();
    // one for errors only does not hear of it
    sentry.with(|e| {
        let filter = &mut e.workflows.last_mut().unwrap()["actionFilters"][0];
        filter["conditions"] = json!([{"id": "1", "type": "issue_category",
            "comparison": {"value": 1}, "conditionResult": true}]);
    });
    let audited = audit(&sentry, POLICY).await;
    audited.failed(LATENCY, "shop-backend");
    assert_eq!(monitor(&audited, "fail"), 2);
}
