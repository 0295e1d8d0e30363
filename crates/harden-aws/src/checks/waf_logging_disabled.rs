use harden_core::{Evidence, Judgement, Judging, Meta, Remediation, Rule, Severity, Verdict};
use serde_json::json;

use crate::AwsPolicy;
use crate::arn::Arn;
use crate::remediations::cli::aws;
use crate::views::AclWithLogging;

pub(crate) static CHECK: Rule<AclWithLogging, AwsPolicy> = Rule::new(
    Meta::new(
        "aws/waf-logging-disabled",
        "Web ACLs of load balancers write logs",
        Severity::Medium,
    )
    .tags(&["guide:5", "beyond-guide"])
    .remediation("Add a logging configuration to the web ACL.")
    .page(include_str!("waf_logging_disabled.md"))
    .since("0.1.0"),
    judge,
);

fn judge(acl: &AclWithLogging, _: &Judging<AwsPolicy>) -> Judgement {
    acl.load_balancers.get()?;
    let destinations = acl.destinations.get()?;
    let found = match destinations.as_slice() {
        [] => "missing".to_owned(),
        all => all.join(", "),
    };
    let source = "wafv2:ListLoggingConfigurations";
    let evidence = Evidence::of("LogDestinationConfigs", found, source);
    let evidence = evidence.expected("a log group, a delivery stream or a bucket");
    if !destinations.is_empty() {
        return Ok(Verdict::Pass(evidence));
    }
    Ok(Verdict::Fail(evidence, remediation(acl)))
}

fn remediation(acl: &AclWithLogging) -> Remediation {
    let arn = Arn::parse(&acl.arn);
    let (partition, name) = arn.map_or(("aws", ""), |arn| {
        (
            arn.partition,
            arn.resource.split('/').nth(2).unwrap_or_default(),
        )
    });
    // WAF accepts only log groups whose name starts with this prefix:
    // https://docs.aws.amazon.com/waf/latest/developerguide/logging-cw-logs.html
    let group = format!("aws-waf-logs-{name}");
    let (account, region) = (&acl.place.account, &*acl.place.region);
    let destination = format!("arn:{partition}:logs:{region}:{account}:log-group:{group}");
    let input = json!({"LoggingConfiguration": {
        "ResourceArn": &*acl.arn, "LogDestinationConfigs": [destination],
        // Credentials of users must not be in a log.
        "RedactedFields": [
            {"SingleHeader": {"Name": "authorization"}}, {"SingleHeader": {"Name": "cookie"}},
        ],
    }});
    Remediation::new(
        "write the inspected requests to a log group, without the headers that contain \
         credentials; set a retention period for the log group, because it grows with the \
         traffic",
    )
    .step(
        aws("logs", "create-log-group")
            .opt("--log-group-name", &*group)
            .region(region)
            .step("Create the log group", &["logs:CreateLogGroup"]),
    )
    .step(
        aws("wafv2", "put-logging-configuration")
            .json(&input)
            .region(region)
            .step(
                "Send the logs to the log group",
                &[
                    "wafv2:PutLoggingConfiguration",
                    "logs:CreateLogDelivery",
                    "logs:DescribeLogGroups",
                    "logs:DescribeResourcePolicies",
                    "logs:PutResourcePolicy",
                ],
            ),
    )
    .terraform(
        "resource \"aws_wafv2_web_acl_logging_configuration\" \"this\" {\n  resource_arn            = \
         aws_wafv2_web_acl.this.arn\n  log_destination_configs = \
         [aws_cloudwatch_log_group.waf.arn]\n}\n",
    )
    .link("https://docs.aws.amazon.com/waf/latest/developerguide/logging.html")
}
