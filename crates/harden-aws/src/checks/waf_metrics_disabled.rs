use harden_core::{
    Evidence, Judgement, Judging, Known, Meta, Remediation, Rule, Severity, Unknown, Verdict,
};

use crate::AwsPolicy;
use crate::remediations::waf::update;
use crate::resources::{VisibilityConfig, WebAclRules};
use crate::views::ProtectingAcl;
use crate::web_acl::SOURCE;

pub(crate) static CHECK: Rule<ProtectingAcl, AwsPolicy> = Rule::new(
    Meta::new(
        "aws/waf-metrics-disabled",
        "Web ACLs of load balancers have metrics and sampled requests",
        Severity::Low,
    )
    .tags(&["guide:5"])
    .remediation(
        "Enable CloudWatch metrics and sampled requests for the web ACL and each of its rules.",
    )
    .page(include_str!("waf_metrics_disabled.md"))
    .since("0.1.0"),
    judge,
);

fn judge(acl: &ProtectingAcl, _: &Judging<AwsPolicy>) -> Judgement {
    acl.load_balancers.get()?;
    let rules = acl.rules.get()?;
    let mut evidence = Evidence::default();
    let mut unknown: Option<Unknown> = None;
    // Whether a setting of the web ACL itself is disabled: the rules of Firewall Manager cannot be
    // changed here.
    let mut own = false;
    match &rules.visibility {
        Known::Yes(config) => {
            own |= !disabled_settings(config).is_empty();
            evidence = add_disabled(evidence, "the web ACL", config);
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
                    own |= is_own && !disabled_settings(config).is_empty();
                    evidence = add_disabled(evidence, &format!("the rule {}", rule.name), config);
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
    let found = "enabled for the web ACL and every rule";
    Ok(Verdict::Pass(Evidence::of(
        "VisibilityConfig",
        found,
        SOURCE,
    )))
}

/// The names of the settings that are disabled.
fn disabled_settings(config: &VisibilityConfig) -> Vec<&'static str> {
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

fn add_disabled(evidence: Evidence, of: &str, config: &VisibilityConfig) -> Evidence {
    disabled_settings(config)
        .into_iter()
        .fold(evidence, |evidence, name| {
            let setting = format!("{name} of {of}");
            evidence.and(setting, "false", SOURCE).expected("true")
        })
}

fn remediation(acl: &ProtectingAcl, rules: &WebAclRules, own: bool) -> Remediation {
    let to = Remediation::new(
        "enable metrics and sampled requests; samples are kept for three hours and are free of \
         charge, and sensitive fields can be protected (DataProtectionConfig)",
    )
    .terraform(
        "resource \"aws_wafv2_web_acl\" \"this\" {\n  # … the settings and rules it has, each rule \
         with the same\n  visibility_config {\n    cloudwatch_metrics_enabled = true\n    metric_name                = \"web-acl\"\n    \
         sampled_requests_enabled   = true\n  }\n}\n",
    )
    .link("https://docs.aws.amazon.com/waf/latest/developerguide/web-acl-testing-view-sample.html");
    if !own {
        return to.withheld("Firewall Manager manages these rules: change its policy");
    }
    let mut changed = rules.clone();
    let all = changed.rules_mut();
    for config in all.filter_map(|rule| rule.visibility_config.as_mut()) {
        enable(config);
    }
    if let Known::Yes(config) = &mut changed.visibility {
        enable(config);
    }
    update(to, acl, &changed)
}

fn enable(config: &mut VisibilityConfig) {
    config.cloud_watch_metrics_enabled = true;
    config.sampled_requests_enabled = true;
}
