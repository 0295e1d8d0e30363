use harden_core::{Evidence, Judgement, Judging, Meta, Rule, Severity, Verdict};

use crate::AwsPolicy;
use crate::remediations::balancer::switch_on;
use crate::views::BalancerWithAttributes;

pub(crate) static CHECK: Rule<BalancerWithAttributes, AwsPolicy> = Rule::new(
    Meta::new(
        "aws/alb-deletion-unprotected",
        "Load balancers have deletion protection",
        Severity::Low,
    )
    .tags(&["guide:5", "beyond-guide"])
    .remediation("Enable deletion protection.")
    .page(include_str!("alb_deletion_unprotected.md"))
    .since("0.1.0"),
    judge,
);

const ATTRIBUTE: &str = "deletion_protection.enabled";

fn judge(subject: &BalancerWithAttributes, _: &Judging<AwsPolicy>) -> Judgement {
    if let Some(verdict) = subject.balancer.not_an_alb()? {
        return Ok(verdict);
    }
    let is_on = *subject.attributes.get()?.deletion_protection.get()?;
    let source = "elasticloadbalancing:DescribeLoadBalancerAttributes";
    let evidence = Evidence::of(ATTRIBUTE, is_on, source).expected("true");
    if is_on {
        return Ok(Verdict::Pass(evidence));
    }
    let summary = "enable deletion protection, so that a deletion takes two calls";
    let remediation = switch_on(
        summary,
        &subject.balancer,
        ATTRIBUTE,
        "enable_deletion_protection",
    );
    Ok(Verdict::Fail(evidence, remediation))
}
