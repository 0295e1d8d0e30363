//! Conditions that limit a statement on `*` to some resources.

use crate::condition::{Comparison, Operator, Quantifier};
use crate::document::{Condition, Statement};
use crate::table::Action;

/// Keys that identify the resource of a call. The keys of resource tags are recognized by their name.
///
/// Service Authorization Reference, condition keys of the services.
const RESOURCE_KEYS: &[&str] = &[
    "autoscaling:LaunchConfigurationName",
    "cloudwatch:namespace",
    "ec2:CreateAction",
    "ec2:InstanceID",
    "ec2:PlacementGroup",
    "ec2:Subnet",
    "ec2:Volume",
    "ec2:VolumeID",
    "ec2:Vpc",
    "ec2:VpcID",
    "ecs:cluster",
    "ecs:container-instances",
    "ecs:service",
    "ecs:task",
    "ecs:task-definition",
    "eks:clusterName",
    "elasticloadbalancing:ListenerArn",
    "iam:AWSServiceName",
    "kms:RequestAlias",
    "kms:ResourceAliases",
    "lambda:FunctionArn",
    "lambda:Layer",
    "rds:DatabaseName",
    "secretsmanager:Name",
    "secretsmanager:SecretId",
    "secretsmanager:SecretPrimaryRegion",
    "sns:TopicArn",
    "ssm:DocumentName",
];

/// Whether a condition of the statement limits the action to some resources.
pub(super) fn is_scoped(statement: &Statement, action: &Action<'_>) -> bool {
    statement
        .conditions()
        .iter()
        .any(|one| names_resource(one.key()) && restricts(one) && action.takes_key(one.key()))
}

fn names_resource(key: &str) -> bool {
    let lower = key.to_ascii_lowercase();
    let tag = lower.contains("resourcetag/") || lower.ends_with("-tag") || {
        // The tags of Amazon RDS: `rds:db-tag/NAME`, `rds:cluster-tag/NAME`.
        lower
            .split_once('/')
            .is_some_and(|(head, _)| head.ends_with("-tag"))
    };
    tag || RESOURCE_KEYS
        .iter()
        .any(|one| one.eq_ignore_ascii_case(key))
}

/// Whether a request without the key, or with any value, does not meet the condition.
fn restricts(condition: &Condition) -> bool {
    let Some(operator) = Operator::parse(condition.operator()) else {
        return false;
    };
    let everything = |value: &String| value.chars().all(|c| c == '*');
    let text = matches!(
        operator.comparison,
        Comparison::Text { .. } | Comparison::Like | Comparison::Arn
    );
    text && !operator.negated
        && !operator.if_exists
        && operator.quantifier != Some(Quantifier::All)
        && !condition.values().iter().any(everything)
}
