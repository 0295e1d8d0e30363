use harden_core::{
    Evidence, Judgement, Judging, Known, Meta, Remediation, Rule, Severity, Verdict,
};

use crate::AwsPolicy;
use crate::remediations::waf::{first, mend, rate_limit, rate_terraform};
use crate::views::{GuardingAcl, Holds, Stages, limited, rates};
use crate::web_acl::SOURCE;

pub(crate) static CHECK: Rule<GuardingAcl, AwsPolicy> = Rule::new(
    Meta::new(
        "aws/waf-rate-limit-missing",
        "Web ACLs on load balancers limit how often an address may ask",
        Severity::High,
    )
    .tags(&["guide:5"])
    .security()
    .remediation("Add a rule that blocks an address over the policy's rate.")
    .page(include_str!("waf_rate_limit_missing.md"))
    .since("0.1.0"),
    judge,
);

fn judge(guarding: &GuardingAcl, j: &Judging<AwsPolicy>) -> Judgement {
    let policy = &j.policy.edge;
    let (limit, seconds) = (policy.rate_limit, policy.rate_limit_seconds);
    let wanted = format!("a rule that blocks an IP address over {limit} requests per {seconds} s");
    let stages = Stages::of(guarding)?;
    let rates = rates(&stages, limit, seconds);
    let source = SOURCE;
    match limited(&rates, &stages) {
        Known::No(unknown) => Err(unknown.into()),
        Known::Yes(true) => {
            let rate = rates.iter().find(|rate| rate.holds == Holds::Yes);
            let found = rate.map(|rate| format!("{} in the rule {}", rate.shown, rate.rule));
            let evidence = Evidence::of("Rules", found.unwrap_or_default(), source);
            Ok(Verdict::Pass(evidence.expected(wanted)))
        }
        Known::Yes(false) => {
            let mut evidence = Evidence::default();
            for rate in &rates {
                let Holds::No(reason) = &rate.holds else {
                    continue;
                };
                let found = format!("{}: {reason}", rate.shown);
                let setting = format!("rule {}", rate.rule);
                evidence = evidence
                    .and(setting, found, source)
                    .expected(wanted.clone());
            }
            if evidence.items.is_empty() {
                evidence = Evidence::of("Rules", "no rate-based rule", source).expected(wanted);
            }
            Ok(Verdict::Fail(evidence, remediation(guarding, j.policy)))
        }
    }
}

fn remediation(guarding: &GuardingAcl, policy: &AwsPolicy) -> Remediation {
    let edge = &policy.edge;
    let to = Remediation::new(format!(
        "block an IP address over {} requests in {} s; where a CDN or a proxy is in front, all \
         requests come from its addresses: count by FORWARDED_IP then, and let only the proxy in",
        edge.rate_limit, edge.rate_limit_seconds
    ))
    .terraform(rate_terraform(edge))
    .link("https://docs.aws.amazon.com/waf/latest/developerguide/waf-rule-statement-type-rate-based.html");
    let add = |acl: &mut _| {
        if let Some(rule) = rate_limit(edge) {
            first(acl, rule);
        }
    };
    mend(to, guarding, add, |stages| {
        let rates = rates(stages, edge.rate_limit, edge.rate_limit_seconds);
        limited(&rates, stages) == Known::Yes(true)
    })
}
