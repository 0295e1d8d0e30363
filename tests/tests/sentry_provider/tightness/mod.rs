//! The guide's four alerts pass, each loosened in one difference fails with that difference in the
//! evidence, each tightened passes: as workflows and monitors, and as rules.

mod metrics;
mod rules;
mod workflows;

use harden_core::Outcome;
use harden_tests::fakes::sentry::{Estate, Sentry};
use serde_json::Value;

use super::harness::*;

const BACK: &str = "organization = 'acme'\nprojects = ['shop-backend']";

/// What a change makes of an alert.
#[derive(Clone, Copy)]
enum Is {
    /// At least as tight.
    Tight,
    /// Looser, in the difference that the evidence names so.
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
        (Outcome::Fail(evidence, _), Looser(difference)) => {
            let found = evidence.to_string();
            assert!(
                found.contains(difference),
                "{name}: no `{difference}` in {found}"
            );
            // that one difference, after the alert that comes nearest
            assert_eq!(evidence.items.len(), 2, "{name}: {found}");
        }
        (other, _) => panic!("{name}: {other:?}"),
    }
    sentry.served.violations.assert_none();
}

/// The bodies above are what Sentry takes: what its handlers refuse, the fake does, though the
/// description lets it pass.
#[test]
fn what_sentry_refuses_is_refused() {
    use harden_tests::fakes::sentry::Told;
    use serde_json::json;
    let interval = "/action_filters/0/conditions/0/comparison/interval";
    for (file, place, value) in [
        ("error_rate.workflow.json", interval, json!("5min")),
        (
            "error_rate.workflow.json",
            "/action_filters/0/actions/0/type",
            json!("carrier_pigeon"),
        ),
        ("error_rate.workflow.json", "/config/frequency", json!(61)),
        (
            "latency.detector.json",
            "/data_sources/0/timeWindow",
            json!(60),
        ),
        (
            "latency.detector.json",
            "/condition_group/conditions/1",
            Value::Null,
        ),
        ("fatal.rule.json", "/frequency", json!(0)),
        ("fatal.rule.json", "/conditions/0/interval", json!("2m")),
        ("latency.rule.json", "/triggers/0/label", json!("warning")),
    ] {
        let mut estate = Estate::new();
        estate.retired = harden_tests::fakes::sentry::Retired::No;
        let body = changed(body(file), &[(place, value)]);
        let told = match file {
            "latency.detector.json" => estate.create_detector("shop-backend", &body),
            "latency.rule.json" => estate.create_metric_rule(&body),
            "fatal.rule.json" => estate.create_issue_rule("shop-backend", &body),
            _ => estate.create_workflow(&body),
        };
        assert!(
            matches!(told, Told::One(400, _)),
            "{file} {place}: {told:?}"
        );
    }
}
