use harden_core::{Evidence, Judgement, Judging, Meta, Rule, Severity, Unknown, Verdict};

use super::waf_sqli_missing::looks_for_it;
use crate::AwsPolicy;
use crate::views::{
    AclWithGroups, BAD_INPUTS, CORE, Claim, ManagedGroup, RuleOrder, SQLI, blocks_attack,
    blocks_matches, find_managed,
};
use crate::web_acl::{SOURCE, repair};

pub(crate) static CHECK: Rule<AclWithGroups, AwsPolicy> = Rule::new(Meta::new("aws/waf-rules-not-blocking", "The rule groups that web ACLs must have block what they find", Severity::High,)
.tags(&["guide:5"])
.security()
.remediation("Take away what makes the rule group count, exclude rules, or see only a part of the requests.")
.page(include_str!("waf_rules_not_blocking.md"))
.since("0.1.0"), judge,);

fn judge(guarding: &AclWithGroups, _: &Judging<AwsPolicy>) -> Judgement {
    let order = RuleOrder::of(guarding)?;
    let (mut evidence, mut faulty) = (Evidence::default(), Vec::new());
    let mut unknown: Option<Unknown> = None;
    let mut there = false;
    for wanted in required(&order) {
        let found = find_managed(&order, wanted);
        let Some((first, _)) = found.first() else {
            continue;
        };
        there = true;
        let each = found
            .iter()
            .map(|(at, group)| blocks_matches(&order, *at, wanted, group));
        let stage = order.all.get(*first);
        let setting = format!("rule {}", stage.map_or("", |stage| &stage.label));
        let found = match Claim::any(each, "") {
            Claim::Yes => format!("{} blocks", wanted.shown),
            Claim::No(reason) => {
                faulty.push(wanted);
                format!("{} does not block all it finds: {reason}", wanted.shown)
            }
            Claim::Unclear(reason) => {
                unknown.get_or_insert(reason);
                continue;
            }
        };
        evidence = evidence.and(setting, found, SOURCE).expected("Block");
    }
    if !faulty.is_empty() {
        let blocks = |order: &RuleOrder<'_>| {
            let all = faulty.iter().map(|wanted| blocking(order, wanted));
            all.fold(Claim::Yes, |a, b| a.and(|| b)) == Claim::Yes
        };
        return Ok(Verdict::Fail(evidence, repair(guarding, &faulty, blocks)));
    }
    // a rule without a statement can be one of the groups, and may not block
    let unknown = unknown.or_else(|| order.unread_statement().cloned());
    match (unknown, order.unread_group()) {
        (Some(unknown), _) => Err(unknown),
        (None, Some(unknown)) if !there => Err(unknown.clone()),
        (None, _) if there => Ok(Verdict::Pass(evidence)),
        _ => Ok(Verdict::not_applicable(
            "it has none of the groups: see aws/waf-core-rules-missing and its neighbours",
        )),
    }
}

/// The groups that must block: that against SQL injection only where no rule of one's own does.
fn required(order: &RuleOrder<'_>) -> impl Iterator<Item = &'static ManagedGroup> {
    let own = blocks_attack(order, &looks_for_it).0 == Claim::Yes;
    [&CORE, &BAD_INPUTS, &SQLI]
        .into_iter()
        .take(if own { 2 } else { 3 })
}

fn blocking(order: &RuleOrder<'_>, wanted: &ManagedGroup) -> Claim {
    let found = find_managed(order, wanted).into_iter();
    Claim::any(
        found.map(|(at, group)| blocks_matches(order, at, wanted, group)),
        "it is gone",
    )
}
