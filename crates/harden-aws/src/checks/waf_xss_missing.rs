use harden_core::{Evidence, Judgement, Judging, Meta, Rule, Severity, Verdict};

use crate::AwsPolicy;
use crate::resources::Statement;
use crate::views::{
    AclWithGroups, CORE, Claim, RuleOrder, blocks_attack, core_blocks_xss, find_managed,
};
use crate::web_acl::{SOURCE, add_group, repair};

pub(crate) static CHECK: Rule<AclWithGroups, AwsPolicy> = Rule::new(
    Meta::new(
        "aws/waf-xss-missing",
        "Web ACLs of load balancers block cross-site scripting",
        Severity::High,
    )
    .tags(&["guide:5"])
    .security()
    .remediation("Let the cross-site scripting rules of the core rule set block.")
    .page(include_str!("waf_xss_missing.md"))
    .since("0.1.0"),
    judge,
);

fn matches_cross_site_scripting(statement: &Statement) -> bool {
    statement.xss_match_statement.is_some()
}

fn judge(guarding: &AclWithGroups, _: &Judging<AwsPolicy>) -> Judgement {
    let order = RuleOrder::of(guarding)?;
    let evidence = |found: String| {
        let expected = format!(
            "the rules CrossSiteScripting_* of {} in effect, or a custom rule that blocks \
             cross-site scripting",
            CORE.name
        );
        Evidence::of("Rules", found, SOURCE).expected(expected)
    };
    let core = core_blocks_xss(&order);
    if core == Claim::Yes {
        let found = format!("{} blocks cross-site scripting", CORE.shown);
        return Ok(Verdict::Pass(evidence(found)));
    }
    let (own, rule) = blocks_attack(&order, &matches_cross_site_scripting);
    if own == Claim::Yes {
        let found = format!(
            "the rule {} blocks cross-site scripting",
            rule.unwrap_or_default()
        );
        return Ok(Verdict::Pass(evidence(found)));
    }
    match (core, own, order.unread_rule()) {
        (Claim::Unclear(unknown), ..) | (_, Claim::Unclear(unknown), _) => Err(unknown),
        (_, _, Some(unknown)) => Err(unknown.clone()),
        (Claim::No(core), Claim::No(own), None) => {
            let has_core = !find_managed(&order, &CORE).is_empty();
            let blocks = |order: &RuleOrder<'_>| core_blocks_xss(order) == Claim::Yes;
            let remediation = if has_core {
                repair(guarding, &[&CORE], blocks)
            } else {
                add_group(guarding, &CORE)
            };
            let found = if has_core {
                format!("{} does not block cross-site scripting: {core}", CORE.shown)
            } else {
                format!("{core}; {own}")
            };
            Ok(Verdict::Fail(evidence(found), remediation))
        }
        (Claim::Yes, ..) | (_, Claim::Yes, _) => Ok(Verdict::Pass(evidence(String::new()))),
    }
}
