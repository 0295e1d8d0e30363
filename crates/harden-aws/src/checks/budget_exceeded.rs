use harden_core::{
    Evidence, Judgement, Judging, Meta, Remediation, Rule, Severity, Step, Unknown, Verdict,
};
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::AwsPolicy;
use crate::remediations::cli::aws;
use crate::resources::Budget;
use crate::views::{comparable, counts_credits, percent_of};

pub(crate) static CHECK: Rule<Budget, AwsPolicy> = Rule::new(
    Meta::new(
        "aws/budget-exceeded",
        "Actual spend is within every budget",
        Severity::High,
    )
    .tags(&["guide:6"])
    .remediation(
        "Find the services that caused the cost. Stop what is not needed, or raise the limit.",
    )
    .page(include_str!("budget_exceeded.md"))
    .since("0.1.0"),
    judge,
);

fn judge(budget: &Budget, j: &Judging<AwsPolicy>) -> Judgement {
    let kind = budget.budget_type.get()?;
    if !matches!(&**kind, "COST" | "USAGE") {
        return Ok(Verdict::not_applicable(format!(
            "a budget of type {kind} has no limit on spend"
        )));
    }
    if budget.starts_at.get()?.is_some_and(|start| start > j.now) {
        return Ok(Verdict::not_applicable("the budget has not begun"));
    }
    if budget.ends_at.get()?.is_some_and(|end| end <= j.now) {
        return Ok(Verdict::not_applicable("the budget has ended"));
    }
    let Some(limit) = budget.limit.get()? else {
        return Err(Unknown::undetermined(
            "the response contains no limit for this period",
        ));
    };
    let Some(actual) = budget.actual.get()? else {
        return Err(Unknown::undetermined(
            "the response contains no actual spend for this period",
        ));
    };
    let (actual, limit) = comparable(actual, limit)?;
    let evidence = Evidence::of(
        "CalculatedSpend.ActualSpend",
        format_args!("{actual}"),
        "budgets:DescribeBudgets",
    )
    .expected(format!("at most {limit}"));
    if actual.amount <= limit.amount {
        let hidden = actual.amount <= 0.0 && counts_credits(budget, &budget.account);
        return Ok(Verdict::Pass(if hidden {
            evidence.note("the budget counts credits, which pay for what is used while they last")
        } else {
            evidence
        }));
    }
    let percent = percent_of(actual.amount, limit.amount);
    // A limit of 0 has no percentage.
    let evidence = if percent.is_finite() {
        evidence.note(format!("{percent:.0} % of the limit"))
    } else {
        evidence
    };
    let today = TimeZone::UTC.to_datetime(j.now).date();
    Ok(Verdict::Fail(evidence, remediation(&budget.name, today)))
}

/// `UpdateBudget` replaces the whole budget, and not all its settings are read. So no command raises
/// the limit.
fn remediation(name: &str, today: Date) -> Remediation {
    let first = today.first_of_month();
    let end = today.tomorrow().unwrap_or(today);
    Remediation::new(
        "find the service that caused the cost, and stop what is not needed; if the spend is \
         intended, raise the limit",
    )
    .step(
        aws("ce", "get-cost-and-usage")
            .opt("--time-period", format!("Start={first},End={end}"))
            .opt("--granularity", "DAILY")
            .opt("--metrics", "UnblendedCost")
            .opt("--group-by", "Type=DIMENSION,Key=SERVICE")
            .step(
                "List the cost of this month by service and day (each request costs 0.01 USD)",
                &["ce:GetCostAndUsage"],
            ),
    )
    .step(Step::by_hand(
        "Stop or shrink what is not needed. The budget is within its limit again in the next \
         period, because the spend of this period cannot be reduced",
    ))
    .step(Step::by_hand(format!(
        "If the spend is intended, raise the limit of {name} in the Billing and Cost Management \
         console. No command is offered, because UpdateBudget replaces the whole budget"
    )))
    .link("https://docs.aws.amazon.com/cost-management/latest/userguide/ce-exploring-data.html")
}
