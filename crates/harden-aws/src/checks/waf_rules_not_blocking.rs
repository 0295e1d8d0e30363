use harden_core::{Evidence, Judgement, Judging, Meta, Rule, Severity, Unknown, Verdict};

use super::waf_sqli_missing::matches_sql_injection;
use crate::AwsPolicy;
use crate::views::{
    AclWithGroups, BAD_INPUTS, CORE, Claim, ManagedGroup, RuleOrder, SQLI, blocks_attack,
    blocks_matches, find_managed,
};
use crate::web_acl::{SOURCE, repair};

pub(crate) static CHECK: Rule<AclWithGroups, AwsPolicy> = Rule::new(
    Meta::new(
        "aws/waf-rules-not-blocking",
        "Required rule groups of web ACLs block requests",
        Severity::High,
    )
    .tags(&["guide:5"])
    .security()
    .remediation(
        "Remove the overrides, exclusions and scope-down statements that keep the rule group from \
     blocking.",
    )
    .page(include_str!("waf_rules_not_blocking.md"))
    .since("0.1.0"),
    judge,
);

fn judge(guarding: &AclWithGroups, _: &Judging<AwsPolicy>) -> Judgement {
    let order = RuleOrder::of(guarding)?;
    let (mut evidence, mut faulty) = (Evidence::default(), Vec::new());
    let mut unknown: Option<Unknown> = None;
    let mut has_group = false;
    for group in required(&order) {
        let found = find_managed(&order, group);
        let Some((first, _)) = found.first() else {
            continue;
        };
        has_group = true;
        let each = found
            .iter()
            .map(|(at, statement)| blocks_matches(&order, *at, group, statement));
        let stage = order.all.get(*first);
        let setting = format!("rule {}", stage.map_or("", |stage| &stage.label));
        let found = match Claim::any(each, "") {
            Claim::Yes => format!("{}: Block", group.shown),
            Claim::No(reason) => {
                faulty.push(group);
                format!(
                    "{}: not every matching request is blocked, because {reason}",
                    group.shown
                )
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
            let all = faulty.iter().map(|group| blocking(order, group));
            all.fold(Claim::Yes, |a, b| a.and(|| b)) == Claim::Yes
        };
        return Ok(Verdict::Fail(evidence, repair(guarding, &faulty, blocks)));
    }
    // A rule without a statement can be one of the groups, and may not block.
    let unknown = unknown.or_else(|| order.unread_statement().cloned());
    match (unknown, order.unread_group()) {
        (Some(unknown), _) => Err(unknown),
        (None, Some(unknown)) if !has_group => Err(unknown.clone()),
        (None, _) if has_group => Ok(Verdict::Pass(evidence)),
        _ => Ok(Verdict::not_applicable(
            "the web ACL has none of the required groups: see aws/waf-core-rules-missing",
        )),
    }
}

/// The groups that must block. The SQL database rule set is required only if no custom rule blocks
/// SQL injection.
fn required(order: &RuleOrder<'_>) -> impl Iterator<Item = &'static ManagedGroup> {
    let custom_rule_blocks = blocks_attack(order, &matches_sql_injection).0 == Claim::Yes;
    [&CORE, &BAD_INPUTS, &SQLI]
        .into_iter()
        .take(if custom_rule_blocks { 2 } else { 3 })
}

fn blocking(order: &RuleOrder<'_>, group: &ManagedGroup) -> Claim {
    let found = find_managed(order, group).into_iter();
    Claim::any(
        found.map(|(at, statement)| blocks_matches(order, at, group, statement)),
        "the group is missing",
    )
}
