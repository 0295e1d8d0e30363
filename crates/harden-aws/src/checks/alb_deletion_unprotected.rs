use harden_core::{Evidence, Judgement, Judging, Meta, Rule, Section, Severity, Verdict};

use crate::AwsPolicy;
use crate::remediations::balancer::switch_on;
use crate::views::SetUpBalancer;

pub(crate) static CHECK: Rule<SetUpBalancer, AwsPolicy> = Rule {
    meta: Meta {
        id: "aws/alb-deletion-unprotected",
        title: "Load balancers are protected against deletion",
        severity: Severity::Low,
        section: Section::Security,
        beyond_guide: true,
        security: false,
        remediation: "Switch deletion protection on.",
        page: include_str!("alb_deletion_unprotected.md"),
    },
    judge,
    off: None,
};

const ATTRIBUTE: &str = "deletion_protection.enabled";

fn judge(subject: &SetUpBalancer, _: &Judging<AwsPolicy>) -> Judgement {
    if let Some(verdict) = subject.balancer.not_an_alb()? {
        return Ok(verdict);
    }
    let is_on = *subject.attributes.get()?.deletion_protection.get()?;
    let source = "elasticloadbalancing:DescribeLoadBalancerAttributes";
    let evidence = Evidence::of(ATTRIBUTE, is_on, source).wanted("true");
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
