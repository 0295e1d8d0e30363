use harden_core::{
    Evidence, Judgement, Judging, Known, Meta, Remediation, Rule, Severity, Unknown, Verdict,
};

use crate::AwsPolicy;
use crate::remediations::waf::update;
use crate::resources::{VisibilityConfig, WebAclRules};
use crate::views::SeenAcl;
use crate::web_acl::SOURCE;

pub(crate) static CHECK: Rule<SeenAcl, AwsPolicy> = Rule::new(
    Meta::new(
        "aws/waf-metrics-disabled",
        "What web ACLs block can be seen",
        Severity::Low,
    )
    .tags(&["guide:5"])
    .remediation(
        "Switch CloudWatch metrics and sampled requests on, for the web ACL and each of its rules.",
    )
    .page(include_str!("waf_metrics_disabled.md"))
    .since("0.1.0"),
    judge,
);

fn judge(acl: &SeenAcl, _: &Judging<AwsPolicy>) -> Judgement {
    acl.on.get()?;
    let rules = acl.rules.get()?;
    let mut evidence = Evidence::default();
    let mut unknown: Option<Unknown> = None;
    let mut own = false;
    match &rules.visibility {
        Known::Yes(config) => {
            own |= !blind(config).is_empty();
            evidence = told(evidence, "the web ACL", config);
        }
        Known::No(reason) => unknown = Some((**reason).clone()),
    }
    for (list, is_own) in [
        (&rules.first_rules, false),
        (&rules.rules, true),
        (&rules.last_rules, false),
    ] {
        let list = match list {
            Known::Yes(list) => list,
            Known::No(reason) => {
                unknown.get_or_insert_with(|| (**reason).clone());
                continue;
            }
        };
        for rule in list {
            match &rule.visibility_config {
                Some(config) => {
                    own |= is_own && !blind(config).is_empty();
                    evidence = told(evidence, &format!("the rule {}", rule.name), config);
                }
                None => {
                    unknown.get_or_insert_with(|| Unknown::missing(SOURCE, "VisibilityConfig"));
                }
            }
        }
    }
    if !evidence.items.is_empty() {
        return Ok(Verdict::Fail(evidence, remediation(acl, rules, own)));
    }
    if let Some(unknown) = unknown {
        return Err(unknown);
    }
    let found = "metrics and sampled requests are on for the web ACL and every rule";
    Ok(Verdict::Pass(Evidence::of(
        "VisibilityConfig",
        found,
        SOURCE,
    )))
}

/// What can't be seen.
fn blind(config: &VisibilityConfig) -> Vec<&'static str> {
    let members = [
        (
            config.cloud_watch_metrics_enabled,
            "CloudWatchMetricsEnabled",
        ),
        (config.sampled_requests_enabled, "SampledRequestsEnabled"),
    ];
    let off = members.into_iter().filter(|(on, _)| !on);
    off.map(|(_, name)| name).collect()
}

fn told(evidence: Evidence, of: &str, config: &VisibilityConfig) -> Evidence {
    blind(config).into_iter().fold(evidence, |evidence, name| {
        let setting = format!("{name} of {of}");
        evidence.and(setting, "false", SOURCE).expected("true")
    })
}

fn remediation(acl: &SeenAcl, rules: &WebAclRules, own: bool) -> Remediation {
    let to = Remediation::new(
        "switch metrics and sampled requests on; samples are kept for three hours and cost nothing, \
         and the fields that must not be seen can be protected (DataProtectionConfig)",
    )
    .terraform(
        "resource \"aws_wafv2_web_acl\" \"this\" {\n  # … the settings and rules it has, each rule \
         with the same\n  visibility_config {\n    cloudwatch_metrics_enabled = true\n    metric_name                = \"web-acl\"\n    \
         sampled_requests_enabled   = true\n  }\n}\n",
    )
    .link("https://docs.aws.amazon.com/waf/latest/developerguide/web-acl-testing-view-sample.html");
    if !own {
        return to.withheld("Firewall Manager set these rules: change its policy");
    }
    let mut changed = rules.clone();
    let all = changed.rules_mut();
    for config in all.filter_map(|rule| rule.visibility_config.as_mut()) {
        see(config);
    }
    if let Known::Yes(config) = &mut changed.visibility {
        see(config);
    }
    update(to, acl, &changed)
}

fn see(config: &mut VisibilityConfig) {
    config.cloud_watch_metrics_enabled = true;
    config.sampled_requests_enabled = true;
}
