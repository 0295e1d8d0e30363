//! The fields whose absence, or whose `null`, may make a finding better, because the API itself
//! leaves them out to state something. Each has the page of the API reference and the meaning of the
//! absence.

use harden_core::testing::Exception;

pub(crate) const EXCEPTIONS: &[Exception] = &[
    Exception::absent(
        "aws/alarm-history",
        "changes.all",
        "https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarmHistory.html: \
         without AlarmName it returns the history of all alarms. An alarm without an entry \
         did not change its state",
    ),
    Exception::absent(
        "aws/alarm-history",
        "changes.saaspe-production-ecs-cpu-high",
        "https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarmHistory.html: \
         without AlarmName it returns the history of all alarms. An alarm without an entry \
         did not change its state",
    ),
    Exception::null(
        "aws/alarm-metric",
        "data",
        "https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricDataResult.html, \
         Values: empty where the metric has no datapoint. The load balancer reports \
         HTTPCode_Target_5XX_Count only where it is not zero",
    ),
    Exception::null(
        "aws/budget",
        "billing_view",
        "https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_budgets_Budget.html, \
         BillingViewArn, required: no. A budget without it counts the costs of the account",
    ),
    Exception::null(
        "aws/budget",
        "filter_expression",
        "https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_budgets_Budget.html, \
         FilterExpression, required: no. A budget without it is not filtered by an expression",
    ),
    Exception::null(
        "aws/budget",
        "starts_at",
        "https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_budgets_TimePeriod.html, \
         Start, required: no. \"If you created your budget and didn't specify a start date, AWS \
         defaults to the start of your chosen time period\"",
    ),
    Exception::null(
        "aws/budget",
        "ends_at",
        "https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_budgets_TimePeriod.html, \
         End, required: no. A budget without an end date does not end",
    ),
    Exception::absent(
        "aws/budget",
        "filters.LinkedAccount",
        "https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_budgets_Budget.html, \
         CostFilters, required: no. \"The cost filters that are applied to a budget\": \
         without an entry for a dimension it is not filtered",
    ),
    Exception::absent(
        "aws/budget",
        "filters.Service",
        "https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_budgets_Budget.html, \
         CostFilters, required: no. \"The cost filters that are applied to a budget\": \
         without an entry for a dimension it is not filtered",
    ),
    Exception::absent(
        "aws/cloudwatch-alarm",
        "definition.metric.evaluation_state",
        "https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricAlarm.html, \
         EvaluationState, required: no. Its values are errors and partial data: an alarm without \
         it is evaluated",
    ),
    Exception::null(
        "aws/cloudwatch-alarm",
        "definition.metric.evaluation_state",
        "https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricAlarm.html, \
         EvaluationState, required: no. Its values are errors and partial data: an alarm without \
         it is evaluated",
    ),
    Exception::absent(
        "aws/cloudwatch-alarm",
        "definition.metric.metric.dimensions.*",
        "https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_Metric.html, \
         Dimensions, required: no. Each combination of dimensions is a metric of its own: \
         without a dimension it is another metric",
    ),
    Exception::absent(
        "aws/cloudwatch-alarm",
        "definition.metric.queries[].metric.dimensions.*",
        "https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_Metric.html, \
         Dimensions, required: no. Each combination of dimensions is a metric of its own: \
         without a dimension it is another metric",
    ),
    Exception::absent(
        "aws/cloudwatch-alarm",
        "definition.metric.queries[].account",
        "https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricDataQuery.html, \
         AccountId, required: no. \"Use this to specify which account contains the metric\": \
         without it the metric is in the account of the alarm",
    ),
    Exception::null(
        "aws/cloudwatch-alarm",
        "definition.metric.queries[].account",
        "https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricDataQuery.html, \
         AccountId, required: no. \"Use this to specify which account contains the metric\": \
         without it the metric is in the account of the alarm",
    ),
    Exception::absent(
        "aws/cloudwatch-alarm",
        "definition.metric.treat_missing_data",
        "https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricAlarm.html, \
         TreatMissingData: \"If this parameter is omitted, the default behavior of missing is \
         used\"",
    ),
    Exception::null(
        "aws/cloudwatch-alarm",
        "definition.metric.treat_missing_data",
        "https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricAlarm.html, \
         TreatMissingData: \"If this parameter is omitted, the default behavior of missing is \
         used\"",
    ),
    Exception::absent(
        "aws/cloudwatch-alarm",
        "definition.metric.unit",
        "https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html, \
         Unit: \"If you don't specify Unit, CloudWatch retrieves all unit types that have \
         been published for the metric\"",
    ),
    Exception::null(
        "aws/cloudwatch-alarm",
        "definition.metric.unit",
        "https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html, \
         Unit: \"If you don't specify Unit, CloudWatch retrieves all unit types that have \
         been published for the metric\"",
    ),
    Exception::absent(
        "aws/db-instance",
        "tags.Environment",
        "https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DBInstance.html, TagList: a tag \
         that is not listed is not set",
    ),
    Exception::null(
        "aws/db-cluster",
        "internet_gateway",
        "https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DBCluster.html, \
         InternetAccessGatewayEnabled: \"This setting is applicable only for Aurora PostgreSQL \
         clusters created through express configuration\"",
    ),
    Exception::absent(
        "aws/restore-events",
        "events[].restore_type",
        "https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_RestoreDBClusterToPointInTime.html, \
         RestoreType: \"If you don't specify a RestoreType value, then the new DB cluster is \
         restored as a full copy of the source DB cluster\"",
    ),
    Exception::null(
        "aws/restore-events",
        "events[].restore_type",
        "https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_RestoreDBClusterToPointInTime.html, \
         RestoreType: \"If you don't specify a RestoreType value, then the new DB cluster is \
         restored as a full copy of the source DB cluster\"",
    ),
    Exception::null(
        "aws/restore-jobs",
        "jobs[].validation",
        "https://docs.aws.amazon.com/aws-backup/latest/devguide/API_RestoreJobsListMember.html, \
         ValidationStatus, required: no. \"The status of validation run on the indicated restore \
         job\": a job without a validation has none",
    ),
    Exception::null(
        "aws/db-instance",
        "cluster",
        "https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DBInstance.html, \
         DBClusterIdentifier, required: no. \"If the DB instance is a member of a DB cluster, \
         indicates the name of the DB cluster\": an instance without it is in no cluster",
    ),
    Exception::null(
        "aws/iam-role",
        "boundary",
        "https://docs.aws.amazon.com/IAM/latest/APIReference/API_RoleDetail.html, \
         PermissionsBoundary, required: no. A role without it has no permissions boundary",
    ),
    Exception::null(
        "aws/scaling-schedule",
        "ends_at",
        "https://docs.aws.amazon.com/autoscaling/application/APIReference/API_ScheduledAction.html, \
         EndTime, required: no. A scheduled action without it does not end",
    ),
    Exception::null(
        "aws/secret",
        "deleted_at",
        "https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_SecretListEntry.html, \
         DeletedDate: \"Not present on active secrets\"",
    ),
    Exception::null(
        "aws/secret",
        "last_accessed",
        "https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_SecretListEntry.html, \
         LastAccessedDate: \"This field is omitted if the secret has never been retrieved in the \
         Region\"",
    ),
    Exception::null(
        "aws/secret",
        "last_rotated",
        "https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_SecretListEntry.html, \
         LastRotatedDate: \"This value is null if the secret hasn't ever rotated\"",
    ),
    Exception::null(
        "aws/secret",
        "owning_service",
        "https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_SecretListEntry.html, \
         OwningService, required: no. \"Returns the name of the service that created the \
         secret\": a secret of a person has none",
    ),
    Exception::absent(
        "aws/secret",
        "tags.harden:class",
        "https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_SecretListEntry.html, \
         Tags: \"The list of user-defined tags associated with the secret\". A tag that is \
         not listed is not set",
    ),
    Exception::null(
        "aws/sns-topic",
        "kms_key",
        "https://docs.aws.amazon.com/sns/latest/api/API_GetTopicAttributes.html, \
         KmsMasterKeyId applies to server-side encryption only: a topic without it is not \
         encrypted with a KMS key",
    ),
    Exception::null(
        "aws/topic-subscriptions",
        "subscriptions[].filter",
        "https://docs.aws.amazon.com/sns/latest/dg/sns-message-filtering.html: \"By default, an \
         Amazon SNS topic subscriber receives every message that's published to the topic\". \
         GetSubscriptionAttributes returns FilterPolicy only where one is set",
    ),
    Exception::absent(
        "aws/web-acl-rules",
        "rules[].RuleLabels",
        "https://docs.aws.amazon.com/waf/latest/APIReference/API_Rule.html, RuleLabels, \
         required: no. A rule without labels adds none",
    ),
    Exception::absent(
        "aws/web-acl-rules",
        "rules[].Statement.ManagedRuleGroupStatement.ExcludedRules",
        "https://docs.aws.amazon.com/waf/latest/APIReference/API_ManagedRuleGroupStatement.html, \
         ExcludedRules, required: no. Without it no rule of the group is set to Count",
    ),
    Exception::absent(
        "aws/web-acl-rules",
        "rules[].Statement.ManagedRuleGroupStatement.RuleActionOverrides",
        "https://docs.aws.amazon.com/waf/latest/APIReference/API_ManagedRuleGroupStatement.html, \
         RuleActionOverrides, required: no. Without it every rule keeps its own action",
    ),
    Exception::absent(
        "aws/web-acl-rules",
        "rules[].Statement.ManagedRuleGroupStatement.ScopeDownStatement",
        "https://docs.aws.amazon.com/waf/latest/APIReference/API_ManagedRuleGroupStatement.html, \
         ScopeDownStatement: \"An optional nested statement that narrows the scope of the web \
         requests that are evaluated\"",
    ),
    Exception::null(
        "aws/web-acl-rules",
        "rules[].Statement.ManagedRuleGroupStatement.ScopeDownStatement",
        "https://docs.aws.amazon.com/waf/latest/APIReference/API_ManagedRuleGroupStatement.html, \
         ScopeDownStatement: \"An optional nested statement that narrows the scope of the web \
         requests that are evaluated\"",
    ),
    Exception::absent(
        "aws/web-acl-rules",
        "rules[].Statement.RateBasedStatement.EvaluationWindowSec",
        "https://docs.aws.amazon.com/waf/latest/APIReference/API_RateBasedStatement.html, \
         EvaluationWindowSec, required: no. \"Default: 300 (5 minutes)\"",
    ),
    Exception::null(
        "aws/web-acl-rules",
        "rules[].Statement.RateBasedStatement.EvaluationWindowSec",
        "https://docs.aws.amazon.com/waf/latest/APIReference/API_RateBasedStatement.html, \
         EvaluationWindowSec, required: no. \"Default: 300 (5 minutes)\"",
    ),
    Exception::absent(
        "aws/web-acl-rules",
        "rules[].Statement.RateBasedStatement.ScopeDownStatement",
        "https://docs.aws.amazon.com/waf/latest/APIReference/API_RateBasedStatement.html, \
         ScopeDownStatement: \"An optional nested statement that narrows the scope of the web \
         requests that are evaluated and managed\"",
    ),
    Exception::null(
        "aws/web-acl-rules",
        "rules[].Statement.RateBasedStatement.ScopeDownStatement",
        "https://docs.aws.amazon.com/waf/latest/APIReference/API_RateBasedStatement.html, \
         ScopeDownStatement: \"An optional nested statement that narrows the scope of the web \
         requests that are evaluated and managed\"",
    ),
    Exception::absent(
        "aws/web-acl-rules",
        "rules[].Statement.RuleGroupReferenceStatement.ExcludedRules",
        "https://docs.aws.amazon.com/waf/latest/APIReference/API_RuleGroupReferenceStatement.html, \
         ExcludedRules, required: no. Without it no rule of the group is set to Count",
    ),
    Exception::absent(
        "aws/web-acl-rules",
        "rules[].Statement.RuleGroupReferenceStatement.RuleActionOverrides",
        "https://docs.aws.amazon.com/waf/latest/APIReference/API_RuleGroupReferenceStatement.html, \
         RuleActionOverrides, required: no. Without it every rule keeps its own action",
    ),
];
