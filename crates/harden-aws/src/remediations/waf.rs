//! Changes of web ACLs.
//!
//! wafv2:UpdateWebACL replaces a web ACL as a whole: what is offered carries all of it over, or is
//! not offered. It carries the lock token of the audit: AWS refuses it once the web ACL is another
//! than the one that was judged, so of two commands from one report the second undoes nothing.

use std::sync::Arc;

use harden_core::{Remediation, Step, hcl_string};
use serde_json::{Value, json};

use super::cli::aws;
use crate::EdgePolicy;
use crate::resources::{Action, VisibilityConfig, WafRule, WebAclRules};
use crate::views::{GuardingAcl, SeenAcl, Stages};

/// The windows that AWS WAF knows; this one holds the guide's.
const WINDOW: u32 = 300;

/// Where rules of a web ACL are documented.
pub(crate) const RULES: &str =
    "https://docs.aws.amazon.com/waf/latest/developerguide/web-acl-processing.html";

/// The rules of the web ACL as they should be, and the command that sets them; else why not.
///
/// `passes` says of the changed rules whether the check that failed would pass.
pub(crate) fn mend(
    to: Remediation,
    guarding: &GuardingAcl,
    change: impl FnOnce(&mut WebAclRules),
    passes: impl Fn(&Stages<'_>) -> bool,
) -> Remediation {
    let changed = match &guarding.acl.rules {
        harden_core::Known::Yes(rules) => {
            let mut rules = rules.clone();
            change(&mut rules);
            rules
        }
        harden_core::Known::No(unknown) => return to.withheld(unknown.to_string()),
    };
    let acl = SeenAcl {
        arn: guarding.acl.arn.clone(),
        place: guarding.acl.place.clone(),
        on: guarding.acl.on.clone(),
        rules: harden_core::Known::Yes(changed.clone()),
    };
    let after = GuardingAcl {
        acl,
        groups: guarding.groups.clone(),
    };
    if !Stages::of(&after).is_ok_and(|stages| passes(&stages)) {
        return to.withheld(
            "another rule stands in its way (one of Firewall Manager, of a rule group, or one \
             that lets requests in before): change that one first",
        );
    }
    update(to, &guarding.acl, &changed)
}

/// Sets the web ACL anew, as it is in `changed`.
pub(crate) fn update(to: Remediation, acl: &SeenAcl, changed: &WebAclRules) -> Remediation {
    match input(acl, changed) {
        Ok(input) => to.step(set(&input, &acl.place.region)),
        Err(reason) => to.withheld(reason),
    }
}

fn set(input: &Value, region: &str) -> Step {
    aws("wafv2", "update-web-acl")
        .json(input)
        .region(region)
        .step(
            "Set the web ACL anew, all else as it was at the audit; AWS refuses it if it has \
             changed since: then audit again",
            &["wafv2:UpdateWebACL"],
        )
}

/// What UpdateWebACL takes.
fn input(acl: &SeenAcl, changed: &WebAclRules) -> Result<Value, String> {
    let why = |unknown: Arc<harden_core::Unknown>| {
        format!("an update replaces the whole web ACL, and of this one: {unknown}")
    };
    let update = changed.update.get().map_err(why)?;
    let rules = changed.rules.get().map_err(why)?;
    if update.managed_by_firewall_manager {
        return Err("Firewall Manager made this web ACL: change the policy there".to_owned());
    }
    let left_out = |names: &[String], whose: &str| {
        format!(
            "an update replaces the whole web ACL, and {} of {whose} is not recorded, since it may \
             be a secret or is not known to this version: make the change in the console or in \
             Terraform",
            names.join(", ")
        )
    };
    if !update.unrecorded.is_empty() {
        return Err(left_out(&update.unrecorded, "the web ACL"));
    }
    if let Some(rule) = rules.iter().find(|rule| !rule.unrecorded.is_empty()) {
        return Err(left_out(
            &rule.unrecorded,
            &format!("the rule {}", rule.name),
        ));
    }
    let mut input = update.settings.clone();
    let rest = json!({
        "Name": acl.name(), "Id": acl.id(), "Scope": "REGIONAL",
        "DefaultAction": changed.default_action.get().map_err(why)?,
        "VisibilityConfig": changed.visibility.get().map_err(why)?,
        "Rules": rules, "LockToken": update.lock_token,
    });
    if let Value::Object(rest) = rest {
        input.extend(rest);
    }
    Ok(Value::Object(input))
}

/// Puts a rule after all others.
pub(crate) fn last(acl: &mut WebAclRules, mut rule: WafRule) {
    if let harden_core::Known::Yes(rules) = &mut acl.rules {
        rule.name = free_name(rules, &rule.name);
        rule.priority = rules.iter().map(|r| r.priority).max().map_or(0, |p| p + 1);
        rules.push(rule);
    }
}

/// Puts a rule before all others.
pub(crate) fn first(acl: &mut WebAclRules, mut rule: WafRule) {
    if let harden_core::Known::Yes(rules) = &mut acl.rules {
        rule.name = free_name(rules, &rule.name);
        let lowest = rules.iter().map(|r| r.priority).min().unwrap_or(1);
        if lowest == 0 {
            rules.iter_mut().for_each(|r| r.priority += 1);
        }
        rule.priority = (lowest - 1).max(0);
        rules.insert(0, rule);
    }
}

fn free_name(rules: &[WafRule], wanted: &str) -> String {
    let taken = |name: &str| rules.iter().any(|rule| rule.name == name);
    let mut name = wanted.to_owned();
    let mut n = 2;
    while taken(&name) {
        name = format!("{wanted}-{n}");
        n += 1;
    }
    name
}

/// What can be seen of a rule of ours: everything.
fn seen(name: &str) -> VisibilityConfig {
    VisibilityConfig {
        sampled_requests_enabled: true,
        cloud_watch_metrics_enabled: true,
        metric_name: Some(name.to_owned()),
    }
}

/// A rule from its statement.
fn rule(name: &str, statement: Value) -> Option<WafRule> {
    Some(WafRule {
        name: name.to_owned(),
        priority: 0,
        statement: serde_json::from_value(statement).ok()?,
        action: None,
        override_action: None,
        rule_labels: Vec::new(),
        visibility_config: Some(seen(name)),
        unrecorded: Vec::new(),
        other: serde_json::Map::new(),
    })
}

/// A rule that is a group of AWS.
pub(crate) fn group(name: &str) -> Option<WafRule> {
    let statement = json!({"ManagedRuleGroupStatement": {"VendorName": "AWS", "Name": name}});
    let rule = rule(name, statement)?;
    Some(WafRule {
        override_action: Some(Action::of("None")),
        ..rule
    })
}

/// A rule that limits how often an address may ask.
pub(crate) fn rate_limit(policy: &EdgePolicy) -> Option<WafRule> {
    let statement = json!({"RateBasedStatement": {
        "Limit": scaled(policy), "EvaluationWindowSec": WINDOW, "AggregateKeyType": "IP",
    }});
    blocking("rate-limit-by-ip", statement)
}

/// The policy's limit for AWS's window; AWS takes no less than 10.
fn scaled(policy: &EdgePolicy) -> u64 {
    let limit = u64::from(policy.rate_limit) * u64::from(WINDOW);
    (limit / u64::from(policy.rate_limit_seconds.max(1))).max(10)
}

/// A rule that blocks.
pub(crate) fn blocking(name: &str, statement: Value) -> Option<WafRule> {
    let rule = rule(name, statement)?;
    Some(WafRule {
        action: Some(Action::of("Block")),
        ..rule
    })
}

/// A new web ACL as the guide has it: what CreateWebACL takes.
pub(crate) fn hardened(name: &str, groups: &[&str], policy: &EdgePolicy) -> Value {
    let rules = rate_limit(policy).into_iter();
    let rules = rules.chain(groups.iter().filter_map(|name| group(name)));
    let rules: Vec<WafRule> = (0..)
        .zip(rules)
        .map(|(priority, rule)| WafRule { priority, ..rule })
        .collect();
    json!({
        "Name": name, "Scope": "REGIONAL", "DefaultAction": Action::of("Allow"),
        "VisibilityConfig": seen(name), "Rules": rules,
    })
}

/// A rule that is a group of AWS, as Terraform has it.
pub(crate) fn group_terraform(name: &str) -> String {
    let statement = format!(
        "      managed_rule_group_statement {{\n        vendor_name = \"AWS\"\n        \
         name        = {}\n      }}\n",
        hcl_string(name)
    );
    terraform(name, "override_action", "none", &statement)
}

/// A rate limit, as Terraform has it.
pub(crate) fn rate_terraform(policy: &EdgePolicy) -> String {
    let statement = format!(
        "      rate_based_statement {{\n        limit                 = {}\n        \
         evaluation_window_sec = {WINDOW}\n        aggregate_key_type    = \"IP\"\n      }}\n",
        scaled(policy)
    );
    terraform("rate-limit-by-ip", "action", "block", &statement)
}

/// A rule, as Terraform has it.
pub(crate) fn terraform(name: &str, setting: &str, action: &str, statement: &str) -> String {
    let name = hcl_string(name);
    format!(
        "resource \"aws_wafv2_web_acl\" \"this\" {{\n  # … the settings and rules it has\n  \
         rule {{\n    name     = {name}\n    priority = 10\n\n    {setting} {{\n      {action} {{}}\n    \
         }}\n\n    statement {{\n{statement}    }}\n\n    visibility_config {{\n      \
         cloudwatch_metrics_enabled = true\n      metric_name                = {name}\n      \
         sampled_requests_enabled   = true\n    }}\n  }}\n}}\n"
    )
}
