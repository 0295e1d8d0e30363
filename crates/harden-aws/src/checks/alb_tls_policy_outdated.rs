use harden_core::{
    Evidence, Judgement, Judging, Meta, Remediation, Rule, Severity, Unknown, Verdict,
};
use serde_json::json;

use crate::AwsPolicy;
use crate::remediations::balancer::modify_listener;
use crate::views::ListenerWithPolicy;

pub(crate) static CHECK: Rule<ListenerWithPolicy, AwsPolicy> = Rule::new(
    Meta::new(
        "aws/alb-tls-policy-outdated",
        "HTTPS listeners accept only TLS 1.2 and later",
        Severity::High,
    )
    .tags(&["guide:5"])
    .security()
    .remediation("Set a security policy that allows only TLS 1.2 and later.")
    .page(include_str!("alb_tls_policy_outdated.md"))
    .since("0.1.0"),
    judge,
);

/// The policy that AWS recommends for new listeners: TLS 1.2 and 1.3.
pub(super) const POLICY: &str = "ELBSecurityPolicy-TLS13-1-2-2021-06";

const SOURCE: &str = "elasticloadbalancing:DescribeSSLPolicies";

fn judge(subject: &ListenerWithPolicy, _: &Judging<AwsPolicy>) -> Judgement {
    if let Some(verdict) = subject.balancer.not_an_alb()? {
        return Ok(verdict);
    }
    // The view also holds listeners whose protocol is unknown: these may not be HTTPS.
    subject.listener.protocol.get()?;
    let (name, protocols) = subject.policy.get()?;
    if protocols.is_empty() {
        return Err(Unknown::missing(SOURCE, "SslProtocols"));
    }
    let found = format!("{name} ({})", protocols.join(", "));
    let evidence = Evidence::of("SslPolicy", found, SOURCE).expected("TLS 1.2 and later only");
    let is_old = |protocol: &String| {
        protocol.starts_with("SSL") || matches!(&**protocol, "TLSv1" | "TLSv1.0" | "TLSv1.1")
    };
    if protocols.iter().any(is_old) {
        return Ok(Verdict::Fail(evidence, remediation(subject)));
    }
    Ok(Verdict::Pass(evidence))
}

fn remediation(subject: &ListenerWithPolicy) -> Remediation {
    let arn = &subject.listener.arn;
    let input = json!({"ListenerArn": arn, "SslPolicy": POLICY});
    let region = &subject.balancer.place.region;
    Remediation::new(
        "set a security policy that allows only TLS 1.2 and later; older clients (Android 4.3, \
         Java 7) can then no longer connect, and the access logs show whether there are any",
    )
    .step(modify_listener(&input, region,
        "Change the security policy; the other settings do not change"))
    .terraform(format!(
        "resource \"aws_lb_listener\" \"https\" {{\n  # … the settings it has\n  ssl_policy = \"{POLICY}\"\n}}\n"
    ))
    .link("https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html")
}
