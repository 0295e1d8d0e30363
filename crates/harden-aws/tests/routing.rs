//! The remediations of alert routing and budgets, taken as their commands say, make the check pass.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests"
)]

use std::collections::{BTreeMap, BTreeSet};

use harden_aws::{AwsPolicy, checks};
use harden_core::{Outcome, Policies, testing};
use serde_json::{Value, json};

mod estate;

use estate::{ACCOUNT, Estate, REGION};

fn policies(text: Option<&str>) -> Policies {
    #[derive(serde::Deserialize)]
    struct File {
        aws: AwsPolicy,
    }
    let mut policies = Policies::default();
    if let Some(text) = text {
        let file: File = toml::from_str(text).unwrap();
        policies.insert(file.aws);
    }
    policies
}

/// Failures that no command fixes: a channel that a person connects, money that is spent, a topic that
/// somebody must put into alarms or into the policy, a subscription that lapses.
const BY_HAND: &[&str] = &[
    "aws/alert-topic-no-chat",
    "aws/sns-slack-direct-webhook",
    "aws/budget-exceeded",
];

#[test]
fn remediations_make_the_check_pass() {
    let ours = [
        "aws/alert-topic-",
        "aws/sns-",
        "aws/budget-",
        "aws/alarm-action-",
        "aws/alarm-reaches-",
    ];
    let (mut fixed, mut left) = (0, Vec::new());
    for check in checks() {
        let id = check.meta().id;
        if !ours.iter().any(|o| id.starts_with(o)) || BY_HAND.contains(&id) {
            continue;
        }
        for example in testing::examples(check.meta().page) {
            if example.verdict != "fail" {
                continue;
            }
            let mut estate = Estate(serde_json::from_str(&example.fragment).unwrap());
            let findings = testing::run(
                &*check,
                &example.fragment,
                policies(example.policy.as_deref()),
            );
            let mut by_hand = false;
            for finding in &findings {
                let Outcome::Fail(_, remediation) = &finding.outcome else {
                    continue;
                };
                by_hand |= remediation.withheld.is_some();
                by_hand |= remediation.steps.iter().any(|s| s.argv.is_empty());
                remediation.steps.iter().for_each(|step| estate.take(step));
            }
            let after = testing::run(
                &*check,
                &estate.0.to_string(),
                policies(example.policy.as_deref()),
            );
            // what could not be read before cannot be read afterwards either
            let failing = |o: &Outcome| matches!(o, Outcome::Fail(..));
            if after.iter().any(|f| failing(&f.outcome)) {
                assert!(by_hand, "{id}: still {after:?}\nover\n{}", estate.0);
                left.push((id, example.fragment));
            } else {
                fixed += 1;
            }
        }
    }
    let left: Vec<&str> = left.iter().map(|(id, _)| *id).collect();
    assert!(fixed > 45, "{fixed} fixed, by hand {left:?}");
    // among them alarms that a mute rule or an error silences, and log alarms
    assert!(left.len() <= 13, "by hand {left:?}");
}

/// An estate on which every check of alert routing and budgets passes.
const ESTATE: &str = include_str!("estate/passing.json");

/// What each of our checks says of each resource of an estate.
fn verdicts(estate: &Value) -> BTreeMap<(&'static str, String), Outcome> {
    let ours = [
        "aws/alert-topic-",
        "aws/sns-",
        "aws/budget-",
        "aws/alarm-action-",
        "aws/alarm-reaches-",
    ];
    let mut all = BTreeMap::new();
    for check in checks() {
        let id = check.meta().id;
        let off = check.off(&Policies::default()).is_some();
        if !off && ours.iter().any(|o| id.starts_with(o)) {
            for finding in testing::run(&*check, &estate.to_string(), Policies::default()) {
                all.insert((id, finding.resource.shown().to_owned()), finding.outcome);
            }
        }
    }
    all
}

/// Taking one permission away makes exactly those findings unknown that rest on it, and each says
/// which action; it makes nothing pass or fail.
#[test]
fn what_is_denied_is_unknown_and_nothing_else_changes() {
    let whole: Value = serde_json::from_str(ESTATE).unwrap();
    let before = verdicts(&whole);
    let bad: Vec<_> = before
        .iter()
        .filter(|(_, o)| o.as_str() != "pass")
        .collect();
    assert!(bad.is_empty(), "{bad:?}");
    assert_eq!(
        before.keys().map(|k| k.0).collect::<BTreeSet<_>>().len(),
        14
    );
    for (kind, action, global, rests_on_it) in DENIED {
        let mut less = whole.clone();
        let region = if *global { "" } else { REGION };
        less[*kind] = json!({"resources": [], "gaps": [{"account": ACCOUNT, "region": region,
            "unknown": {"cause": "denied", "by": "iam", "action": action, "message": "denied"}}]});
        let after = verdicts(&less);
        for (key, outcome) in &after {
            let Outcome::Unknown(unknown) = outcome else {
                assert_eq!(outcome.as_str(), "pass", "{kind}: {key:?}");
                continue;
            };
            assert_eq!(unknown.action.as_deref(), Some(*action), "{kind}: {key:?}");
        }
        let unknown: BTreeSet<&str> = after
            .iter()
            .filter(|(_, o)| o.as_str() == "unknown")
            .map(|(key, _)| key.0.trim_start_matches("aws/"))
            .collect();
        let wanted: BTreeSet<&str> = rests_on_it.iter().copied().collect();
        assert_eq!(unknown, wanted, "without {kind}");
        // no finding is lost without another that says so
        for (check, resource) in before.keys() {
            let check_is_unknown = unknown.contains(check.trim_start_matches("aws/"));
            let kept = after.contains_key(&(*check, resource.clone()));
            assert!(kept || check_is_unknown, "{kind}: {check} lost {resource}");
        }
    }
}

/// Kinds, the action that lists them, whether they are global, and the checks that rest on them.
const DENIED: &[(&str, &str, bool, &[&str])] = &[
    (
        "aws/alarm-mute-rule",
        "cloudwatch:ListAlarmMuteRules",
        false,
        &["alarm-reaches-nobody"],
    ),
    (
        "aws/cloudwatch-alarm",
        "cloudwatch:DescribeAlarms",
        false,
        &[
            "alarm-action-broken",
            "alarm-reaches-nobody",
            "alert-topic-no-email",
            "sns-slack-direct-webhook",
            "sns-subscription-pending",
            "sns-topic-kms-undeliverable",
            "sns-topic-publish-denied",
        ],
    ),
    (
        "aws/sns-topic",
        "sns:ListTopics",
        false,
        &[
            "alarm-action-broken",
            "alarm-reaches-nobody",
            "alert-topic-missing",
            "budget-alert-unrouted",
            "sns-topic-kms-undeliverable",
            "sns-topic-public",
            "sns-topic-publish-denied",
        ],
    ),
    (
        "aws/topic-subscriptions",
        "sns:ListSubscriptionsByTopic",
        false,
        &[
            "alarm-action-broken",
            "alarm-reaches-nobody",
            "alert-topic-no-email",
            "budget-alert-unrouted",
            "sns-slack-direct-webhook",
            "sns-subscription-pending",
        ],
    ),
    (
        "aws/kms-key",
        "kms:DescribeKey",
        false,
        &[
            "alarm-action-broken",
            "alarm-reaches-nobody",
            "budget-alert-unrouted",
            "sns-topic-kms-undeliverable",
        ],
    ),
    (
        "aws/budget",
        "budgets:ViewBudget",
        true,
        &[
            "budget-alert-missing",
            "budget-alert-unrouted",
            "budget-exceeded",
            "budget-forecast-alert-missing",
            "budget-missing",
        ],
    ),
    (
        "aws/budget-alerts",
        "budgets:ViewBudget",
        true,
        &[
            "alert-topic-no-email",
            "budget-alert-missing",
            "budget-alert-unrouted",
            "budget-forecast-alert-missing",
            "sns-slack-direct-webhook",
            "sns-subscription-pending",
            "sns-topic-kms-undeliverable",
            "sns-topic-publish-denied",
        ],
    ),
    (
        "aws/budget-action",
        "budgets:DescribeBudgetActionsForAccount",
        true,
        &["budget-alert-unrouted"],
    ),
    (
        "aws/organization",
        "organizations:DescribeOrganization",
        true,
        &[],
    ),
    (
        "aws/ecs-service",
        "ecs:ListClusters",
        false,
        &["alert-topic-missing"],
    ),
    (
        "aws/load-balancer",
        "elasticloadbalancing:DescribeLoadBalancers",
        false,
        &[],
    ),
];
