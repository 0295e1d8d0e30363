use harden_core::{Evidence, Judgement, Judging, Meta, Rule, Severity, Verdict};

use crate::AwsPolicy;
use crate::remediations::balancer::switch_on;
use crate::views::SetUpBalancer;

pub(crate) static CHECK: Rule<SetUpBalancer, AwsPolicy> = Rule::new(
    Meta::new(
        "aws/alb-deletion-unprotected",
        "Load balancers are protected against deletion",
        Severity::Low,
    )
    .tags(&["guide:5", "beyond-guide"])
    .remediation("Switch deletion protection on.")
    .page(include_str!("alb_deletion_unprotected.md"))
    .since("0.1.0"),
    judge,
);

const ATTRIBUTE: &str = "deletion_protection.enabled";

fn judge(subject: &SetUpBalancer, _: &Judging<AwsPolicy>) -> Judgement {
    if let Some(verdict) = subject.balancer.not_an_alb()? {
        return Ok(verdict);
    }
    let is_on = *subject.attributes.get()?.deletion_protection.get()?;
    let source = "elasticloadbalancing:DescribeLoadBalancerAttributes";
    let evidence = Evidence::of(ATTRIBUTE, is_on, source).expected("true");
    if is_on {
        return Ok(Verdict::Pass(evidence));
    }
    let summary = "switch deletion protection on: it then takes two calls to delete it";
    let remediation = switch_on(
        summary,
        &subject.balancer,
        ATTRIBUTE,
        "enable_deletion_protection",
    );
    Ok(Verdict::Fail(evidence, remediation))
}
