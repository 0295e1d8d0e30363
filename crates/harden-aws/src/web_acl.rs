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
pub(crate) fn judge_group(guarding: &AclWithGroups, managed: &ManagedGroup) -> Judgement {
    let order = RuleOrder::of(guarding)?;
    let found = find_managed(&order, managed);
    let evidence = |found: &str| {
        let managed = format!("a rule with {}", managed.name);
        Evidence::of("Rules", found, SOURCE).expected(managed)
    };
    let rules = found.iter().filter_map(|(at, group)| {
        let label = &order.all.get(*at)?.label;
        // AWS does not update a version that is named
        Some(match group.other.get("Version").and_then(|v| v.as_str()) {
            Some(version) => format!("{label} ({})", harden_core::one_line(version, 40)),
            None => label.clone(),
        })
    });
    let names: Vec<String> = rules.collect();
    if !names.is_empty() {
        let found_in = format!("{} in the rule {}", managed.shown, names.join(", "));
        let evidence = evidence(&found_in);
        let pinned = found
            .iter()
            .all(|(_, group)| group.other.contains_key("Version"));
        return Ok(Verdict::Pass(match pinned {
            true => evidence
                .note("the version is fixed: AWS does not update it, and it expires at some time"),
            false => evidence,
        }));
    }
    if let Some(unknown) = order.unread_group() {
        return Err(unknown.clone());
    }
    let evidence = evidence(&list_rules(&order));
    Ok(Verdict::Fail(evidence, add_group(guarding, managed)))
}

/// The names of the rules, for the evidence.
pub(crate) fn list_rules(order: &RuleOrder<'_>) -> String {
    const MOST: usize = 8;
    let names = order.all.iter().map(|stage| &*stage.label);
    let shown: Vec<&str> = names.take(MOST).collect();
    match order.all.len() {
        0 => "no rules".to_owned(),
        n if n > MOST => format!("{} and {} others", shown.join(", "), n - MOST),
        _ => shown.join(", "),
    }
}

/// Adds an AWS managed rule group.
pub(crate) fn add_group(guarding: &AclWithGroups, managed: &ManagedGroup) -> Remediation {
    let to = Remediation::new(format!(
        "add {} ({}) to the web ACL; to see first what it would block, override it to Count for a \
         day and look at the sampled requests",
        managed.shown, managed.name
    ))
    .terraform(group_terraform(managed.name))
    .link("https://docs.aws.amazon.com/waf/latest/developerguide/aws-managed-rule-groups-baseline.html")
    .link(RULES);
    let add = |acl: &mut _| {
        if let Some(rule) = group(managed.name) {
            last(acl, rule);
        }
    };
    fix(to, guarding, add, |order| {
        !find_managed(order, managed).is_empty()
    })
}

/// Makes AWS managed rule groups block all requests that they match: removes their overrides, and moves
/// the rule to the front where an earlier rule allows requests.
pub(crate) fn repair(
    guarding: &AclWithGroups,
    managed: &[&ManagedGroup],
    blocks: impl Fn(&RuleOrder<'_>) -> bool,
) -> Remediation {
    let names: Vec<&str> = managed.iter().map(|managed| managed.name).collect();
    let to = Remediation::new(format!(
        "let {} block: remove the overrides to Count and the excluded rules; look first at the \
         sampled requests that it counted, and exclude only the false positives (with a later \
         rule that blocks by label)",
        names.join(", ")
    ))
    .link("https://docs.aws.amazon.com/waf/latest/developerguide/web-acl-rule-group-override-options.html")
    .link(RULES);
    let to = match managed.first() {
        Some(managed) => to.terraform(group_terraform(managed.name)),
        None => to,
    };
    let broken = broken_rules(guarding, managed);
    fix(
        to,
        guarding,
        |acl| without_overrides(acl, managed, &broken),
        blocks,
    )
}

/// The names of the web ACL's rules whose group does not block, each with whether an earlier rule allows
/// requests.
fn broken_rules(guarding: &AclWithGroups, managed: &[&ManagedGroup]) -> Vec<(String, bool)> {
    let Ok(order) = RuleOrder::of(guarding) else {
        return Vec::new();
    };
    let all = managed.iter().flat_map(|managed| {
        let found = find_managed(&order, managed).into_iter();
        found.map(|(at, group)| (at, blocks_matches(&order, at, managed, group)))
    });
    let broken = all.filter(|(_, blocks)| *blocks != Claim::Yes);
    broken
        .filter_map(|(at, _)| {
            let unreached = order.is_reached(at) != Claim::Yes;
            Some((order.all.get(at)?.rule.name.clone(), unreached))
        })
        .collect()
}

fn without_overrides(acl: &mut WebAclRules, managed: &[&ManagedGroup], broken: &[(String, bool)]) {
    let sets = acl.ip_sets.clone();
    for (name, unreached) in broken {
        let mut of_name = acl.rules_mut();
        let Some(rule) = of_name.find(|rule| rule.name == *name && is_group(rule, managed)) else {
            continue;
        };
        rule.override_action = Some(Action::of("None"));
        if let Some(group) = &mut rule.statement.managed_rule_group_statement {
            group.excluded_rules.clear();
            let keeps = |action: &Action| !matches!(action.name(), "Count" | "Allow");
            group
                .rule_action_overrides
                .retain(|o| keeps(&o.action_to_use));
            group.scope_down_statement = harmless_scope(group.scope_down_statement.take(), &sets);
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

fn is_group(rule: &WafRule, managed: &[&ManagedGroup]) -> bool {
    let group = rule.statement.managed_rule_group_statement.as_deref();
    group.is_some_and(|group| managed.iter().any(|managed| managed.matches(group)))
}
