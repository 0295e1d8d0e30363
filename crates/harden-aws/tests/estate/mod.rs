//! An estate that commands of the AWS CLI change, as far as the remediations use them.

use harden_core::{Arg, Part, Step};
use serde_json::{Value, json};

pub(crate) const ACCOUNT: &str = "392853978631";
pub(crate) const REGION: &str = "us-east-2";
const TOPIC: &str = "arn:aws:sns:us-east-2:392853978631:saaspe-production-alerts";
const KEY: &str = "0f0e0d0c-1111-2222-3333-444455556666";

/// What a person would put into the inputs.
fn text(arg: &Arg) -> String {
    let part = |part: Part<'_>| match part {
        Part::Text(text) => text.to_owned(),
        Part::Input(input) => match &*input.name {
            "EMAIL" => "oncall@example.com".to_owned(),
            "TOPIC_ARN" => TOPIC.to_owned(),
            "TOPIC" => "saaspe-production-alerts".to_owned(),
            "KEY_ID" => KEY.to_owned(),
            "LIMIT" => "500".to_owned(),
            "ENDPOINT" => "https://alerts.yourcompany.com/hook".to_owned(),
            "TOKEN" => "token".to_owned(),
            other => format!("({other})"),
        },
    };
    arg.parts().map(part).collect()
}

/// An estate as a fragment, changed by commands of the AWS CLI.
pub(crate) struct Estate(pub(crate) Value);

impl Estate {
    fn kind(&mut self, kind: &str) -> &mut Vec<Value> {
        let listing = self.0.get_mut(kind).unwrap_or_else(|| panic!("{kind}"));
        if listing.is_object() {
            return listing["resources"].as_array_mut().unwrap();
        }
        listing.as_array_mut().unwrap()
    }

    fn by(&mut self, kind: &str, field: &str, value: &str) -> Option<&mut Value> {
        self.kind(kind).iter_mut().find(|r| r[field] == value)
    }

    pub(crate) fn take(&mut self, step: &Step) {
        let argv: Vec<String> = step.argv.iter().map(text).collect();
        if argv.is_empty() {
            return;
        }
        let option = |name: &str| -> String {
            let at = argv.iter().position(|a| a == name);
            let at = at.unwrap_or_else(|| panic!("{name} of {argv:?}"));
            argv[at + 1].clone()
        };
        let input = || -> Value { serde_json::from_str(&option("--cli-input-json")).unwrap() };
        match &*format!("{} {}", argv[1], argv[2]) {
            "sns create-topic" => self.create_topic(&option("--name"), &option("--region")),
            "sns subscribe" => self.subscribe(&option),
            "sns confirm-subscription" | "ce get-cost-and-usage" => {}
            "sns set-topic-attributes" => {
                let field = match &*option("--attribute-name") {
                    "Policy" => "policy",
                    _ => "kms_key",
                };
                let topic = self.by("aws/sns-topic", "arn", &option("--topic-arn"));
                topic.unwrap()[field] = json!(option("--attribute-value"));
            }
            "sns set-subscription-attributes" => {
                assert_eq!(option("--attribute-name"), "FilterPolicy");
                assert_eq!(option("--attribute-value"), "{}");
                let arn = option("--subscription-arn");
                let topics = self.kind("aws/topic-subscriptions").iter_mut();
                let mut all = topics.flat_map(|t| t["subscriptions"].as_array_mut().unwrap());
                all.find(|s| s["arn"] == *arn).unwrap()["filter"] = json!(null);
            }
            "kms create-key" => {
                let key = json!({"account": ACCOUNT, "region": option("--region"), "reference": KEY,
                    "arn": format!("arn:aws:kms:{REGION}:{ACCOUNT}:key/{KEY}"),
                    "manager": "CUSTOMER", "state": "Enabled", "policy": option("--policy")});
                self.kind("aws/kms-key").push(key);
            }
            "kms put-key-policy" => {
                let key = self.by("aws/kms-key", "arn", &option("--key-id"));
                key.unwrap()["policy"] = json!(option("--policy"));
            }
            "kms cancel-key-deletion" => {
                let key = self.by("aws/kms-key", "arn", &option("--key-id"));
                key.unwrap()["state"] = json!("Disabled");
            }
            "kms enable-key" => {
                let key = self.by("aws/kms-key", "arn", &option("--key-id"));
                key.unwrap()["state"] = json!("Enabled");
            }
            "cloudwatch enable-alarm-actions" => {
                let arn = alarm_arn(input()["AlarmNames"][0].as_str().unwrap());
                let alarm = self.by("aws/cloudwatch-alarm", "arn", &arn);
                alarm.unwrap()["actions_enabled"] = json!(true);
            }
            "cloudwatch put-metric-alarm" | "cloudwatch put-composite-alarm" => {
                let input = input();
                let arn = alarm_arn(input["AlarmName"].as_str().unwrap());
                let alarm = self.by("aws/cloudwatch-alarm", "arn", &arn).unwrap();
                alarm["alarm_actions"] = input["AlarmActions"].clone();
                alarm["actions_enabled"] = input["ActionsEnabled"].clone();
                assert!(
                    input.get("MetricName").is_some() || input.get("AlarmRule").is_some(),
                    "an alarm is set with all that it has: {input}"
                );
            }
            "budgets create-budget" => self.create_budget(&input()),
            "budgets create-notification" => {
                let input = input();
                let mut added = notification(&input["Notification"]);
                added["subscribers"] = subscribers(&input["Subscribers"]);
                self.notifications(&input).push(added);
            }
            "budgets create-subscriber" => {
                let input = input();
                let wanted = notification(&input["Notification"]);
                let same = |n: &&mut Value| {
                    [
                        "notification_type",
                        "comparison",
                        "threshold",
                        "threshold_type",
                    ]
                    .iter()
                    .all(|f| n[*f] == wanted[*f])
                };
                let all = self.notifications(&input);
                let found = all.iter_mut().find(same).expect("the notification");
                let list = found["subscribers"].as_array_mut().unwrap();
                list.push(subscribers(&json!([input["Subscriber"]]))[0].clone());
            }
            other => panic!("{other} is not known here"),
        }
    }

    fn create_topic(&mut self, name: &str, region: &str) {
        let arn = format!("arn:aws:sns:{region}:{ACCOUNT}:{name}");
        if self.by("aws/sns-topic", "arn", &arn).is_some() {
            return;
        }
        let policy = json!({"Version": "2008-10-17", "Statement": [{"Effect": "Allow",
            "Principal": {"AWS": "*"}, "Action": ["SNS:Publish", "SNS:Subscribe"], "Resource": arn,
            "Condition": {"StringEquals": {"AWS:SourceOwner": ACCOUNT}}}]});
        let topic = json!({"arn": arn, "policy": policy.to_string(), "kms_key": null});
        self.kind("aws/sns-topic").push(topic);
    }

    /// The recipient confirms; a pending subscription of the same endpoint is the same one.
    fn subscribe(&mut self, option: &dyn Fn(&str) -> String) {
        let (protocol, endpoint) = (option("--protocol"), option("--notification-endpoint"));
        let new = harden_aws::resources::Subscription::redacted(&protocol, &endpoint, true);
        let mut new = serde_json::to_value(new).unwrap();
        new["filter"] = json!(null);
        let arn = option("--topic-arn");
        if self
            .by("aws/topic-subscriptions", "topic_arn", &arn)
            .is_none()
        {
            let none = json!({"topic_arn": arn, "subscriptions": []});
            self.kind("aws/topic-subscriptions").push(none);
        }
        let topic = self.by("aws/topic-subscriptions", "topic_arn", &arn);
        let all = topic.unwrap()["subscriptions"].as_array_mut().unwrap();
        all.retain(|s| s["protocol"] != new["protocol"] || s["endpoint"] != new["endpoint"]);
        all.push(new);
    }

    fn create_budget(&mut self, input: &Value) {
        let (account, budget) = (&input["AccountId"], &input["Budget"]);
        let limit = &budget["BudgetLimit"];
        let amount: f64 = limit["Amount"].as_str().unwrap().parse().unwrap();
        self.kind("aws/budget")
            .push(json!({"account": account, "name": budget["BudgetName"],
            "budget_type": budget["BudgetType"], "time_unit": budget["TimeUnit"],
            "limit": {"amount": amount, "unit": limit["Unit"]}, "filters": {},
            "filter_expression": null, "billing_view": null, "health": null, "starts_at": null,
            "ends_at": null}));
    }

    fn notifications(&mut self, input: &Value) -> &mut Vec<Value> {
        let name = input["BudgetName"].as_str().unwrap().to_owned();
        let alerts = self.by("aws/budget-alerts", "budget", &name).unwrap();
        alerts["notifications"].as_array_mut().unwrap()
    }
}

fn alarm_arn(name: &str) -> String {
    format!("arn:aws:cloudwatch:{REGION}:{ACCOUNT}:alarm:{name}")
}

fn notification(n: &Value) -> Value {
    json!({"notification_type": n["NotificationType"], "comparison": n["ComparisonOperator"],
        "threshold": n["Threshold"], "threshold_type": n["ThresholdType"]})
}

fn subscribers(all: &Value) -> Value {
    let one =
        |s: &Value| json!({"subscription_type": s["SubscriptionType"], "address": s["Address"]});
    all.as_array().unwrap().iter().map(one).collect()
}
