use harden_core::{
    Evidence, Judgement, Judging, Known, Meta, Remediation, Rule, Severity, Verdict, hcl_string,
};
use serde_json::json;

use crate::AwsPolicy;
use crate::remediations::cli::aws;
use crate::remediations::log_group::supported;
use crate::resources::LogGroup;
use crate::text::counted;

pub(crate) static CHECK: Rule<LogGroup, AwsPolicy> = Rule::new(
    Meta::new(
        "aws/log-group-retention-unset",
        "Log groups have a retention period",
        Severity::Low,
    )
    .tags(&["guide:6"])
    .remediation("Set a retention period for the log group.")
    .page(include_str!("log_group_retention_unset.md"))
    .since("0.1.0"),
    judge,
);

fn judge(group: &LogGroup, j: &Judging<AwsPolicy>) -> Judgement {
    if matches!(&group.class, Known::Yes(Some(class)) if class == "DELIVERY") {
        return Ok(Verdict::not_applicable(
            "the log group has the class DELIVERY, which keeps events for two days",
        ));
    }
    let limit = j.policy.costs.log_retention_days;
    let days = *group.retention_days.get()?;
    let found = match days {
        Some(days) => counted(days, "day"),
        None => "not set (events never expire)".to_owned(),
    };
    // Without a known class no verdict is certain: the log group may have the class DELIVERY.
    let evidence = Evidence::of("retentionInDays", found, "logs:DescribeLogGroups")
        .expected(format!("at most {}", counted(limit, "day")));
    group.class.get()?;
    if days.is_some_and(|days| days <= i64::from(limit)) {
        return Ok(Verdict::Pass(evidence));
    }
    let new = supported(limit);
    let name = &*j.id.name;
    let remediation = Remediation::new(format!(
        "keep events for {}; older events are deleted, so first export what must be kept",
        counted(new, "day")
    ))
    .step(
        aws("logs", "put-retention-policy")
            .json(&json!({"logGroupName": name, "retentionInDays": new}))
            .region(&j.id.place.region)
            .step("Set the retention period", &["logs:PutRetentionPolicy"])
            .destructive(),
    )
    .terraform(format!(
        "resource \"aws_cloudwatch_log_group\" \"this\" {{\n  name              = {}\n  \
         retention_in_days = {new}\n}}\n",
        hcl_string(name),
    ))
    .link("https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/Working-with-log-groups-and-streams.html#SettingLogRetention");
    Ok(Verdict::Fail(evidence, remediation))
}
