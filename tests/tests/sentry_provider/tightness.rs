//! The guide's four alerts pass, each loosened in one respect fails with that respect in the
//! evidence, each tightened passes: as workflows and monitors, and as rules.

use harden_core::Outcome;
use harden_tests::fakes::sentry::{Estate, Retired, Sentry};
use serde_json::{Value, json};

use super::harness::*;

const BACK: &str = "organization = 'acme'\nprojects = ['shop-backend']";

/// What a change makes of an alert.
#[derive(Clone, Copy)]
enum Is {
    /// At least as tight.
    Tight,
    /// Looser, in the respect that the evidence names so.
    Looser(&'static str),
}
use Is::{Looser, Tight};

/// A change: where in the body, and to what; null takes it away.
type Change = (&'static str, Value);

fn changed(mut body: Value, changes: &[Change]) -> Value {
    for (place, value) in changes {
        let (above, last) = place.rsplit_once('/').unwrap();
        let here = body.pointer_mut(above).unwrap_or_else(|| panic!("{place}"));
        match here {
            Value::Array(items) => {
                let i: usize = last.parse().unwrap();
                if value.is_null() {
                    items.remove(i);
                } else {
                    items[i] = value.clone();
                }
            }
            other => other[last] = value.clone(),
        }
    }
    body
}

async fn judged(estate: Estate, check: &str, name: &str, is: Is) {
    let sentry = Sentry::serve(estate).await;
    let audited = audit_one(&sentry, BACK, check).await;
    match (audited.one(check, "shop-backend"), is) {
        (Outcome::Pass(_), Tight) => {}
        (Outcome::Fail(evidence, _), Looser(respect)) => {
            let found = evidence.to_string();
            assert!(found.contains(respect), "{name}: no `{respect}` in {found}");
            // that one respect, after the alert that comes nearest
            assert_eq!(evidence.items.len(), 2, "{name}: {found}");
        }
        (other, _) => panic!("{name}: {other:?}"),
    }
    sentry.served.violations.assert_none();
}

/// As workflows.
async fn workflows(check: &str, file: &str, cases: Vec<(&'static str, Vec<Change>, Is)>) {
    for (name, changes, is) in cases {
        let mut estate = Estate::new();
        estate.workflow(&changed(body(file), &changes));
        judged(estate, check, &format!("{file}: {name}"), is).await;
    }
}

/// As issue rules.
async fn rules(check: &str, file: &str, cases: Vec<(&'static str, Vec<Change>, Is)>) {
    for (name, changes, is) in cases {
        let mut estate = Estate::new();
        estate.has_workflows = false;
        estate.retired = Retired::No;
        estate.issue_rule("shop-backend", &changed(body(file), &changes));
        judged(estate, check, &format!("{file}: {name}"), is).await;
    }
}

const CONDITION: &str = "/action_filters/0/conditions/0";
const FIRST: &str = "/action_filters/0/conditions/0/comparison/value";
const WINDOW: &str = "/action_filters/0/conditions/0/comparison/interval";

fn of_level(level: u64, matching: &str) -> Value {
    json!({"type": "level", "comparison": {"level": level, "match": matching}, "conditionResult": true})
}

#[tokio::test]
async fn error_rate_as_a_workflow() {
    let trigger = |kind: &str| json!([{"type": kind, "comparison": true, "conditionResult": true}]);
    let migrated = json!([{"type": "event_frequency_count", "comparison": {"value": 100, "interval": "5m"},
        "conditionResult": true}]);
    workflows(
        "sentry/alert-error-rate-missing",
        "error_rate.workflow.json",
        vec![
            ("the guide's", vec![], Tight),
            ("a hundred and one", vec![(FIRST, json!(101))], Looser("event_frequency_count is over 101 in 5 min")),
            ("a shorter window", vec![(WINDOW, json!("1m"))], Looser("event_frequency_count is over 100 in 1 min")),
            ("seldom", vec![("/config/frequency", json!(180))], Looser("frequency is 180 min")),
            ("staging", vec![("/environment", json!("staging"))], Looser("environment is staging")),
            ("disabled", vec![("/enabled", json!(false))], Looser("enabled is false")),
            ("chat only", vec![("/action_filters/0/actions/0", Value::Null)], Looser("actions is slack")),
            (
                "the email is switched off",
                vec![("/action_filters/0/actions/0/status", json!("disabled"))],
                Looser("email is switched off"),
            ),
            ("another category", vec![("/action_filters/0/conditions/1/comparison/value", json!(2))], Looser("issue_category is 2")),
            ("errors and worse", vec![("/action_filters/0/conditions/1", of_level(40, "gte"))], Looser("level is at least 40")),
            ("new issues only", vec![("/triggers/conditions", trigger("first_seen_event"))], Looser("first_seen_event")),
            ("none of them", vec![("/action_filters/0/logicType", json!("none"))], Looser("none of its conditions")),
            ("ninety-nine", vec![(FIRST, json!(99))], Tight),
            ("twenty a minute", vec![(FIRST, json!(20)), (WINDOW, json!("1m"))], Tight),
            ("in an hour", vec![(WINDOW, json!("1h"))], Tight),
            ("more often", vec![("/config/frequency", json!(5))], Tight),
            ("all environments", vec![("/environment", Value::Null)], Tight),
            ("without a category", vec![("/action_filters/0/conditions/1", Value::Null)], Tight),
            ("either of them", vec![("/action_filters/0/logicType", json!("any-short"))], Tight),
            ("as Sentry migrates a rule", vec![("/triggers/conditions", migrated), (CONDITION, Value::Null)], Tight),
            ("by the issue stream", vec![("/detector_ids", json!([1101]))], Tight),
            ("in all", vec![(CONDITION, json!({"type": "issue_occurrences", "comparison": {"value": 101}, "conditionResult": true}))], Tight),
            ("one more in all", vec![(CONDITION, json!({"type": "issue_occurrences", "comparison": {"value": 102}, "conditionResult": true}))], Looser("issue_occurrences is at least 102")),
        ],
    )
    .await;
}

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
            Looser("comparison is over 150 in 5 min"),
        ),
        (
            "one message",
            vec![("/data_sources/0/query", json!("event.type:error message:x"))],
            Looser("query is"),
        ),
        (
            "against last week",
            vec![("/config/detectionType", json!("percent"))],
            Looser("detectionType is percent"),
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
async fn fatal_as_a_workflow() {
    workflows(
        "sentry/alert-fatal-missing",
        "fatal.workflow.json",
        vec![
            ("the guide's", vec![], Tight),
            (
                "every five minutes",
                vec![("/config/frequency", json!(5))],
                Looser("frequency is 5 min"),
            ),
            (
                "a second event",
                vec![("/action_filters/0/conditions/1/comparison/value", json!(1))],
                Looser("event_frequency_count is over 1"),
            ),
            (
                "errors alone",
                vec![(CONDITION, of_level(40, "eq"))],
                Looser("level is equal to 40"),
            ),
            (
                "up to errors",
                vec![(CONDITION, of_level(40, "lte"))],
                Looser("level is at most 40"),
            ),
            (
                "staging",
                vec![("/environment", json!("staging"))],
                Looser("environment is staging"),
            ),
            (
                "disabled",
                vec![("/enabled", json!(false))],
                Looser("enabled is false"),
            ),
            ("fatal alone", vec![(CONDITION, of_level(50, "eq"))], Tight),
            (
                "errors and worse",
                vec![(CONDITION, of_level(40, "gte"))],
                Tight,
            ),
            (
                "without the count",
                vec![("/action_filters/0/conditions/1", Value::Null)],
                Tight,
            ),
            (
                "every event",
                vec![("/action_filters/0/conditions", json!([]))],
                Tight,
            ),
        ],
    )
    .await;
}

#[tokio::test]
async fn regression_as_a_workflow() {
    let age = "/action_filters/0/conditions/1/comparison";
    let count = "/action_filters/0/conditions/2/comparison/value";
    let first = json!([{"type": "first_seen_event", "comparison": true, "conditionResult": true}]);
    workflows(
        "sentry/alert-regression-missing",
        "regression.workflow.json",
        vec![
            ("the guide's", vec![], Tight),
            (
                "twelve errors",
                vec![(count, json!(12))],
                Looser("issue_occurrences is at least 12"),
            ),
            (
                "half an hour",
                vec![(
                    age,
                    json!({"time": "minute", "value": 30, "comparisonType": "newer"}),
                )],
                Looser("age_comparison is newer than 30 min"),
            ),
            (
                "old issues",
                vec![(
                    age,
                    json!({"time": "hour", "value": 1, "comparisonType": "older"}),
                )],
                Looser("age_comparison older"),
            ),
            (
                "of level fatal",
                vec![("/action_filters/0/conditions/3", of_level(50, "gte"))],
                Looser("level is at least 50"),
            ),
            (
                "first seen and a count",
                vec![("/triggers/conditions", first.clone())],
                Looser("never goes off"),
            ),
            (
                "staging",
                vec![("/environment", json!("staging"))],
                Looser("environment is staging"),
            ),
            ("ten errors", vec![(count, json!(10))], Tight),
            (
                "a day",
                vec![(
                    age,
                    json!({"time": "day", "value": 1, "comparisonType": "newer"}),
                )],
                Tight,
            ),
            ("of whatever release", vec![(CONDITION, Value::Null)], Tight),
            (
                "each new issue",
                vec![
                    ("/triggers/conditions", first),
                    ("/action_filters/0/conditions", json!([])),
                ],
                Tight,
            ),
            ("more often", vec![("/config/frequency", json!(5))], Tight),
        ],
    )
    .await;
}

#[tokio::test]
async fn latency_as_a_monitor_and_a_workflow() {
    let over = "/condition_group/conditions/0/comparison";
    let monitors: Vec<(&str, Vec<Change>, Is)> = vec![
        ("the guide's", vec![], Tight),
        (
            "three seconds",
            vec![(over, json!(3000))],
            Looser("comparison is over 3000 ms"),
        ),
        (
            "the median",
            vec![("/data_sources/0/aggregate", json!("p50(span.duration)"))],
            Looser("aggregate is p50"),
        ),
        (
            "the average",
            vec![("/data_sources/0/aggregate", json!("avg(span.duration)"))],
            Looser("aggregate is avg"),
        ),
        (
            "ten minutes",
            vec![("/data_sources/0/timeWindow", json!(600))],
            Looser("timeWindow is 10 min"),
        ),
        (
            "all spans",
            vec![("/data_sources/0/query", json!(""))],
            Looser("query is none"),
        ),
        (
            "one transaction",
            vec![(
                "/data_sources/0/query",
                json!("is_transaction:true transaction:/pay"),
            )],
            Looser("query is"),
        ),
        (
            "staging",
            vec![("/data_sources/0/environment", json!("staging"))],
            Looser("environment is staging"),
        ),
        (
            "a learned threshold",
            vec![("/config/detectionType", json!("dynamic"))],
            Looser("detectionType is dynamic"),
        ),
        (
            "disabled",
            vec![("/enabled", json!(false))],
            Looser("detector.enabled is false"),
        ),
        (
            "a lower priority",
            vec![("/condition_group/conditions/0/conditionResult", json!(50))],
            Looser("issue_priority_greater_or_equal is at least 75"),
        ),
        (
            "too fast",
            vec![("/condition_group/conditions/0/type", json!("lt"))],
            Looser("no threshold from above"),
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
            Looser("frequency is 180 min"),
        ),
        (
            "the alert is disabled",
            vec![("/enabled", json!(false))],
            Looser("enabled is false"),
        ),
        (
            "the alert is on staging",
            vec![("/environment", json!("staging"))],
            Looser("environment is staging"),
        ),
        (
            "the first time only",
            vec![("/triggers/conditions/2", Value::Null)],
            Looser("triggers is not both"),
        ),
        (
            "a ticket",
            vec![(
                "/action_filters/0/actions/0",
                json!({"type": "jira", "integrationId": "2", "data": {}, "status": "active",
                    "config": {"targetType": "specific", "targetIdentifier": null, "targetDisplay": null}}),
            )],
            Looser("actions is jira"),
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

#[tokio::test]
async fn error_rate_as_a_rule() {
    let level =
        json!({"id": "sentry.rules.filters.level.LevelFilter", "match": "gte", "level": "40"});
    rules(
        "sentry/alert-error-rate-missing",
        "error_rate.rule.json",
        vec![
            ("the guide's", vec![], Tight),
            (
                "a hundred and one",
                vec![("/conditions/0/value", json!(101))],
                Looser("over 101 in 5 min"),
            ),
            (
                "a shorter window",
                vec![("/conditions/0/interval", json!("1m"))],
                Looser("over 100 in 1 min"),
            ),
            (
                "against yesterday",
                vec![
                    ("/conditions/0/comparisonType", json!("percent")),
                    ("/conditions/0/comparisonInterval", json!("1d")),
                ],
                Looser("EventFrequencyCondition"),
            ),
            (
                "seldom",
                vec![("/frequency", json!(61))],
                Looser("frequency is 61 min"),
            ),
            (
                "staging",
                vec![("/environment", json!("staging"))],
                Looser("environment is staging"),
            ),
            (
                "chat only",
                vec![("/actions/0", Value::Null)],
                Looser("actions is slack"),
            ),
            (
                "errors and worse",
                vec![("/filters/0", level)],
                Looser("level is at least 40"),
            ),
            ("fifty", vec![("/conditions/0/value", json!(50))], Tight),
            (
                "all environments",
                vec![("/environment", Value::Null)],
                Tight,
            ),
            ("more often", vec![("/frequency", json!(5))], Tight),
            ("without a filter", vec![("/filters", json!([]))], Tight),
        ],
    )
    .await;
}

#[tokio::test]
async fn fatal_and_regression_as_rules() {
    rules(
        "sentry/alert-fatal-missing",
        "fatal.rule.json",
        vec![
            ("the guide's, as often as a rule can", vec![], Tight),
            (
                "every ten minutes",
                vec![("/frequency", json!(10))],
                Looser("frequency is 10 min"),
            ),
            (
                "a second event",
                vec![("/conditions/0/value", json!(1))],
                Looser("over 1 in 1 min"),
            ),
            (
                "errors alone",
                vec![
                    ("/filters/0/match", json!("eq")),
                    ("/filters/0/level", json!("40")),
                ],
                Looser("equal to 40"),
            ),
            (
                "errors and worse",
                vec![("/filters/0/level", json!("40"))],
                Tight,
            ),
        ],
    )
    .await;
    rules(
        "sentry/alert-regression-missing",
        "regression.rule.json",
        vec![
            ("the guide's", vec![], Tight),
            (
                "eleven errors",
                vec![("/conditions/0/value", json!(11))],
                Looser("over 11 in 1 h"),
            ),
            (
                "half an hour",
                vec![
                    ("/filters/1/time", json!("minute")),
                    ("/filters/1/value", json!(30)),
                ],
                Looser("newer than 30 min"),
            ),
            (
                "another category",
                vec![("/filters/2/value", json!(2))],
                Looser("issue_category is 2"),
            ),
            (
                "five errors",
                vec![("/conditions/0/value", json!(5))],
                Tight,
            ),
            (
                "of whatever release",
                vec![("/filters/0", Value::Null)],
                Tight,
            ),
        ],
    )
    .await;
}

#[tokio::test]
async fn latency_as_a_rule() {
    let threshold = "/triggers/0/alertThreshold";
    let cases: Vec<(&str, Vec<Change>, Is)> = vec![
        ("the guide's", vec![], Tight),
        (
            "three seconds",
            vec![(threshold, json!(3000))],
            Looser("comparison is over 3000 ms"),
        ),
        (
            "the median",
            vec![("/aggregate", json!("p50(span.duration)"))],
            Looser("aggregate is p50"),
        ),
        (
            "an hour",
            vec![("/timeWindow", json!(60))],
            Looser("timeWindow is 1 h"),
        ),
        (
            "all spans",
            vec![("/query", json!(""))],
            Looser("query is none"),
        ),
        (
            "too fast",
            vec![("/thresholdType", json!(1))],
            Looser("no threshold from above"),
        ),
        (
            "nobody",
            vec![("/triggers/0/actions", json!([]))],
            Looser("actions is none"),
        ),
        ("one second", vec![(threshold, json!(1000))], Tight),
        ("a minute", vec![("/timeWindow", json!(1))], Tight),
        (
            "of transactions",
            vec![
                ("/dataset", json!("transactions")),
                ("/query", json!("")),
                ("/aggregate", json!("p95(transaction.duration)")),
            ],
            Tight,
        ),
        (
            "all environments",
            vec![("/environment", Value::Null)],
            Tight,
        ),
    ];
    for (name, changes, is) in cases {
        let mut estate = Estate::new();
        estate.has_workflows = false;
        estate.retired = Retired::No;
        estate.metric_rule(&changed(body("latency.rule.json"), &changes));
        judged(estate, "sentry/alert-latency-missing", name, is).await;
    }
    // an environment stands on the rule and on what it measures
    let mut estate = Estate::new();
    estate.has_workflows = false;
    estate.retired = Retired::No;
    let staging = [("/environment", json!("staging"))];
    estate.metric_rule(&changed(body("latency.rule.json"), &staging));
    let sentry = Sentry::serve(estate).await;
    let audited = audit_one(&sentry, BACK, "sentry/alert-latency-missing").await;
    let found = audited.failed("sentry/alert-latency-missing", "shop-backend");
    assert!(found.contains("environment is staging"), "{found}");
}
