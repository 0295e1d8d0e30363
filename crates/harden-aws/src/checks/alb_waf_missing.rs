use harden_core::{Arg, Evidence, Judgement, Judging, Meta, Remediation, Rule, Severity, Verdict};

use crate::AwsPolicy;
use crate::remediations::cli::aws;
use crate::remediations::waf::{hardened, logging};
use crate::views::{BAD_INPUTS, Balancer, BalancerWithWebAcl, CORE, SQLI};

pub(crate) static CHECK: Rule<BalancerWithWebAcl, AwsPolicy> = Rule::new(
    Meta::new(
        "aws/alb-waf-missing",
        "Internet-facing load balancers have a web ACL",
        Severity::High,
    )
    .tags(&["guide:5"])
    .security()
    .remediation("Associate a web ACL with the AWS core rules and a rate limit.")
    .page(include_str!("alb_waf_missing.md"))
    .since("0.1.0"),
    judge,
);

fn judge(subject: &BalancerWithWebAcl, j: &Judging<AwsPolicy>) -> Judgement {
    if let Some(verdict) = subject.balancer.not_internet_facing()? {
        return Ok(verdict);
    }
    let web_acl = subject.web_acl.get()?;
    let found = web_acl.as_deref().unwrap_or("missing");
    let source = "wafv2:ListResourcesForWebACL";
    let evidence = Evidence::of("web ACL", found, source).expected("a web ACL of scope REGIONAL");
    if web_acl.is_some() {
        return Ok(Verdict::Pass(evidence));
    }
    Ok(Verdict::Fail(
        evidence,
        remediation(&subject.balancer, j.policy),
    ))
}

fn remediation(balancer: &Balancer, policy: &AwsPolicy) -> Remediation {
    // A load balancer's name has at most 32 characters, a web ACL's 128, from the same alphabet.
    let name = format!("{}-waf", balancer.name);
    let region = &balancer.place.region;
    let groups = [CORE.name, BAD_INPUTS.name, SQLI.name];
    let input = hardened(&name, &groups, &policy.edge);
    let to = Remediation::new(
        "create a web ACL with the rules of the guide and associate it with the load balancer, \
         or associate an existing web ACL of the region; it costs about 10 USD a month plus 0.60 \
         USD per million requests",
    )
    .step(
        aws("wafv2", "create-web-acl")
            .json(&input)
            .region(region)
            .step(
                "Create a web ACL; the output contains its ARN",
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
                "Associate the web ACL with the load balancer",
                &["wafv2:AssociateWebACL", "elasticloadbalancing:SetWebAcl"],
            ),
    );
    let acl = Arg::input("WEB_ACL_ARN", "the ARN of the web ACL");
    // a web ACL without logging would be the next finding
    let days = policy.costs.log_retention_days;
    logging(to, acl, &name, &balancer.place, &balancer.arn, days)
    .terraform(
        "resource \"aws_wafv2_web_acl_association\" \"this\" {\n  resource_arn = aws_lb.this.arn\n  web_acl_arn  = aws_wafv2_web_acl.this.arn\n}\n",
    )
    .link("https://docs.aws.amazon.com/waf/latest/developerguide/web-acl-associating-aws-resource.html")
}
