//! Budgets and their notifications. AWS Budgets is global, so no command has a region.

use harden_core::{Step, hcl_string};
use serde_json::{Value, json};

use crate::BudgetPolicy;
use crate::remediations::cli::{Input, aws};
use crate::resources::Notification;
use crate::views::AlertThreshold;

const MODIFY: &[&str] = &["budgets:ModifyBudget"];

// placeholders for the input of a person: private-use characters, which no name contains
const EMAIL: Input = Input {
    marker: "\u{e000}",
    name: "EMAIL",
    hint: "the email address of the recipient",
};
const TOPIC: Input = Input {
    marker: "\u{e001}",
    name: "TOPIC_ARN",
    hint: "the ARN of a topic of this account whose policy allows budgets.amazonaws.com",
};
const LIMIT: Input = Input {
    marker: "\u{e002}",
    name: "LIMIT",
    hint: "the monthly limit in USD",
};

const INPUTS: [Input; 3] = [EMAIL, TOPIC, LIMIT];

/// The recipients of notifications: the address and the topic, where they are known.
#[derive(Default, Clone, Copy)]
pub(crate) struct Route<'a> {
    pub(crate) email: Option<&'a str>,
    pub(crate) topic: Option<&'a str>,
}

impl Route<'_> {
    fn email(&self) -> Value {
        json!({"SubscriptionType": "EMAIL", "Address": self.email.unwrap_or(EMAIL.marker)})
    }

    fn topic(&self) -> Value {
        json!({"SubscriptionType": "SNS", "Address": self.topic.unwrap_or(TOPIC.marker)})
    }

    fn subscribers(&self, threshold: &AlertThreshold) -> Vec<Value> {
        let email = threshold.email.then(|| self.email());
        let topic = threshold.topic.then(|| self.topic());
        email.into_iter().chain(topic).collect()
    }
}

fn notification(kind: &str, percent: f64) -> Value {
    json!({
        "NotificationType": kind,
        "ComparisonOperator": "GREATER_THAN",
        "Threshold": percent,
        "ThresholdType": "PERCENTAGE",
    })
}

/// Creates a monthly cost budget of the whole account with the three notifications.
pub(crate) fn create_budget(
    account: &str,
    name: &str,
    policy: &BudgetPolicy,
    route: &Route<'_>,
) -> Step {
    let limit = policy
        .limit
        .map_or_else(|| LIMIT.marker.to_owned(), |limit| limit.to_string());
    let notifications: Vec<Value> = AlertThreshold::all(policy)
        .iter()
        .map(|threshold| {
            json!({
                "Notification": notification("ACTUAL", threshold.up_to),
                "Subscribers": route.subscribers(threshold),
            })
        })
        .collect();
    let input = json!({
        "AccountId": account,
        "Budget": {
            "BudgetName": name,
            "BudgetType": "COST",
            "TimeUnit": "MONTHLY",
            "BudgetLimit": {"Amount": limit, "Unit": "USD"},
        },
        "NotificationsWithSubscribers": notifications,
    });
    aws("budgets", "create-budget")
        .json_with(&input, &INPUTS)
        .step("Create the budget with its notifications", MODIFY)
}

/// Adds a notification to a budget; the others stay.
pub(crate) fn create_notification(
    account: &str,
    budget: &str,
    kind: &str,
    threshold: &AlertThreshold,
    route: &Route<'_>,
) -> Step {
    let input = json!({
        "AccountId": account,
        "BudgetName": budget,
        "Notification": notification(kind, threshold.up_to),
        "Subscribers": route.subscribers(threshold),
    });
    aws("budgets", "create-notification")
        .json_with(&input, &INPUTS)
        .step(
            format!("Add a notification at {} %", threshold.up_to),
            MODIFY,
        )
}

/// Adds a subscriber to a notification; the others stay.
pub(crate) fn add_subscriber(
    account: &str,
    budget: &str,
    of: &Notification,
    topic: bool,
    route: &Route<'_>,
) -> Step {
    let input = json!({
        "AccountId": account,
        "BudgetName": budget,
        "Notification": {
            "NotificationType": of.notification_type,
            "ComparisonOperator": of.comparison,
            "Threshold": of.threshold,
            "ThresholdType": of.threshold_type,
        },
        "Subscriber": if topic { route.topic() } else { route.email() },
    });
    let what = if topic { "a topic" } else { "an address" };
    aws("budgets", "create-subscriber")
        .json_with(&input, &INPUTS)
        .step(format!("Add {what} to the notification"), MODIFY)
}

/// The Terraform resource of a budget with notifications.
pub(crate) fn budget_terraform(
    budget: &str,
    kind: &str,
    thresholds: &[&AlertThreshold],
    route: &Route<'_>,
) -> String {
    let mut text = format!(
        "resource \"aws_budgets_budget\" \"monthly\" {{\n  # … the current settings\n  name = {}\n",
        hcl_string(budget)
    );
    for threshold in thresholds {
        text.push_str(&format!(
            "\n  notification {{\n    comparison_operator = \"GREATER_THAN\"\n    \
             notification_type   = {}\n    threshold           = {}\n    \
             threshold_type      = \"PERCENTAGE\"\n",
            hcl_string(kind),
            threshold.up_to,
        ));
        if threshold.email {
            let email = route.email.unwrap_or("billing@example.com");
            text.push_str(&format!(
                "    subscriber_email_addresses = [{}]\n",
                hcl_string(email)
            ));
        }
        if threshold.topic {
            let topic = route
                .topic
                .map_or_else(|| "aws_sns_topic.alerts.arn".to_owned(), hcl_string);
            text.push_str(&format!("    subscriber_sns_topic_arns = [{topic}]\n"));
        }
        text.push_str("  }\n");
    }
    text.push_str("}\n");
    text
}

/// `ACTUAL over 80 %, FORECASTED over 100 %`.
pub(crate) fn notifications_in_words(notifications: &[Notification]) -> String {
    let words = notifications.iter().map(|n| {
        let comparison = match &*n.comparison {
            "GREATER_THAN" => "over",
            "LESS_THAN" => "under",
            _ => "at",
        };
        let unit = match &*n.threshold_type {
            "ABSOLUTE_VALUE" => "in money",
            _ => "%",
        };
        format!(
            "{} {comparison} {} {unit}",
            n.notification_type, n.threshold
        )
    });
    let words: Vec<String> = words.collect();
    if words.is_empty() {
        return "no notification".to_owned();
    }
    words.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_values_become_inputs() {
        let policy = BudgetPolicy::default();
        let step = create_budget("392853978631", "monthly", &policy, &Route::default());
        let shell = step.to_shell().unwrap();
        for input in ["${EMAIL:?", "${TOPIC_ARN:?", "${LIMIT:?"] {
            assert!(shell.contains(input), "{shell}");
        }
        assert!(!shell.contains('\u{e000}') && !shell.contains("--region"));
    }
}
