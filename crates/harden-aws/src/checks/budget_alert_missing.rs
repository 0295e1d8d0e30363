use harden_core::{
    Evidence, Judgement, Judging, Known, Meta, Remediation, Rule, Severity, Verdict,
};

use crate::AwsPolicy;
use crate::remediations::{Route, budget_terraform, create_notification, notifications_in_words};
use crate::views::{AccountBudget, AlertThreshold};

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
    let (mut missing, mut unknown) = (Vec::new(), None);
    // A step without a notification is a certain failure, whatever is unknown of another step.
    for step in &steps {
        match Known::any(notifications.iter().map(|n| subject.covers(n, step))) {
            Known::Yes(true) => {}
            Known::Yes(false) => missing.push(step),
            Known::No(reason) => {
                unknown.get_or_insert(reason.into());
            }
        }
    }
    let thresholds = steps.map(|s| format!("{} %", s.up_to)).join(", ");
    let evidence = Evidence::of(
        "notifications",
        notifications_in_words(notifications),
        "budgets:DescribeNotificationsForBudget",
    )
    .expected(format!("one on actual spend for each of {thresholds}"));
    if missing.is_empty() {
        return unknown.map_or(Ok(Verdict::Pass(evidence)), Err);
    }
    let steps: Vec<String> = missing.iter().map(|s| describe(s)).collect();
    let evidence = evidence.note(format!("missing notifications: {}", steps.join(", ")));
    Ok(Verdict::Fail(
        evidence,
        remediation(subject, &missing, j.policy),
    ))
}

/// For example `over 80 % and up to 100 %`.
fn describe(step: &AlertThreshold) -> String {
    if step.over > 0.0 {
        format!("over {} % and up to {} %", step.over, step.up_to)
    } else {
        format!("up to {} %", step.up_to)
    }
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
