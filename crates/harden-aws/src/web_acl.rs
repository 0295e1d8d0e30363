//! What the checks on web ACLs share in judging.

use harden_core::{Evidence, Judgement, Remediation, Verdict};

use crate::remediations::waf::{RULES, first, group, group_terraform, last, mend};
use crate::resources::{Action, WafRule, WebAclRules};
use crate::views::{GuardingAcl, Holds, Managed, Stages, managed, rescoped, stands};

/// The operation that tells the rules.
pub(crate) const SOURCE: &str = "wafv2:GetWebACL";

/// Judges whether a web ACL has a rule group of AWS, in a rule of its own, of Firewall Manager, or
/// of a rule group.
pub(crate) fn judge_group(guarding: &GuardingAcl, wanted: &Managed) -> Judgement {
    let stages = Stages::of(guarding)?;
    let found = managed(&stages, wanted);
    let evidence = |found: &str| {
        let wanted = format!("a rule with {}", wanted.name);
        Evidence::of("Rules", found, SOURCE).expected(wanted)
    };
    let rules = found.iter().filter_map(|(at, _)| stages.all.get(*at));
    let names: Vec<&str> = rules.map(|stage| &*stage.shown).collect();
    if !names.is_empty() {
        let found = format!("{} in the rule {}", wanted.shown, names.join(", "));
        return Ok(Verdict::Pass(evidence(&found)));
    }
    if let Some(unknown) = stages.unread() {
        return Err(unknown.clone());
    }
    let evidence = evidence(&rules_in_words(&stages));
    Ok(Verdict::Fail(evidence, add_group(guarding, wanted)))
}

/// The rules, for the evidence.
pub(crate) fn rules_in_words(stages: &Stages<'_>) -> String {
    const MOST: usize = 8;
    let names = stages.all.iter().map(|stage| &*stage.shown);
    let shown: Vec<&str> = names.take(MOST).collect();
    match stages.all.len() {
        0 => "no rules".to_owned(),
        n if n > MOST => format!("{} and {} others", shown.join(", "), n - MOST),
        _ => shown.join(", "),
    }
}

/// Adds a rule group of AWS.
pub(crate) fn add_group(guarding: &GuardingAcl, wanted: &Managed) -> Remediation {
    let to = Remediation::new(format!(
        "add {} ({}) to the web ACL; to see first what it would block, let its rule count for a \
         day, look at the sampled requests, then let it block",
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
    mend(to, guarding, add, |stages| {
        !managed(stages, wanted).is_empty()
    })
}

/// Lets rule groups of AWS block all that they find: takes their overrides away, and puts the rule
/// first where another keeps requests from it.
pub(crate) fn repair(
    guarding: &GuardingAcl,
    wanted: &[&Managed],
    blocks: impl Fn(&Stages<'_>) -> bool,
) -> Remediation {
    let names: Vec<&str> = wanted.iter().map(|wanted| wanted.name).collect();
    let to = Remediation::new(format!(
        "let {} block: take away the overrides to Count and the excluded rules; before, look at \
         the sampled requests that it counted, and where it is wrong about some, except only them \
         (a later rule that blocks by its label, but not them)",
        names.join(", ")
    ))
    .link("https://docs.aws.amazon.com/waf/latest/developerguide/web-acl-rule-group-override-options.html")
    .link(RULES);
    let to = match wanted.first() {
        Some(wanted) => to.terraform(group_terraform(wanted.name)),
        None => to,
    };
    let broken = broken_rules(guarding, wanted);
    mend(to, guarding, |acl| mended(acl, wanted, &broken), blocks)
}

/// The names of the web ACL's own rules whose group does not block, each with whether requests do
/// not come to it.
fn broken_rules(guarding: &GuardingAcl, wanted: &[&Managed]) -> Vec<(String, bool)> {
    let Ok(stages) = Stages::of(guarding) else {
        return Vec::new();
    };
    let all = wanted.iter().flat_map(|wanted| {
        let found = managed(&stages, wanted).into_iter();
        found.map(|(at, group)| (at, stands(&stages, at, wanted, group)))
    });
    let broken = all.filter(|(_, stands)| *stands != Holds::Yes);
    broken
        .filter_map(|(at, _)| {
            let unreached = stages.reached(at) != Holds::Yes;
            Some((stages.all.get(at)?.rule.name.clone(), unreached))
        })
        .collect()
}

fn mended(acl: &mut WebAclRules, wanted: &[&Managed], broken: &[(String, bool)]) {
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
            group.scope_down_statement = rescoped(group.scope_down_statement.take());
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

fn is_group(rule: &WafRule, wanted: &[&Managed]) -> bool {
    let group = rule.statement.managed_rule_group_statement.as_deref();
    group.is_some_and(|group| wanted.iter().any(|wanted| wanted.is(group)))
}
