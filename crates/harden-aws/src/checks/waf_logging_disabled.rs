use harden_core::{Arg, Evidence, Judgement, Judging, Meta, Remediation, Rule, Severity, Verdict};

use crate::AwsPolicy;
use crate::arn::Arn;
use crate::remediations::waf::{logging, logging_terraform};
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

fn judge(acl: &AclWithLogging, j: &Judging<AwsPolicy>) -> Judgement {
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
    let days = j.policy.costs.log_retention_days;
    Ok(Verdict::Fail(evidence, remediation(acl, days)))
}

fn remediation(acl: &AclWithLogging, days: u32) -> Remediation {
    let name = Arn::parse(&acl.arn)
        .and_then(|arn| arn.resource.split('/').nth(2))
        .unwrap_or_default();
    let to = Remediation::new(
        "write the inspected requests to a log group with a retention period, without the headers \
         that contain credentials",
    );
    logging(to, Arg::from(&*acl.arn), name, &acl.place, &acl.arn, days)
        .terraform(logging_terraform(name, days))
        .link("https://docs.aws.amazon.com/waf/latest/developerguide/logging.html")
}
