use harden_core::{Evidence, Judgement, Judging, Meta, Remediation, Rule, Severity, Verdict};

use crate::AwsPolicy;
use crate::remediations::{Route, budget_terraform, create_notification, notifications_in_words};
use crate::views::{AccountBudget, AlertThreshold, Steps};

pub(crate) static CHECK: Rule<AccountBudget, AwsPolicy> = Rule::new(
    Meta::new(
        "aws/budget-alert-missing",
        "Account budgets have a notification for each alert step",
        Severity::High,
    )
    .tags(&["guide:6"])
    .remediation("Add the missing notifications on actual spend to the budget.")
    .page(include_str!("budget_alert_missing.md"))
    .since("0.1.0"),
    judge,
);

fn judge(subject: &AccountBudget, j: &Judging<AwsPolicy>) -> Judgement {
    if let Err(reason) = subject.monthly.get()? {
        return Ok(Verdict::not_applicable(format!(
            "not the account's monthly cost budget: {reason}"
        )));
    }
    let notifications = subject.notifications.get()?;
    let steps = AlertThreshold::all(&j.policy.budgets);
    let found = Steps::of(subject, notifications, &steps);
    let thresholds = steps.map(|s| format!("{} %", s.up_to)).join(", ");
    let evidence = Evidence::of(
        "notifications",
        notifications_in_words(notifications),
        "budgets:DescribeNotificationsForBudget",
    )
    .expected(format!(
        "three on actual spend, one at or below each of {thresholds}"
    ));
    let missing = steps.iter().zip(found.of).filter(|(_, of)| of.is_none());
    let missing: Vec<&AlertThreshold> = missing.map(|(step, _)| step).collect();
    if missing.is_empty() {
        return Ok(Verdict::Pass(evidence));
    }
    if let Some(unclear) = found.unclear {
        return Err(unclear);
    }
    let steps: Vec<String> = missing
        .iter()
        .map(|step| format!("at or below {} %", step.up_to))
        .collect();
    let evidence = evidence.note(format!("missing notifications: {}", steps.join(", ")));
    Ok(Verdict::Fail(
        evidence,
        remediation(subject, &missing, j.policy),
    ))
}

fn remediation(
    subject: &AccountBudget,
    missing: &[&AlertThreshold],
    policy: &AwsPolicy,
) -> Remediation {
    let budget = &subject.budget;
    let route = Route {
        email: policy.alerts.emails.first().map(String::as_str),
        topic: subject.first_topic(),
    };
    let add = |to: Remediation, step: &&AlertThreshold| {
        to.step(create_notification(
            &budget.account,
            &budget.name,
            "ACTUAL",
            step,
            &route,
        ))
    };
    missing
        .iter()
        .fold(
            Remediation::new("add the missing notifications; the existing ones do not change"),
            add,
        )
        .terraform(budget_terraform(&budget.name, "ACTUAL", missing, &route))
        .link("https://docs.aws.amazon.com/cost-management/latest/userguide/budgets-create.html")
}
