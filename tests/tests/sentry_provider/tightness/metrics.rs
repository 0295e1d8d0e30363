//! The alerts on metrics as monitors with workflows.

use harden_tests::fakes::sentry::Estate;
use serde_json::{Value, json};

use super::super::harness::*;
use super::Is::{Looser, Tight};
use super::{Change, Is, changed, judged};

#[tokio::test]
async fn error_rate_as_a_metric_monitor() {
    let opened = body("latency.workflow.json");
    for (name, changes, is) in [
        ("over errors", vec![], Tight),
        (
            "ninety",
            vec![("/condition_group/conditions/0/comparison", json!(90))],
            Tight,
        ),
        (
            "in ten minutes",
            vec![("/data_sources/0/timeWindow", json!(600))],
            Tight,
        ),
        (
            "over 150",
            vec![("/condition_group/conditions/0/comparison", json!(150))],
            Looser("comparison: over 150 in 5 min"),
        ),
        (
            "one message",
            vec![("/data_sources/0/query", json!("event.type:error message:x"))],
            Looser("query:"),
        ),
        (
            "against last week",
            vec![("/config/detectionType", json!("percent"))],
            Looser("detectionType: percent"),
        ),
    ] {
        let mut estate = Estate::new();
        let workflow = estate.workflow(&opened);
        let mut of_errors = vec![
            ("/data_sources/0/aggregate", json!("count()")),
            ("/data_sources/0/dataset", json!("events")),
            ("/data_sources/0/query", json!("event.type:error")),
            ("/condition_group/conditions/0/comparison", json!(100)),
            ("/workflow_ids", json!([number(&workflow)])),
        ];
        of_errors.extend(changes);
        estate.detector(
            "shop-backend",
            &changed(body("latency.detector.json"), &of_errors),
        );
        judged(estate, "sentry/alert-error-rate-missing", name, is).await;
    }
}

#[tokio::test]
async fn latency_as_a_monitor_and_a_workflow() {
    let over = "/condition_group/conditions/0/comparison";
    let monitors: Vec<(&str, Vec<Change>, Is)> = vec![
        ("the guide's", vec![], Tight),
        (
            "three seconds",
            vec![(over, json!(3000))],
            Looser("comparison: over 3000 ms"),
        ),
        (
            "the median",
            vec![("/data_sources/0/aggregate", json!("p50(span.duration)"))],
            Looser("aggregate: p50"),
        ),
        (
            "the average",
            vec![("/data_sources/0/aggregate", json!("avg(span.duration)"))],
            Looser("aggregate: avg"),
        ),
        (
            "ten minutes",
            vec![("/data_sources/0/timeWindow", json!(600))],
            Looser("timeWindow: 10 min"),
        ),
        (
            "all spans",
            vec![("/data_sources/0/query", json!(""))],
            Looser("query: no filter"),
        ),
        (
            "one transaction",
            vec![(
                "/data_sources/0/query",
                json!("is_transaction:true transaction:/pay"),
            )],
            Looser("query:"),
        ),
        (
            "staging",
            vec![("/data_sources/0/environment", json!("staging"))],
            Looser("environment: staging"),
        ),
        (
            "a learned threshold",
            vec![("/config/detectionType", json!("dynamic"))],
            Looser("detectionType: dynamic"),
        ),
        (
            "disabled",
            vec![("/enabled", json!(false))],
            Looser("detector.enabled: false"),
        ),
        (
            "a lower priority",
            vec![("/condition_group/conditions/0/conditionResult", json!(50))],
            Looser("issue_priority_greater_or_equal: at least 75"),
        ),
        (
            "too fast",
            vec![("/condition_group/conditions/0/type", json!("lt"))],
            Looser("no upper threshold"),
        ),
        ("one second", vec![(over, json!(1000))], Tight),
        (
            "P99",
            vec![("/data_sources/0/aggregate", json!("p99(span.duration)"))],
            Tight,
        ),
        (
            "the slowest",
            vec![("/data_sources/0/aggregate", json!("max(span.duration)"))],
            Tight,
        ),
        (
            "all environments",
            vec![("/data_sources/0/environment", Value::Null)],
            Tight,
        ),
    ];
    for (name, changes, is) in monitors {
        latency(name, &[], &changes, is).await;
    }
    let alerts: Vec<(&str, Vec<Change>, Is)> = vec![
        (
            "seldom",
            vec![("/config/frequency", json!(180))],
            Looser("frequency: 180 min"),
        ),
        (
            "the alert is disabled",
            vec![("/enabled", json!(false))],
            Looser("enabled: false"),
        ),
        (
            "the alert is on staging",
            vec![("/environment", json!("staging"))],
            Looser("environment: staging"),
        ),
        (
            "the first time only",
            vec![("/triggers/conditions/2", Value::Null)],
            Looser("triggers: without first_seen_event"),
        ),
        (
            "a ticket",
            vec![(
                "/action_filters/0/actions/0",
                json!({"type": "jira", "integrationId": "2", "data": {}, "status": "active",
                    "config": {"targetType": "specific", "targetIdentifier": null, "targetDisplay": null}}),
            )],
            Looser("actions: jira"),
        ),
        (
            "every time",
            vec![("/triggers/conditions", json!([]))],
            Tight,
        ),
        (
            "of whatever priority",
            vec![("/action_filters/0/conditions", json!([]))],
            Tight,
        ),
        ("more often", vec![("/config/frequency", json!(0))], Tight),
    ];
    for (name, changes, is) in alerts {
        latency(name, &changes, &[], is).await;
    }
}

async fn latency(name: &str, of_alert: &[Change], of_monitor: &[Change], is: Is) {
    let mut estate = Estate::new();
    let workflow = estate.workflow(&changed(body("latency.workflow.json"), of_alert));
    let mut monitor = changed(body("latency.detector.json"), of_monitor);
    monitor["workflow_ids"] = json!([number(&workflow)]);
    estate.detector("shop-backend", &monitor);
    judged(estate, "sentry/alert-latency-missing", name, is).await;
}
