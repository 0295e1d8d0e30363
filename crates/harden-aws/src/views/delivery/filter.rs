//! Whether the filter policy of a subscription lets the messages of a publisher through.
//!
//! AWS pages: "Amazon SNS message filtering", "Amazon SNS subscription filter policy scope" and "String
//! value matching" (SNS developer guide).

use harden_core::{Known, Unknown};
use serde_json::{Map, Value};

use super::publishers::{Publisher, PublishingService};
use crate::resources::FilterPolicy;

/// Whether a filter policy matches the messages of a publisher. What AWS does not document is unknown.
pub(crate) fn lets_through(filter: &FilterPolicy, publisher: &Publisher) -> Known<bool> {
    let policy: Map<String, Value> = match serde_json::from_str(&filter.policy) {
        Ok(policy) => policy,
        Err(error) => return unclear(format!("a filter policy could not be parsed: {error}")),
    };
    if policy.is_empty() {
        return Known::Yes(true);
    }
    match &*filter.scope {
        "MessageAttributes" if publisher.sends_tags => unclear(format!(
            "how the {} adds its tags to its messages is not documented",
            publisher.label()
        )),
        "MessageAttributes" => matches_no_attribute(&policy),
        "MessageBody" if publisher.service == PublishingService::Alarms => {
            matches_alarm(&policy, publisher)
        }
        "MessageBody" => unclear(format!(
            "the form of the messages of {} is not documented, so whether a filter policy matches \
             them is unknown",
            publisher.service.principal()
        )),
        other => unclear(format!("the filter policy scope {other} is not known")),
    }
}

fn unclear(message: String) -> Known<bool> {
    Unknown::undetermined(message)
        .during("sns:GetSubscriptionAttributes")
        .into()
}

/// Whether a policy matches a message without attributes: alarms, budgets and anomaly subscriptions send
/// none. Every condition requires its attribute, except `"exists": false`. For that one, the
/// documentation does not state what becomes of a message without any attribute.
fn matches_no_attribute(policy: &Map<String, Value>) -> Known<bool> {
    let parts = policy.iter().map(|(key, conditions)| {
        let Value::Array(conditions) = conditions else {
            return Known::Yes(false);
        };
        if key == "$or" {
            let inner = conditions.iter().filter_map(Value::as_object);
            return Known::any(inner.map(matches_no_attribute));
        }
        let absent = |c: &Value| c.get("exists") == Some(&Value::Bool(false));
        if conditions.iter().any(absent) {
            return unclear(
                "whether a filter policy for an absent attribute matches a message without \
                 attributes is not documented"
                    .to_owned(),
            );
        }
        Known::Yes(false)
    });
    Known::all(parts)
}

/// Whether a policy matches the body of an alarm's message. Of its members, only those are compared whose
/// values are known; the documentation does not list all members.
fn matches_alarm(policy: &Map<String, Value>, publisher: &Publisher) -> Known<bool> {
    let parts = policy.iter().map(|(key, conditions)| {
        let value = match &**key {
            "AlarmName" => &*publisher.name,
            "AlarmArn" => &*publisher.arn,
            "AWSAccountId" => &*publisher.account,
            "NewStateValue" => "ALARM",
            "$or" => {
                let inner = conditions.as_array().into_iter().flatten();
                let inner = inner.filter_map(Value::as_object);
                return Known::any(inner.map(|policy| matches_alarm(policy, publisher)));
            }
            _ => {
                return unclear(format!(
                    "whether the member {key} of an alarm's message matches a filter policy is \
                     unknown"
                ));
            }
        };
        match conditions {
            Value::Array(all) => Known::any(all.iter().map(|c| meets(c, value))),
            _ => Known::Yes(false),
        }
    });
    Known::all(parts)
}

/// Whether a text meets a condition of a filter policy.
fn meets(condition: &Value, text: &str) -> Known<bool> {
    let Value::Object(operator) = condition else {
        return Known::Yes(condition.as_str() == Some(text));
    };
    let Some((name, operand)) = operator.iter().next() else {
        return unclear("a filter policy has an empty condition".to_owned());
    };
    let one = operand.as_str();
    let known = match (&**name, one) {
        ("prefix", Some(prefix)) => Some(text.starts_with(prefix)),
        ("suffix", Some(suffix)) => Some(text.ends_with(suffix)),
        ("equals-ignore-case", Some(other)) => Some(text.eq_ignore_ascii_case(other)),
        ("exists", None) => operand.as_bool(),
        ("anything-but", Some(other)) => Some(text != other),
        ("anything-but", None) => match operand {
            Value::Array(others) => Some(others.iter().all(|other| other.as_str() != Some(text))),
            Value::Object(_) => return meets(operand, text).map(|meets| !meets),
            _ => None,
        },
        // a number never equals a text
        ("numeric", None) => Some(false),
        _ => None,
    };
    known.map_or_else(
        || {
            unclear(format!(
                "the condition {name} of a filter policy is not known"
            ))
        },
        Known::Yes,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn publisher(service: PublishingService) -> Publisher {
        Publisher {
            service,
            account: "392853978631".into(),
            arn: "arn:aws:cloudwatch:us-east-2:392853978631:alarm:prod-cpu".into(),
            name: "prod-cpu".into(),
            sends_tags: false,
        }
    }

    fn of(scope: &str, policy: &str, service: PublishingService) -> Option<bool> {
        let filter = FilterPolicy {
            policy: policy.to_owned(),
            scope: scope.to_owned(),
        };
        lets_through(&filter, &publisher(service)).ok().copied()
    }

    #[test]
    fn messages_without_attributes_match_no_attribute() {
        for (policy, expected) in [
            ("{}", Some(true)),
            (r#"{"team": ["billing"]}"#, Some(false)),
            (r#"{"team": [{"anything-but": "billing"}]}"#, Some(false)),
            (r#"{"team": [{"exists": true}]}"#, Some(false)),
            (r#"{"team": [{"exists": false}]}"#, None),
            (
                r#"{"team": [{"exists": false}], "level": ["high"]}"#,
                Some(false),
            ),
            (r#"{"$or": [{"a": ["x"]}, {"b": ["y"]}]}"#, Some(false)),
            (
                r#"{"$or": [{"a": ["x"]}, {"b": [{"exists": false}]}]}"#,
                None,
            ),
            ("[]", None),
        ] {
            for service in [
                PublishingService::Alarms,
                PublishingService::Budgets,
                PublishingService::CostAnomalies,
            ] {
                assert_eq!(
                    of("MessageAttributes", policy, service),
                    expected,
                    "{policy}"
                );
            }
        }
    }

    #[test]
    fn the_body_of_an_alarm_is_compared_where_it_is_known() {
        for (policy, expected) in [
            (r#"{"NewStateValue": ["ALARM"]}"#, Some(true)),
            (r#"{"NewStateValue": ["OK"]}"#, Some(false)),
            (
                r#"{"NewStateValue": [{"anything-but": ["OK"]}]}"#,
                Some(true),
            ),
            (
                r#"{"NewStateValue": [{"anything-but": {"prefix": "A"}}]}"#,
                Some(false),
            ),
            (
                r#"{"AlarmName": [{"prefix": "prod-"}, {"prefix": "live-"}]}"#,
                Some(true),
            ),
            (r#"{"AlarmName": [{"prefix": "test-"}]}"#, Some(false)),
            (
                r#"{"AlarmName": [{"prefix": "test-"}], "Region": ["x"]}"#,
                Some(false),
            ),
            (r#"{"AlarmName": [{"wildcard": "prod-*"}]}"#, None),
            (r#"{"Trigger": {"Namespace": ["AWS/ECS"]}}"#, None),
            (r#"{"team": ["billing"]}"#, None),
            (
                r#"{"$or": [{"AlarmName": ["x"]}, {"NewStateValue": ["ALARM"]}]}"#,
                Some(true),
            ),
        ] {
            let found = of("MessageBody", policy, PublishingService::Alarms);
            assert_eq!(found, expected, "{policy}");
        }
    }

    #[test]
    fn what_is_not_documented_is_unknown() {
        let state = r#"{"NewStateValue": ["ALARM"]}"#;
        assert_eq!(of("MessageBody", state, PublishingService::Budgets), None);
        assert_eq!(
            of("MessageBody", state, PublishingService::CostAnomalies),
            None
        );
        assert_eq!(of("MessageHeaders", state, PublishingService::Alarms), None);
        let filter = FilterPolicy {
            policy: r#"{"team": ["billing"]}"#.to_owned(),
            scope: "MessageAttributes".to_owned(),
        };
        let tagged = Publisher {
            sends_tags: true,
            ..publisher(PublishingService::Alarms)
        };
        assert!(!lets_through(&filter, &tagged).is_known());
    }
}
