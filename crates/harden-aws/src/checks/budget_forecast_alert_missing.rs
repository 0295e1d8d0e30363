use harden_core::{Evidence, Judgement, Judging, Meta, Remediation, Rule, Severity, Verdict};

use crate::AwsPolicy;
use crate::remediations::{Route, budget_terraform, create_notification, notifications_in_words};
use crate::resources::Notification;
use crate::views::{AccountBudget, AlertThreshold};

pub(crate) static CHECK: Rule<AccountBudget, AwsPolicy> = Rule::new(
    Meta::new(
        "aws/budget-forecast-alert-missing",
        "Account budgets have a notification on forecast spend",
        Severity::Low,
    )
    .tags(&["guide:6", "beyond-guide"])
    .remediation("Add a notification on forecast spend to the budget.")
    .page(include_str!("budget_forecast_alert_missing.md"))
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
    let forecast =
        |n: &Notification| n.notification_type == "FORECASTED" && n.comparison == "GREATER_THAN";
    let evidence = Evidence::of(
        "notifications",
        notifications_in_words(notifications),
        "budgets:DescribeNotificationsForBudget",
    )
    .expected("at least 1 on forecast spend");
    if notifications.iter().any(forecast) {
        return Ok(Verdict::Pass(evidence));
    }
    Ok(Verdict::Fail(evidence, remediation(subject, j.policy)))
}

/// A forecast over the limit is a warning, so the notification goes to an email address.
fn remediation(subject: &AccountBudget, policy: &AwsPolicy) -> Remediation {
    let budget = &subject.budget;
    let step = AlertThreshold {
        over: 0.0,
        up_to: 100.0,
        email: true,
        topic: false,
        action: false,
    };
    let route = Route {
        email: policy.alerts.emails.first().map(String::as_str),
        topic: None,
    };
    Remediation::new("add a notification on forecast spend; the existing ones do not change")
        .step(create_notification(
            &budget.account,
            &budget.name,
            "FORECASTED",
            &step,
            &route,
        ))
        .terraform(budget_terraform(
            &budget.name,
            "FORECASTED",
            &[&step],
            &route,
        ))
        .link("https://docs.aws.amazon.com/cost-management/latest/userguide/budgets-create.html")
}
