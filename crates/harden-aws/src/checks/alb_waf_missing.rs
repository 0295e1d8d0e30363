use harden_core::{Arg, Evidence, Judgement, Judging, Meta, Remediation, Rule, Severity, Verdict};

use crate::AwsPolicy;
use crate::remediations::cli::aws;
use crate::remediations::waf::hardened;
use crate::views::{BAD_INPUTS, Balancer, CORE, GuardedBalancer, SQLI};

pub(crate) static CHECK: Rule<GuardedBalancer, AwsPolicy> = Rule::new(
    Meta::new(
        "aws/alb-waf-missing",
        "Load balancers that face the internet have a web ACL",
        Severity::High,
    )
    .tags(&["guide:5"])
    .security()
    .remediation("Put a web ACL with AWS's core rules and a rate limit on the load balancer.")
    .page(include_str!("alb_waf_missing.md"))
    .since("0.1.0"),
    judge,
);

fn judge(subject: &GuardedBalancer, j: &Judging<AwsPolicy>) -> Judgement {
    if let Some(verdict) = subject.balancer.not_facing()? {
        return Ok(verdict);
    }
    let web_acl = subject.web_acl.get()?;
    let found = web_acl.as_deref().unwrap_or("none");
    let source = "wafv2:ListResourcesForWebACL";
    let evidence = Evidence::of("web ACL", found, source).expected("one of scope REGIONAL");
    if web_acl.is_some() {
        return Ok(Verdict::Pass(evidence));
    }
    Ok(Verdict::Fail(
        evidence,
        remediation(&subject.balancer, j.policy),
    ))
}

fn remediation(balancer: &Balancer, policy: &AwsPolicy) -> Remediation {
    // names of load balancers have at most 32 characters, of web ACLs 128, of the same kind
    let name = format!("{}-waf", balancer.name);
    let region = &balancer.place.region;
    let groups = [CORE.name, BAD_INPUTS.name, SQLI.name];
    let input = hardened(&name, &groups, &policy.edge);
    Remediation::new(
        "make a web ACL with the guide's rules and put it on the load balancer, or put one on it that the region has; it costs some 10 USD a month and 0.60 USD for a million requests",
    )
    .step(
        aws("wafv2", "create-web-acl").json(&input).region(region).step(
            "Make a web ACL; the answer has its ARN",
            &["wafv2:CreateWebACL"],
        ),
    )
    .step(
        aws("wafv2", "associate-web-acl")
            .opt(
                "--web-acl-arn",
                Arg::input("WEB_ACL_ARN", "the ARN of the web ACL"),
            )
            .opt("--resource-arn", &*balancer.arn)
            .region(region)
            .step(
                "Put it on the load balancer",
                &["wafv2:AssociateWebACL", "elasticloadbalancing:SetWebAcl"],
            ),
    )
    .terraform(
        "resource \"aws_wafv2_web_acl_association\" \"this\" {\n  resource_arn = aws_lb.this.arn\n  web_acl_arn  = aws_wafv2_web_acl.this.arn\n}\n",
    )
    .link("https://docs.aws.amazon.com/waf/latest/developerguide/web-acl-associating-aws-resource.html")
}
