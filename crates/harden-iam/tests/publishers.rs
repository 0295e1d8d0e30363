//! Who can publish to a topic and use its key, with policies that real accounts have.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use harden_iam::{Context, Decision, Policy, Principal, Request, Statement};

const ACCOUNT: &str = "392853978631";
const TOPIC: &str = "arn:aws:sns:us-east-2:392853978631:alerts";
const KEY: &str = "arn:aws:kms:us-east-2:392853978631:key/1234abcd-12ab-34cd-56ef-1234567890ab";

/// The policy that SNS gives a new topic.
fn default_topic_policy() -> Policy {
    Policy::parse(&format!(
        r#"{{"Version": "2008-10-17", "Id": "__default_policy_ID", "Statement": [{{
            "Sid": "__default_statement_ID", "Effect": "Allow", "Principal": {{"AWS": "*"}},
            "Action": ["SNS:GetTopicAttributes", "SNS:SetTopicAttributes", "SNS:AddPermission",
                "SNS:RemovePermission", "SNS:DeleteTopic", "SNS:Subscribe",
                "SNS:ListSubscriptionsByTopic", "SNS:Publish"],
            "Resource": "{TOPIC}",
            "Condition": {{"StringEquals": {{"AWS:SourceOwner": "{ACCOUNT}"}}}}}}]}}"#
    ))
    .unwrap()
}

/// What is known when an alarm of an account notifies the topic.
fn alarm(account: &str) -> Request {
    let context = Context::unknown_otherwise()
        .with("aws:SourceOwner", account)
        .with("aws:SourceAccount", account)
        .with(
            "aws:SourceArn",
            format!("arn:aws:cloudwatch:us-east-2:{account}:alarm:cpu"),
        );
    let caller = Principal::service("cloudwatch.amazonaws.com");
    Request::new(caller, "sns:Publish", TOPIC, context)
}

/// What is known when a budget of an account notifies the topic.
fn budget(account: &str) -> Request {
    let context = Context::unknown_otherwise()
        .without("aws:SourceOwner")
        .with("aws:SourceAccount", account)
        .with(
            "aws:SourceArn",
            format!("arn:aws:budgets::{account}:budget/monthly"),
        );
    let caller = Principal::service("budgets.amazonaws.com");
    Request::new(caller, "sns:Publish", TOPIC, context)
}

fn budgets_statement() -> Statement {
    Statement::allow_service(
        "AllowBudgets",
        "budgets.amazonaws.com",
        ["SNS:Publish"],
        TOPIC,
    )
    .from_account(ACCOUNT)
    .from_source("arn:aws:budgets::392853978631:*")
}

#[test]
fn the_default_topic_policy_admits_alarms_but_not_budgets() {
    let policy = default_topic_policy();
    assert!(policy.evaluate(&alarm(ACCOUNT)).is_allowed());
    assert_eq!(
        policy.evaluate(&alarm("111122223333")),
        Decision::ImplicitlyDenied
    );
    assert_eq!(
        policy.evaluate(&budget(ACCOUNT)),
        Decision::ImplicitlyDenied
    );
    assert_eq!(policy.public_grants(&["sns:Publish", "sns:Subscribe"]), []);
}

#[test]
fn a_statement_for_budgets_admits_them_and_keeps_the_alarms() {
    let before = default_topic_policy();
    let after = before.with_statement(budgets_statement());
    let Decision::Allowed { statement } = after.evaluate(&budget(ACCOUNT)) else {
        panic!("budgets are admitted");
    };
    assert_eq!(
        (statement.index, statement.sid.as_deref()),
        (1, Some("AllowBudgets"))
    );
    assert!(after.evaluate(&alarm(ACCOUNT)).is_allowed());
    assert!(after.evaluate(&budget("111122223333")).is_denied());
    assert_eq!(after.statements()[0], before.statements()[0]);
    assert_eq!(after.id(), Some("__default_policy_ID"));
    assert_eq!(after.public_grants(&["sns:Publish"]), []);
    let again = after.with_statement(budgets_statement());
    assert_eq!(again, after, "applied twice, it is there once");
}

#[test]
fn a_budget_with_unknown_keys_is_undetermined() {
    let policy = Policy::new().with_statement(budgets_statement());
    let caller = Principal::service("budgets.amazonaws.com");
    let context = Context::unknown_otherwise().with("aws:SourceAccount", ACCOUNT);
    let decision = policy.evaluate(&Request::new(caller, "sns:Publish", TOPIC, context));
    assert!(matches!(decision, Decision::Undetermined { key, .. } if key == "aws:SourceArn"));
}

#[test]
fn a_key_policy_admits_its_service() {
    let policy = Policy::parse(&format!(
        r#"{{"Version": "2012-10-17", "Statement": [
            {{"Sid": "Enable IAM User Permissions", "Effect": "Allow",
              "Principal": {{"AWS": "arn:aws:iam::{ACCOUNT}:root"}}, "Action": "kms:*", "Resource": "*"}},
            {{"Sid": "Alarms", "Effect": "Allow", "Principal": {{"Service": "cloudwatch.amazonaws.com"}},
              "Action": ["kms:Decrypt", "kms:GenerateDataKey*"], "Resource": "*"}}]}}"#
    ))
    .unwrap();
    let may = |service: &str, action: &str| {
        let context = Context::unknown_otherwise().with("aws:SourceAccount", ACCOUNT);
        policy.evaluate(&Request::new(
            Principal::service(service),
            action,
            KEY,
            context,
        ))
    };
    for action in [
        "kms:Decrypt",
        "kms:GenerateDataKey",
        "kms:GenerateDataKeyWithoutPlaintext",
    ] {
        assert!(
            may("cloudwatch.amazonaws.com", action).is_allowed(),
            "{action}"
        );
        assert!(may("budgets.amazonaws.com", action).is_denied(), "{action}");
    }
    assert!(may("cloudwatch.amazonaws.com", "kms:Encrypt").is_denied());
    assert_eq!(policy.public_grants(&["kms:Decrypt"]), []);
}
