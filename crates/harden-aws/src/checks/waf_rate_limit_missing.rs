use harden_core::{
    Evidence, Judgement, Judging, Known, Meta, Remediation, Rule, Severity, Verdict,
};

use crate::AwsPolicy;
use crate::remediations::waf::{first, fix, rate_limit, rate_terraform};
use crate::views::{AclWithGroups, Claim, RuleOrder, has_rate_limit, rates};
use crate::web_acl::SOURCE;

pub(crate) static CHECK: Rule<AclWithGroups, AwsPolicy> = Rule::new(
    Meta::new(
        "aws/waf-rate-limit-missing",
        "Web ACLs of load balancers have a rate limit per IP address",
        Severity::High,
    )
    .tags(&["guide:5"])
    .security()
    .remediation("Add a rule that blocks an IP address over the rate of the policy.")
    .page(include_str!("waf_rate_limit_missing.md"))
    .since("0.1.0"),
    judge,
);

fn judge(guarding: &AclWithGroups, j: &Judging<AwsPolicy>) -> Judgement {
    let policy = &j.policy.edge;
    let (limit, seconds) = (policy.rate_limit, policy.rate_limit_seconds);
    let expected =
        format!("a rule that blocks an IP address over {limit} requests per {seconds} s");
    let order = RuleOrder::of(guarding)?;
    let rates = rates(&order, limit, seconds);
    let source = SOURCE;
    match has_rate_limit(&rates, &order) {
        Known::No(unknown) => Err(unknown.into()),
        Known::Yes(true) => {
            let rate = rates.iter().find(|rate| rate.is_enough == Claim::Yes);
            let found = rate.map(|rate| format!("{} in the rule {}", rate.label, rate.rule));
            let evidence = Evidence::of("Rules", found.unwrap_or_default(), source);
            Ok(Verdict::Pass(evidence.expected(expected)))
        }
        Known::Yes(false) => {
            let mut evidence = Evidence::default();
            for rate in &rates {
                let Claim::No(reason) = &rate.is_enough else {
                    continue;
                };
                let found = format!("{}: {reason}", rate.label);
                let setting = format!("rule {}", rate.rule);
                evidence = evidence
                    .and(setting, found, source)
                    .expected(expected.clone());
            }
            if evidence.items.is_empty() {
                evidence = Evidence::of("Rules", "no rate-based rule", source).expected(expected);
            }
            Ok(Verdict::Fail(evidence, remediation(guarding, j.policy)))
        }
    }
}

fn remediation(guarding: &AclWithGroups, policy: &AwsPolicy) -> Remediation {
    let edge = &policy.edge;
    let to = Remediation::new(format!(
        "block an IP address over {} requests in {} s; behind a CDN or a proxy, all requests \
         come from its addresses: then limit the rate there, let only the proxy reach the load \
         balancer, and accept this finding",
        edge.rate_limit, edge.rate_limit_seconds
    ))
    .terraform(rate_terraform(edge))
    .link("https://docs.aws.amazon.com/waf/latest/developerguide/waf-rule-statement-type-rate-based.html");
    let add = |acl: &mut _| {
        if let Some(rule) = rate_limit(edge) {
            first(acl, rule);
        }
    };
    fix(to, guarding, add, |order| {
        let rates = rates(order, edge.rate_limit, edge.rate_limit_seconds);
        has_rate_limit(&rates, order) == Known::Yes(true)
    })
}
