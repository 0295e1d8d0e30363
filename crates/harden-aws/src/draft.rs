//! A first `[aws]` table of `harden.toml`, from the facts of an account.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use harden_core::{FactError, Facts, Known};

use crate::arn::Arn;
use crate::policy::{AlarmPolicy, BackupPolicy, BudgetPolicy};
use crate::resources::{Alarm, Budget, Region, SnsTopic, TopicSubscriptions};

/// A commented `[aws]` table. Settings that were found are set; the others are comments with their
/// default. What could not be read is in [`Facts::gaps`].
///
/// # Errors
/// A kind could not be read at all.
pub async fn draft(facts: &Facts) -> Result<String, FactError> {
    let regions = facts.list::<Region>().await?;
    let alarms = facts.list::<Alarm>().await?;
    let topics = facts.list::<SnsTopic>().await?;
    let subscriptions = facts.list::<TopicSubscriptions>().await?;
    let budgets = facts.list::<Budget>().await?;

    let codes: BTreeSet<&str> = regions.iter().map(|(_, r)| &*r.region).collect();
    let notified = notified(alarms.iter().map(|(_, alarm)| alarm));
    let named: BTreeSet<&str> = notified
        .keys()
        .filter(|arn| topics.iter().any(|(_, topic)| topic.arn == **arn))
        .filter_map(|arn| Arn::parse(arn).map(|a| a.resource))
        .collect();
    let emails: BTreeSet<&str> = subscriptions
        .iter()
        .filter(|(_, s)| notified.contains_key(&*s.topic_arn))
        .filter_map(|(_, s)| s.subscriptions.ok())
        .flatten()
        .filter(|s| s.confirmed && s.is_email())
        .map(|s| &*s.endpoint)
        .collect();

    let mut out = String::new();
    let mut line = |text: std::fmt::Arguments<'_>| {
        // writing to a String cannot fail
        let _ = writeln!(out, "{text}");
    };
    line(format_args!("[aws]"));
    line(format_args!(
        "# The regions to audit; [\"all\"] for all regions that the account has enabled."
    ));
    line(format_args!("regions = {}", list(&codes)));
    line(format_args!(
        "\n# Several accounts, each with a role to assume:"
    ));
    line(format_args!("# [[aws.accounts]]\n# id = \"123456789012\""));
    line(format_args!(
        "# role_arn = \"arn:aws:iam::123456789012:role/harden-audit\""
    ));

    line(format_args!("\n[aws.alerts]"));
    line(format_args!("# The alert topics."));
    if named.is_empty() {
        line(format_args!("# No alarm notifies an existing topic."));
        line(format_args!("# topics = [\"production-alerts\"]"));
    } else {
        line(format_args!("topics = {}", list(&named)));
    }
    line(format_args!(
        "# Addresses that must be confirmed subscribers of each topic."
    ));
    if emails.is_empty() {
        line(format_args!("# emails = [\"oncall@example.com\"]"));
    } else {
        line(format_args!("emails = {}", list(&emails)));
    }
    line(format_args!(
        "# Whether they must also notify a chat.\n# chat = true"
    ));

    let alarm = AlarmPolicy::default();
    line(format_args!("\n[aws.alarms]"));
    line(format_args!("# The highest thresholds of alarms."));
    line(format_args!(
        "# ecs_cpu_percent = {}",
        alarm.ecs_cpu_percent
    ));
    line(format_args!(
        "# ecs_memory_percent = {}",
        alarm.ecs_memory_percent
    ));
    line(format_args!(
        "# alb_5xx_count = {}       # in 300 seconds",
        alarm.alb_5xx_count
    ));
    line(format_args!(
        "# alb_latency_seconds = {}",
        alarm.alb_latency_seconds
    ));

    let backup = BackupPolicy::default();
    line(format_args!("\n[aws.backups]"));
    line(format_args!("# retention_days = {}", backup.retention_days));
    line(format_args!(
        "# window = \"03:00-04:00\"      # in UTC; any window by default"
    ));
    line(format_args!(
        "# restore_drill_days = {}",
        backup.restore_drill_days
    ));

    let defaults = BudgetPolicy::default();
    line(format_args!("\n[aws.budgets]"));
    let monthly = budgets.iter().map(|(_, b)| b).find(|b| is_monthly_cost(b));
    match monthly {
        Some(budget) => {
            line(format_args!("# The account's monthly budget."));
            line(format_args!("name = {}", quoted(&budget.name)));
            if let Known::Yes(Some(limit)) = &budget.limit {
                line(format_args!("limit = {:?}", limit.amount));
            }
        }
        None => line(format_args!(
            "# No monthly cost budget was found.\n# name = \"monthly\"\n# limit = 500.0"
        )),
    }
    line(format_args!(
        "# warning_percent = {}",
        defaults.warning_percent
    ));
    line(format_args!(
        "# critical_percent = {}",
        defaults.critical_percent
    ));
    line(format_args!(
        "# investigate_percent = {}",
        defaults.investigate_percent
    ));

    Ok(out)
}

/// The topics that alarms notify, each with the number of alarms.
fn notified<'a>(alarms: impl Iterator<Item = &'a Alarm>) -> BTreeMap<&'a str, usize> {
    let mut count = BTreeMap::new();
    for action in alarms.filter_map(|a| a.alarm_actions.ok()).flatten() {
        if Arn::parse(action).is_some_and(|arn| arn.service == "sns") {
            *count.entry(action.as_str()).or_default() += 1;
        }
    }
    count
}

fn is_monthly_cost(budget: &Budget) -> bool {
    budget.budget_type.ok().is_some_and(|t| t == "COST")
        && budget.time_unit.ok().is_some_and(|u| u == "MONTHLY")
        && budget.filters.ok().is_some_and(BTreeMap::is_empty)
}

fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

fn list(items: &BTreeSet<&str>) -> String {
    let quoted: Vec<String> = items.iter().map(|item| quoted(item)).collect();
    format!("[{}]", quoted.join(", "))
}
