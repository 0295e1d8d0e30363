//! Changes to web ACLs.
//!
//! wafv2:UpdateWebACL replaces a whole web ACL. A command is therefore offered only where every setting
//! is known. It contains the lock token of the audit: AWS refuses the call once the web ACL has changed
//! (API_UpdateWebACL, LockToken), so the second of two commands from one report cannot undo the first.

use std::sync::Arc;

use harden_core::{Arg, Place, Remediation, Step, hcl_string};
use serde_json::{Value, json};

use super::cli::aws;
use super::log_group::{retention, supported};
use crate::EdgePolicy;
use crate::arn::Arn;
use crate::resources::{Action, VisibilityConfig, WafRule, WebAclRules};
use crate::views::{AclWithGroups, ProtectingAcl, RuleOrder};

/// The evaluation window of new rate-based rules, in seconds.
const WINDOW: u32 = 300;

/// The documentation of the rules of a web ACL.
pub(crate) const RULES: &str =
    "https://docs.aws.amazon.com/waf/latest/developerguide/web-acl-processing.html";

/// Adds the command that sets the changed rules, or the reason why there is none.
///
/// `passes` returns whether the check passes with the changed rules.
pub(crate) fn fix(
    to: Remediation,
    guarding: &AclWithGroups,
    change: impl FnOnce(&mut WebAclRules),
    passes: impl Fn(&RuleOrder<'_>) -> bool,
) -> Remediation {
    let changed = match &guarding.acl.rules {
        harden_core::Known::Yes(rules) => {
            let mut rules = rules.clone();
            change(&mut rules);
            rules
        }
        harden_core::Known::No(unknown) => return to.withheld(unknown.to_string()),
    };
    let acl = ProtectingAcl {
        arn: guarding.acl.arn.clone(),
        place: guarding.acl.place.clone(),
        load_balancers: guarding.acl.load_balancers.clone(),
        rules: harden_core::Known::Yes(changed.clone()),
    };
    let after = AclWithGroups {
        acl,
        groups: guarding.groups.clone(),
        ip_sets: guarding.ip_sets.clone(),
    };
    if !RuleOrder::of(&after).is_ok_and(|stages| passes(&stages)) {
        return to.withheld(
            "another rule prevents it (a rule of Firewall Manager or of a rule group, or an \
             earlier rule that allows requests): change that rule first",
        );
    }
    update(to, &guarding.acl, &changed)
}

/// Replaces the web ACL by `changed`.
pub(crate) fn update(to: Remediation, acl: &ProtectingAcl, changed: &WebAclRules) -> Remediation {
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
            "Replace the web ACL; all other settings stay as they were at the audit. AWS refuses \
             the call if the web ACL has changed since: then run the audit again",
            &["wafv2:UpdateWebACL"],
        )
}

/// The input of UpdateWebACL.
fn input(acl: &ProtectingAcl, changed: &WebAclRules) -> Result<Value, String> {
    let why = |unknown: Arc<harden_core::Unknown>| {
        format!("an update replaces the whole web ACL, and a setting is unknown: {unknown}")
    };
    let update = changed.update.get().map_err(why)?;
    let rules = changed.rules.get().map_err(why)?;
    if update.managed_by_firewall_manager {
        return Err("Firewall Manager manages this web ACL: change its policy there".to_owned());
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

fn free_name(rules: &[WafRule], preferred: &str) -> String {
    let taken = |name: &str| rules.iter().any(|rule| rule.name == name);
    let mut name = preferred.to_owned();
    let mut n = 2;
    while taken(&name) {
        name = format!("{preferred}-{n}");
        n += 1;
    }
    name
}

/// The visibility of a new rule: metrics and samples are enabled.
fn visible(name: &str) -> VisibilityConfig {
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
        visibility_config: Some(visible(name)),
        unrecorded: Vec::new(),
        other: serde_json::Map::new(),
    })
}

/// A rule that uses an AWS managed rule group.
pub(crate) fn group(name: &str) -> Option<WafRule> {
    let statement = json!({"ManagedRuleGroupStatement": {"VendorName": "AWS", "Name": name}});
    let rule = rule(name, statement)?;
    Some(WafRule {
        override_action: Some(Action::of("None")),
        ..rule
    })
}

/// A rate-based rule by IP address.
pub(crate) fn rate_limit(policy: &EdgePolicy) -> Option<WafRule> {
    let statement = json!({"RateBasedStatement": {
        "Limit": scaled(policy), "EvaluationWindowSec": WINDOW, "AggregateKeyType": "IP",
    }});
    blocking("rate-limit-by-ip", statement)
}

/// The limit of the policy, scaled to the evaluation window. The lowest limit in AWS WAF is 10.
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

/// The input of CreateWebACL for a web ACL with the recommended rules.
pub(crate) fn hardened(name: &str, groups: &[&str], policy: &EdgePolicy) -> Value {
    let rules = rate_limit(policy).into_iter();
    let rules = rules.chain(groups.iter().filter_map(|name| group(name)));
    let rules: Vec<WafRule> = (0..)
        .zip(rules)
        .map(|(priority, rule)| WafRule { priority, ..rule })
        .collect();
    json!({
        "Name": name, "Scope": "REGIONAL", "DefaultAction": Action::of("Allow"),
        "VisibilityConfig": visible(name), "Rules": rules,
    })
}

/// Creates a log group with a retention period, and sends the logs of a web ACL to it. `acl` is the ARN
/// of the web ACL or an input for it, `like` an ARN in the same partition.
pub(crate) fn logging(
    to: Remediation,
    acl: Arg,
    name: &str,
    place: &Place,
    like: &str,
    days: u32,
) -> Remediation {
    let partition = Arn::parse(like).map_or("aws", |arn| arn.partition);
    // WAF accepts only log groups whose name starts with this prefix:
    // https://docs.aws.amazon.com/waf/latest/developerguide/logging-cw-logs.html
    let group = format!("aws-waf-logs-{name}");
    let (account, region) = (&place.account, &*place.region);
    let destination = format!("arn:{partition}:logs:{region}:{account}:log-group:{group}");
    let configuration = json!({
        "ResourceArn": "@ACL@", "LogDestinationConfigs": [destination],
        // Credentials of users must not be in a log.
        "RedactedFields": [
            {"SingleHeader": {"Name": "authorization"}}, {"SingleHeader": {"Name": "cookie"}},
        ],
    });
    to.step(
        aws("logs", "create-log-group")
            .opt("--log-group-name", &*group)
            .region(region)
            .step("Create the log group", &["logs:CreateLogGroup"]),
    )
    .step(retention(&group, region, days))
    .step(
        aws("wafv2", "put-logging-configuration")
            .opt(
                "--logging-configuration",
                acl.within(&configuration.to_string(), "@ACL@"),
            )
            .region(region)
            .step(
                "Send the logs to the log group",
                &[
                    "wafv2:PutLoggingConfiguration",
                    "logs:CreateLogDelivery",
                    "logs:DescribeLogGroups",
                    "logs:DescribeResourcePolicies",
                    "logs:PutResourcePolicy",
                ],
            ),
    )
}

/// The Terraform blocks of a log group and the logging of a web ACL.
pub(crate) fn logging_terraform(name: &str, days: u32) -> String {
    format!(
        "resource \"aws_cloudwatch_log_group\" \"waf\" {{\n  name              = {}\n  \
         retention_in_days = {}\n}}\n\n\
         resource \"aws_wafv2_web_acl_logging_configuration\" \"this\" {{\n  \
         resource_arn            = aws_wafv2_web_acl.this.arn\n  \
         log_destination_configs = [aws_cloudwatch_log_group.waf.arn]\n}}\n",
        hcl_string(&format!("aws-waf-logs-{name}")),
        supported(days),
    )
}

/// The Terraform block of a rule with an AWS managed rule group.
pub(crate) fn group_terraform(name: &str) -> String {
    let statement = format!(
        "      managed_rule_group_statement {{\n        vendor_name = \"AWS\"\n        \
         name        = {}\n      }}\n",
        hcl_string(name)
    );
    terraform(name, "override_action", "none", &statement)
}

/// The Terraform block of a rate-based rule.
pub(crate) fn rate_terraform(policy: &EdgePolicy) -> String {
    let statement = format!(
        "      rate_based_statement {{\n        limit                 = {}\n        \
         evaluation_window_sec = {WINDOW}\n        aggregate_key_type    = \"IP\"\n      }}\n",
        scaled(policy)
    );
    terraform("rate-limit-by-ip", "action", "block", &statement)
}

/// The Terraform block of a rule.
pub(crate) fn terraform(name: &str, setting: &str, action: &str, statement: &str) -> String {
    let name = hcl_string(name);
    format!(
        "resource \"aws_wafv2_web_acl\" \"this\" {{\n  # … the current settings and rules\n  \
         rule {{\n    name     = {name}\n    priority = 10\n\n    {setting} {{\n      {action} {{}}\n    \
         }}\n\n    statement {{\n{statement}    }}\n\n    visibility_config {{\n      \
         cloudwatch_metrics_enabled = true\n      metric_name                = {name}\n      \
         sampled_requests_enabled   = true\n    }}\n  }}\n}}\n"
    )
}
