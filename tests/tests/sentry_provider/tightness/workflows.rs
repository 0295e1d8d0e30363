//! The alerts on issues as workflows.

use harden_tests::fakes::sentry::Estate;
use serde_json::{Value, json};

use super::super::harness::*;
use super::Is::{Looser, Tight};
use super::{Change, Is, changed, judged};

/// As workflows.
async fn workflows(check: &str, file: &str, cases: Vec<(&'static str, Vec<Change>, Is)>) {
    for (name, changes, is) in cases {
        let mut estate = Estate::new();
        estate.workflow(&changed(body(file), &changes));
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
            ("a hundred and one", vec![(FIRST, json!(101))], Looser("event_frequency_count: over 101 in 5 min")),
            ("a shorter window", vec![(WINDOW, json!("1m"))], Looser("event_frequency_count: over 100 in 1 min")),
            ("seldom", vec![("/config/frequency", json!(180))], Looser("frequency: 180 min")),
            ("staging", vec![("/environment", json!("staging"))], Looser("environment: staging")),
            ("disabled", vec![("/enabled", json!(false))], Looser("enabled: false")),
            ("chat only", vec![("/action_filters/0/actions/0", Value::Null)], Looser("actions: slack")),
            (
                "the email is switched off",
                vec![("/action_filters/0/actions/0/status", json!("disabled"))],
                Looser("email, disabled"),
            ),
            ("another category", vec![("/action_filters/0/conditions/1/comparison/value", json!(2))], Looser("issue_category: 2")),
            ("errors and worse", vec![("/action_filters/0/conditions/1", of_level(40, "gte"))], Looser("level: at least 40")),
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
            ("one more in all", vec![(CONDITION, json!({"type": "issue_occurrences", "comparison": {"value": 102}, "conditionResult": true}))], Looser("issue_occurrences: at least 102")),
        ],
    )
    .await;
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
                Looser("frequency: 5 min"),
            ),
            (
                "a second event",
                vec![("/action_filters/0/conditions/1/comparison/value", json!(1))],
                Looser("event_frequency_count: over 1"),
            ),
            (
                "errors alone",
                vec![(CONDITION, of_level(40, "eq"))],
                Looser("level: equal to 40"),
            ),
            (
                "up to errors",
                vec![(CONDITION, of_level(40, "lte"))],
                Looser("level: at most 40"),
            ),
            (
                "staging",
                vec![("/environment", json!("staging"))],
                Looser("environment: staging"),
            ),
            (
                "disabled",
                vec![("/enabled", json!(false))],
                Looser("enabled: false"),
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
                Looser("issue_occurrences: at least 12"),
            ),
            (
                "half an hour",
                vec![(
                    age,
                    json!({"time": "minute", "value": 30, "comparisonType": "newer"}),
                )],
                Looser("age_comparison: newer than 30 min"),
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
                Looser("level: at least 50"),
            ),
            (
                "first seen and a count",
                vec![("/triggers/conditions", first.clone())],
                Looser("never hold together"),
            ),
            (
                "staging",
                vec![("/environment", json!("staging"))],
                Looser("environment: staging"),
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
