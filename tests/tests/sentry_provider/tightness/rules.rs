//! The same alerts as rules.

use harden_tests::fakes::sentry::{Estate, Retired, Sentry};
use serde_json::{Value, json};

use super::super::harness::*;
use super::Is::{Looser, Tight};
use super::{BACK, Change, Is, changed, judged};

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
                Looser("frequency: 61 min"),
            ),
            (
                "staging",
                vec![("/environment", json!("staging"))],
                Looser("environment: staging"),
            ),
            (
                "chat only",
                vec![("/actions/0", Value::Null)],
                Looser("actions: slack"),
            ),
            (
                "errors and worse",
                vec![("/filters/0", level)],
                Looser("level: at least 40"),
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
                Looser("frequency: 10 min"),
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
                Looser("issue_category: 2"),
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
            Looser("comparison: over 3000 ms"),
        ),
        (
            "the median",
            vec![("/aggregate", json!("p50(span.duration)"))],
            Looser("aggregate: p50"),
        ),
        (
            "an hour",
            vec![("/timeWindow", json!(60))],
            Looser("timeWindow: 1 h"),
        ),
        (
            "all spans",
            vec![("/query", json!(""))],
            Looser("query: no filter"),
        ),
        (
            "too fast",
            vec![("/thresholdType", json!(1))],
            Looser("no upper threshold"),
        ),
        (
            "nobody",
            vec![("/triggers/0/actions", json!([]))],
            Looser("actions: missing"),
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
    assert!(found.contains("environment: staging"), "{found}");
}
