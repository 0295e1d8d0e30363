use harden_core::{
    Evidence, Judgement, Judging, Known, Meta, Remediation, Rule, Severity, Verdict,
};

use crate::AwsPolicy;
use crate::remediations::{Route, budget_terraform, create_notification, notifications_in_words};
use crate::views::{AccountBudget, Step};

pub(crate) static CHECK: Rule<AccountBudget, AwsPolicy> = Rule::new(
    Meta::new(
        "aws/budget-alert-missing",
        "The account's budget warns in three steps",
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
    let steps = Step::all(&j.policy.budgets);
    let (mut missing, mut unknown) = (Vec::new(), None);
    for step in &steps {
        match Known::any(notifications.iter().map(|n| subject.covers(n, step))) {
            Known::Yes(true) => {}
            Known::Yes(false) => missing.push(step),
            Known::No(reason) => {
                unknown.get_or_insert(reason.into());
            }
        }
    }
    let wanted = steps.map(|s| format!("{} %", s.up_to)).join(", ");
    let evidence = Evidence::of(
        "notifications",
        notifications_in_words(notifications),
        "budgets:DescribeNotificationsForBudget",
    )
    .expected(format!("on actual spend, one at or under each of {wanted}"));
    if missing.is_empty() {
        return unknown.map_or(Ok(Verdict::Pass(evidence)), Err);
    }
    let lacks: Vec<String> = missing.iter().map(|s| in_words(s)).collect();
    let evidence = evidence.note(format!("none {}", lacks.join(", none ")));
    Ok(Verdict::Fail(
        evidence,
        remediation(subject, &missing, j.policy),
    ))
}

/// `over 80 % and up to 100 %`.
fn in_words(step: &Step) -> String {
    if step.over > 0.0 {
        format!("over {} % and up to {} %", step.over, step.up_to)
    } else {
        format!("up to {} %", step.up_to)
    }
}

fn remediation(subject: &AccountBudget, missing: &[&Step], policy: &AwsPolicy) -> Remediation {
    let budget = &subject.budget;
    let route = Route {
        email: policy.alerts.emails.first().map(String::as_str),
        topic: subject.some_topic(),
    };
    let add = |to: Remediation, step: &&Step| {
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
            Remediation::new("add the missing notifications; those that there are stay"),
            add,
        )
        .terraform(budget_terraform(&budget.name, "ACTUAL", missing, &route))
        .link("https://docs.aws.amazon.com/cost-management/latest/userguide/budgets-create.html")
}
