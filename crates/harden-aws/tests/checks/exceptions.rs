//! The fields whose absence, or whose `null`, may make a finding better, since the API itself says
//! something by it. Each has the line of the API's documentation that says so.

use harden_core::testing::Exception;

pub(crate) const EXCEPTIONS: &[Exception] = &[
    Exception::absent("aws/alarm-history", "changes.all", "to be fixed"),
    Exception::absent(
        "aws/alarm-history",
        "changes.saaspe-production-ecs-cpu-high",
        "to be fixed",
    ),
    Exception::null("aws/alarm-metric", "data", "to be fixed"),
    Exception::null("aws/budget", "ends_at", "to be fixed"),
    Exception::absent("aws/budget", "filters.LinkedAccount", "to be fixed"),
    Exception::absent("aws/budget", "filters.Service", "to be fixed"),
    Exception::absent(
        "aws/cloudwatch-alarm",
        "definition.metric.comparison",
        "to be fixed",
    ),
    Exception::null(
        "aws/cloudwatch-alarm",
        "definition.metric.comparison",
        "to be fixed",
    ),
    Exception::absent(
        "aws/cloudwatch-alarm",
        "definition.metric.metric.dimensions.AvailabilityZone",
        "to be fixed",
    ),
    Exception::absent(
        "aws/cloudwatch-alarm",
        "definition.metric.metric.dimensions.TargetGroup",
        "to be fixed",
    ),
    Exception::absent(
        "aws/cloudwatch-alarm",
        "definition.metric.queries[].account",
        "to be fixed",
    ),
    Exception::null(
        "aws/cloudwatch-alarm",
        "definition.metric.queries[].account",
        "to be fixed",
    ),
    Exception::absent(
        "aws/cloudwatch-alarm",
        "definition.metric.queries[].metric",
        "to be fixed",
    ),
    Exception::null(
        "aws/cloudwatch-alarm",
        "definition.metric.queries[].metric",
        "to be fixed",
    ),
    Exception::absent(
        "aws/cloudwatch-alarm",
        "definition.metric.queries[].metric.dimensions",
        "to be fixed",
    ),
    Exception::absent(
        "aws/cloudwatch-alarm",
        "definition.metric.queries[].metric.dimensions.LoadBalancer",
        "to be fixed",
    ),
    Exception::absent(
        "aws/cloudwatch-alarm",
        "definition.metric.statistic",
        "to be fixed",
    ),
    Exception::null(
        "aws/cloudwatch-alarm",
        "definition.metric.statistic",
        "to be fixed",
    ),
    Exception::absent(
        "aws/cloudwatch-alarm",
        "definition.metric.treat_missing_data",
        "to be fixed",
    ),
    Exception::null(
        "aws/cloudwatch-alarm",
        "definition.metric.treat_missing_data",
        "to be fixed",
    ),
    Exception::absent(
        "aws/cloudwatch-alarm",
        "definition.metric.unit",
        "to be fixed",
    ),
    Exception::null(
        "aws/cloudwatch-alarm",
        "definition.metric.unit",
        "to be fixed",
    ),
    Exception::absent("aws/dashboard", "shows[].region", "to be fixed"),
    Exception::null("aws/dashboard", "shows[].region", "to be fixed"),
    Exception::null("aws/iam-role", "boundary", "to be fixed"),
    Exception::null("aws/scaling-schedule", "ends_at", "to be fixed"),
    Exception::null("aws/secret", "deleted_at", "to be fixed"),
    Exception::null("aws/secret", "last_rotated", "to be fixed"),
    Exception::null("aws/secret", "next_rotation", "to be fixed"),
    Exception::null("aws/secret", "owning_service", "to be fixed"),
    Exception::null("aws/secret", "rotation_days", "to be fixed"),
    Exception::null("aws/secret", "rotation_schedule", "to be fixed"),
    Exception::absent("aws/secret", "tags.harden:class", "to be fixed"),
    Exception::null("aws/sns-topic", "kms_key", "to be fixed"),
    Exception::absent(
        "aws/topic-subscriptions",
        "subscriptions[].host",
        "to be fixed",
    ),
    Exception::null(
        "aws/topic-subscriptions",
        "subscriptions[].host",
        "to be fixed",
    ),
    Exception::absent(
        "aws/web-acl-rules",
        "first_rules[].OverrideAction.Count",
        "to be fixed",
    ),
    Exception::absent("aws/web-acl-rules", "rules[].Action.Allow", "to be fixed"),
    Exception::absent("aws/web-acl-rules", "rules[].Action.Block", "to be fixed"),
    Exception::absent(
        "aws/web-acl-rules",
        "rules[].OverrideAction.Count",
        "to be fixed",
    ),
    Exception::absent("aws/web-acl-rules", "rules[].RuleLabels", "to be fixed"),
    Exception::absent(
        "aws/web-acl-rules",
        "rules[].Statement.ManagedRuleGroupStatement",
        "to be fixed",
    ),
    Exception::null(
        "aws/web-acl-rules",
        "rules[].Statement.ManagedRuleGroupStatement",
        "to be fixed",
    ),
    Exception::absent(
        "aws/web-acl-rules",
        "rules[].Statement.ManagedRuleGroupStatement.ExcludedRules",
        "to be fixed",
    ),
    Exception::absent(
        "aws/web-acl-rules",
        "rules[].Statement.ManagedRuleGroupStatement.RuleActionOverrides",
        "to be fixed",
    ),
    Exception::absent(
        "aws/web-acl-rules",
        "rules[].Statement.ManagedRuleGroupStatement.RuleActionOverrides[].ActionToUse.Allow",
        "to be fixed",
    ),
    Exception::absent(
        "aws/web-acl-rules",
        "rules[].Statement.ManagedRuleGroupStatement.RuleActionOverrides[].ActionToUse.Count",
        "to be fixed",
    ),
    Exception::absent(
        "aws/web-acl-rules",
        "rules[].Statement.ManagedRuleGroupStatement.ScopeDownStatement",
        "to be fixed",
    ),
    Exception::null(
        "aws/web-acl-rules",
        "rules[].Statement.ManagedRuleGroupStatement.ScopeDownStatement",
        "to be fixed",
    ),
    Exception::absent(
        "aws/web-acl-rules",
        "rules[].Statement.RateBasedStatement.CustomKeys[].UriPath",
        "to be fixed",
    ),
    Exception::absent(
        "aws/web-acl-rules",
        "rules[].Statement.RateBasedStatement.EvaluationWindowSec",
        "to be fixed",
    ),
    Exception::null(
        "aws/web-acl-rules",
        "rules[].Statement.RateBasedStatement.EvaluationWindowSec",
        "to be fixed",
    ),
    Exception::absent(
        "aws/web-acl-rules",
        "rules[].Statement.RateBasedStatement.ScopeDownStatement",
        "to be fixed",
    ),
    Exception::null(
        "aws/web-acl-rules",
        "rules[].Statement.RateBasedStatement.ScopeDownStatement",
        "to be fixed",
    ),
    Exception::absent(
        "aws/web-acl-rules",
        "rules[].Statement.RuleGroupReferenceStatement.ExcludedRules",
        "to be fixed",
    ),
    Exception::absent(
        "aws/web-acl-rules",
        "rules[].Statement.RuleGroupReferenceStatement.RuleActionOverrides",
        "to be fixed",
    ),
];
