use harden_core::{Evidence, Judgement, Judging, Meta, Rule, Severity, Verdict};

use crate::AwsPolicy;
use crate::remediations::balancer::switch_on;
use crate::views::BalancerWithAttributes;

pub(crate) static CHECK: Rule<BalancerWithAttributes, AwsPolicy> = Rule::new(
    Meta::new(
        "aws/alb-invalid-headers-kept",
        "Load balancers drop header fields with invalid names",
        Severity::Medium,
    )
    .tags(&["guide:5", "beyond-guide"])
    .security()
    .remediation("Drop header fields with invalid names.")
    .page(include_str!("alb_invalid_headers_kept.md"))
    .since("0.1.0"),
    judge,
);

const ATTRIBUTE: &str = "routing.http.drop_invalid_header_fields.enabled";

fn judge(subject: &BalancerWithAttributes, _: &Judging<AwsPolicy>) -> Judgement {
    if let Some(verdict) = subject.balancer.not_an_alb()? {
        return Ok(verdict);
    }
    let is_on = *subject.attributes.get()?.drop_invalid_header_fields.get()?;
    let source = "elasticloadbalancing:DescribeLoadBalancerAttributes";
    let evidence = Evidence::of(ATTRIBUTE, is_on, source).expected("true");
    if is_on {
        return Ok(Verdict::Pass(evidence));
    }
    let summary = "drop header fields whose names are invalid; a client that relies on one (for example a name with an underscore) must send another";
    let remediation = switch_on(
        summary,
        &subject.balancer,
        ATTRIBUTE,
        "drop_invalid_header_fields",
    );
    Ok(Verdict::Fail(evidence, remediation))
}
