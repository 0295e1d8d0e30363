use harden_core::{Evidence, Judgement, Judging, Meta, Remediation, Rule, Severity, Verdict};
use serde_json::json;

use crate::AwsPolicy;
use crate::remediations::balancer::terraform;
use crate::remediations::cli::{Input, aws};
use crate::views::{Balancer, SetUpBalancer};

pub(crate) static CHECK: Rule<SetUpBalancer, AwsPolicy> = Rule::new(
    Meta::new(
        "aws/alb-access-logs-disabled",
        "Load balancers log the requests they take",
        Severity::Low,
    )
    .tags(&["guide:5", "beyond-guide"])
    .remediation("Switch access logs to an S3 bucket on.")
    .page(include_str!("alb_access_logs_disabled.md"))
    .since("0.1.0"),
    judge,
);

const ATTRIBUTE: &str = "access_logs.s3.enabled";

const BUCKET: Input = Input {
    marker: "\u{e001}",
    name: "LOG_BUCKET",
    hint: "a bucket of this region whose policy lets load balancers write",
};

fn judge(subject: &SetUpBalancer, _: &Judging<AwsPolicy>) -> Judgement {
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
        "write access logs to a bucket of the same region; its policy must let Elastic Load Balancing write, and a lifecycle rule should end what nobody reads any more",
    )
    .step(
        aws("elbv2", "modify-load-balancer-attributes")
            .json_with(&input, &[BUCKET])
            .region(&balancer.place.region)
            .step(
                "Switch access logs on; all other attributes stay",
                &["elasticloadbalancing:ModifyLoadBalancerAttributes"],
            ),
    )
    .terraform(terraform(balancer, block))
    .link("https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html")
}
