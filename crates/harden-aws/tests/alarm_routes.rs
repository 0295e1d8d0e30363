//! Alarms that belong together: suppressor alarms, composite alarms, and alarms of several accounts.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use harden_aws::checks;
use harden_core::{Policies, testing};
use serde_json::{Value, json};

const TOPIC: &str = "arn:aws:sns:us-east-2:392853978631:alerts";

fn alarm(name: &str, actions: &[&str], definition: Value) -> Value {
    json!({
        "arn": format!("arn:aws:cloudwatch:us-east-2:392853978631:alarm:{name}"),
        "description": null, "actions_enabled": true, "alarm_actions": actions, "ok_actions": [],
        "insufficient_data_actions": [], "state": "OK", "state_since": "2026-01-01T00:00:00Z",
        "definition": definition
    })
}

fn metric() -> Value {
    json!({"metric": {"metric": {"namespace": "AWS/ECS", "name": "CPUUtilization", "dimensions": {}},
        "statistic": "Average", "period": 60, "evaluation_periods": 1, "threshold": 80.0,
        "comparison": "GreaterThanThreshold"}})
}

fn composite(suppressor: &str) -> Value {
    json!({"composite": {"rule": "ALARM(\"cpu-high\")", "suppressor": suppressor,
        "suppressor_wait": 60, "suppressor_extension": 60}})
}

/// The verdicts of a check on the alarms, by name: `cpu-high pass`.
fn verdicts(id: &str, alarms: &[Value]) -> Vec<String> {
    let policy = json!({"Version": "2008-10-17", "Statement": [{"Effect": "Allow",
        "Principal": {"AWS": "*"}, "Action": "SNS:Publish", "Resource": TOPIC,
        "Condition": {"StringEquals": {"AWS:SourceOwner": "392853978631"}}}]});
    let email = json!({"protocol": "email", "endpoint": "a@example.com", "endpoint_hash": "0",
        "confirmed": true, "filter": null});
    let estate = json!({
        "aws/cloudwatch-alarm": alarms, "aws/alarm-mute-rule": [], "aws/budget-alerts": [],
        "aws/kms-key": [], "aws/region": [],
        "aws/sns-topic": [{"arn": TOPIC, "policy": policy.to_string(), "kms_key": null}],
        "aws/topic-subscriptions": [{"topic_arn": TOPIC, "subscriptions": [email]}]
    });
    let all = checks();
    let check = all.iter().find(|check| check.meta().id == id).unwrap();
    let findings = testing::run(&**check, &estate.to_string(), Policies::default());
    let verdicts = findings
        .iter()
        .map(|f| format!("{} {}", f.resource.name, f.outcome.as_str()));
    verdicts.collect()
}

const BOTH: [&str; 2] = ["aws/alarm-actions-disabled", "aws/alarm-reaches-nobody"];

#[test]
fn a_suppressor_needs_no_action() {
    for suppressor in [
        "maintenance",
        "arn:aws:cloudwatch:us-east-2:392853978631:alarm:maintenance",
    ] {
        let alarms = [
            alarm("cpu-high", &[], metric()),
            alarm("maintenance", &[], metric()),
            alarm("page", &[TOPIC], composite(suppressor)),
        ];
        for check in BOTH {
            let expected = ["cpu-high pass", "maintenance not-applicable", "page pass"];
            assert_eq!(verdicts(check, &alarms), expected, "{check}");
        }
    }
}

#[test]
fn an_alarm_that_suppresses_nothing_needs_an_action() {
    let alarms = [
        alarm("cpu-high", &[], metric()),
        alarm("maintenance", &[], metric()),
        alarm("page", &[TOPIC], composite("other")),
    ];
    let disabled = verdicts("aws/alarm-actions-disabled", &alarms);
    assert_eq!(disabled, ["cpu-high pass", "maintenance fail", "page pass"]);
    // the suppressor of `page` is not there, so whether it silences `page` is unknown
    let reaches = verdicts("aws/alarm-reaches-nobody", &alarms);
    assert_eq!(
        reaches,
        ["cpu-high unknown", "maintenance fail", "page unknown"]
    );
}

#[test]
fn a_suppressor_that_stays_in_alarm_silences() {
    let mut maintenance = alarm("maintenance", &[TOPIC], metric());
    maintenance["state"] = json!("ALARM");
    let mut since = |since: &str| {
        maintenance["state_since"] = json!(since);
        let page = alarm("page", &[TOPIC], composite("maintenance"));
        verdicts("aws/alarm-reaches-nobody", &[maintenance.clone(), page])
    };
    assert_eq!(
        since("2026-01-01T00:00:00Z"),
        ["maintenance pass", "page fail"]
    );
    assert_eq!(
        since("2026-01-15T06:00:00Z"),
        ["maintenance pass", "page pass"]
    );
}

#[test]
fn an_action_that_notifies_nobody_is_no_recipient() {
    let group = "arn:aws:aiops:us-east-2:392853978631:investigation-group/1";
    let found =
        |actions: &[&str]| verdicts("aws/alarm-reaches-nobody", &[alarm("a", actions, metric())]);
    assert_eq!(found(&[group]), ["a fail"]);
    assert_eq!(found(&[group, TOPIC]), ["a pass"]);
    assert_eq!(
        found(&["arn:aws:new:us-east-2:392853978631:thing/1"]),
        ["a unknown"]
    );
}
