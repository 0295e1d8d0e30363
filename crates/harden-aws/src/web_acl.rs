//! The judgement and the remediation that the checks on web ACLs share.

use harden_core::{Evidence, Judgement, Remediation, Verdict};

use crate::remediations::waf::{RULES, first, fix, group, group_terraform, last};
use crate::resources::{Action, WafRule, WebAclRules};
use crate::views::{
    AclWithGroups, Claim, ManagedGroup, RuleOrder, blocks_matches, find_managed, harmless_scope,
};

/// The operation that returns the rules.
pub(crate) const SOURCE: &str = "wafv2:GetWebACL";

/// Judges whether a web ACL has an AWS managed rule group, in one of its rules or in a rule of Firewall
/// Manager.
pub(crate) fn judge_group(guarding: &AclWithGroups, wanted: &ManagedGroup) -> Judgement {
    let stages = RuleOrder::of(guarding)?;
    let found = find_managed(&stages, wanted);
    let evidence = |found: &str| {
        let wanted = format!("a rule with {}", wanted.name);
        Evidence::of("Rules", found, SOURCE).expected(wanted)
    };
    let rules = found.iter().filter_map(|(at, _)| stages.all.get(*at));
    let names: Vec<&str> = rules.map(|stage| &*stage.label).collect();
    if !names.is_empty() {
        let found = format!("{} in the rule {}", wanted.shown, names.join(", "));
        return Ok(Verdict::Pass(evidence(&found)));
    }
    if let Some(unknown) = stages.unread_group() {
        return Err(unknown.clone());
    }
    let evidence = evidence(&list_rules(&stages));
    Ok(Verdict::Fail(evidence, add_group(guarding, wanted)))
}

/// The names of the rules, for the evidence.
pub(crate) fn list_rules(stages: &RuleOrder<'_>) -> String {
    const MOST: usize = 8;
    let names = stages.all.iter().map(|stage| &*stage.label);
    let shown: Vec<&str> = names.take(MOST).collect();
    match stages.all.len() {
        0 => "no rules".to_owned(),
        n if n > MOST => format!("{} and {} others", shown.join(", "), n - MOST),
        _ => shown.join(", "),
    }
}

/// Adds an AWS managed rule group.
pub(crate) fn add_group(guarding: &AclWithGroups, wanted: &ManagedGroup) -> Remediation {
    let to = Remediation::new(format!(
        "add {} ({}) to the web ACL; to see first what it would block, override it to Count for a \
         day and look at the sampled requests",
        wanted.shown, wanted.name
    ))
    .terraform(group_terraform(wanted.name))
    .link("https://docs.aws.amazon.com/waf/latest/developerguide/aws-managed-rule-groups-baseline.html")
    .link(RULES);
    let add = |acl: &mut _| {
        if let Some(rule) = group(wanted.name) {
            last(acl, rule);
        }
    };
    fix(to, guarding, add, |stages| {
        !find_managed(stages, wanted).is_empty()
    })
}

/// Makes AWS managed rule groups block all requests that they match: removes their overrides, and moves
/// the rule to the front where an earlier rule allows requests.
pub(crate) fn repair(
    guarding: &AclWithGroups,
    wanted: &[&ManagedGroup],
    blocks: impl Fn(&RuleOrder<'_>) -> bool,
) -> Remediation {
    let names: Vec<&str> = wanted.iter().map(|wanted| wanted.name).collect();
    let to = Remediation::new(format!(
        "let {} block: remove the overrides to Count and the excluded rules; look first at the \
         sampled requests that it counted, and exclude only the false positives (with a later \
         rule that blocks by label)",
        names.join(", ")
    ))
    .link("https://docs.aws.amazon.com/waf/latest/developerguide/web-acl-rule-group-override-options.html")
    .link(RULES);
    let to = match wanted.first() {
        Some(wanted) => to.terraform(group_terraform(wanted.name)),
        None => to,
    };
    let broken = broken_rules(guarding, wanted);
    fix(
        to,
        guarding,
        |acl| without_overrides(acl, wanted, &broken),
        blocks,
    )
}

/// The names of the web ACL's rules whose group does not block, each with whether an earlier rule allows
/// requests.
fn broken_rules(guarding: &AclWithGroups, wanted: &[&ManagedGroup]) -> Vec<(String, bool)> {
    let Ok(stages) = RuleOrder::of(guarding) else {
        return Vec::new();
    };
    let all = wanted.iter().flat_map(|wanted| {
        let found = find_managed(&stages, wanted).into_iter();
        found.map(|(at, group)| (at, blocks_matches(&stages, at, wanted, group)))
    });
    let broken = all.filter(|(_, blocks)| *blocks != Claim::Yes);
    broken
        .filter_map(|(at, _)| {
            let unreached = stages.is_reached(at) != Claim::Yes;
            Some((stages.all.get(at)?.rule.name.clone(), unreached))
        })
        .collect()
}

fn without_overrides(acl: &mut WebAclRules, wanted: &[&ManagedGroup], broken: &[(String, bool)]) {
    for (name, unreached) in broken {
        let mut of_name = acl.rules_mut();
        let Some(rule) = of_name.find(|rule| rule.name == *name && is_group(rule, wanted)) else {
            continue;
        };
        rule.override_action = Some(Action::of("None"));
        if let Some(group) = &mut rule.statement.managed_rule_group_statement {
            group.excluded_rules.clear();
            let keeps = |action: &Action| !matches!(action.name(), "Count" | "Allow");
            group
                .rule_action_overrides
                .retain(|o| keeps(&o.action_to_use));
            group.scope_down_statement = harmless_scope(group.scope_down_statement.take());
        }
        let rule = rule.clone();
        drop(of_name);
        if *unreached {
            if let harden_core::Known::Yes(rules) = &mut acl.rules {
                rules.retain(|other| other.name != rule.name);
            }
            first(acl, rule);
        }
    }
}

fn is_group(rule: &WafRule, wanted: &[&ManagedGroup]) -> bool {
    let group = rule.statement.managed_rule_group_statement.as_deref();
    group.is_some_and(|group| wanted.iter().any(|wanted| wanted.matches(group)))
}
