use harden_core::{Evidence, Judgement, Judging, Meta, Remediation, Rule, Severity, Verdict};
use serde_json::json;

use crate::AwsPolicy;
use crate::remediations::balancer::terraform;
use crate::remediations::cli::{Input, aws};
use crate::views::{Balancer, BalancerWithAttributes};

pub(crate) static CHECK: Rule<BalancerWithAttributes, AwsPolicy> = Rule::new(
    Meta::new(
        "aws/alb-access-logs-disabled",
        "Load balancers write access logs",
        Severity::Low,
    )
    .tags(&["guide:5", "beyond-guide"])
    .remediation("Enable access logs to an S3 bucket.")
    .page(include_str!("alb_access_logs_disabled.md"))
    .since("0.1.0"),
    judge,
);

const ATTRIBUTE: &str = "access_logs.s3.enabled";

const BUCKET: Input = Input {
    marker: "\u{e001}",
    name: "LOG_BUCKET",
    hint: "a bucket in this region whose policy lets Elastic Load Balancing write",
};

fn judge(subject: &BalancerWithAttributes, _: &Judging<AwsPolicy>) -> Judgement {
    if let Some(verdict) = subject.balancer.not_an_alb()? {
        return Ok(verdict);
    }
    let is_on = *subject.attributes.get()?.access_logs.get()?;
    let source = "elasticloadbalancing:DescribeLoadBalancerAttributes";
    let evidence = Evidence::of(ATTRIBUTE, is_on, source).expected("true");
    if is_on {
        return Ok(Verdict::Pass(evidence));
    }
    Ok(Verdict::Fail(evidence, remediation(&subject.balancer)))
}

fn remediation(balancer: &Balancer) -> Remediation {
    let input = json!({
        "LoadBalancerArn": &*balancer.arn,
        "Attributes": [
            {"Key": ATTRIBUTE, "Value": "true"},
            {"Key": "access_logs.s3.bucket", "Value": BUCKET.marker},
        ],
    });
    let block = "  access_logs {\n    bucket  = var.log_bucket\n    enabled = true\n  }\n";
    Remediation::new(
        "write access logs to a bucket in the same region; its policy must let Elastic Load \
         Balancing write, and a lifecycle rule should delete old logs",
    )
    .step(
        aws("elbv2", "modify-load-balancer-attributes")
            .json_with(&input, &[BUCKET])
            .region(&balancer.place.region)
            .step(
                "Enable access logs; the other attributes do not change",
                &["elasticloadbalancing:ModifyLoadBalancerAttributes"],
            ),
    )
    .terraform(terraform(balancer, block))
    .link("https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html")
}
