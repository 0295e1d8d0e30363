//! Which budgets are the monthly cost budget of an account.

use harden_core::{Known, Unknown};
use jiff::Timestamp;

use super::selection::Selection;
use crate::BudgetPolicy;
use crate::arn::Arn;
use crate::resources::Budget;

/// Whether a budget is a monthly budget over the whole cost of an account, or the reason why not. It is
/// a budget of the account itself or of its management account, whose budgets include the member
/// accounts ("Managing your costs with AWS Budgets", Cost Management user guide).
pub(crate) fn is_monthly_cost_budget(
    budget: &Budget,
    account: &str,
    policy: &BudgetPolicy,
    now: Timestamp,
) -> Known<Result<(), String>> {
    let tests = [
        named(budget, policy),
        budget.budget_type.as_ref().map(|kind| {
            (kind == "COST")
                .then_some(())
                .ok_or(format!("a budget of type {kind}"))
        }),
        budget.time_unit.as_ref().map(|unit| {
            (unit == "MONTHLY")
                .then_some(())
                .ok_or(format!("a {} budget", unit.to_lowercase()))
        }),
        budget.filters.as_ref().map(|filters| {
            let mut others = filters.keys().filter(|key| *key != "LinkedAccount");
            if let Some(key) = others.next() {
                return Err(format!("narrowed by CostFilters {key}"));
            }
            match filters.get("LinkedAccount") {
                Some(accounts) if !covers(accounts, account, &budget.account) => {
                    Err(format!("narrowed to {}", accounts.join(", ")))
                }
                _ => Ok(()),
            }
        }),
        by_expression(budget, account),
        by_view(budget),
        budget.health.as_ref().map(|health| match health {
            Some(status) if status != "HEALTHY" => Err(format!("its status is {status}")),
            _ => Ok(()),
        }),
        budget.starts_at.as_ref().map(|start| match start {
            Some(start) if *start > now => Err(format!("it begins on {start}")),
            _ => Ok(()),
        }),
        budget.ends_at.as_ref().map(|end| match end {
            Some(end) if *end <= now => Err(format!("it ended on {end}")),
            _ => Ok(()),
        }),
        within_limit(budget, policy),
    ];
    let mut unknown = None;
    for test in tests {
        match test {
            Known::Yes(Ok(())) => {}
            Known::No(reason) => {
                unknown.get_or_insert(reason);
            }
            other => return other,
        }
    }
    unknown.map_or(Known::Yes(Ok(())), Known::No)
}

/// Whether the FilterExpression selects the whole cost of the account. It means the same as CostFilters
/// and CostTypes, which it replaces.
fn by_expression(budget: &Budget, account: &str) -> Known<Result<(), String>> {
    budget.filter_expression.as_ref().and_then(|expression| {
        let Some(expression) = expression else {
            return Known::Yes(Ok(()));
        };
        match Selection::of(expression, account).is_whole() {
            Ok(whole) => Known::Yes(whole),
            Err(why) => {
                let name = &budget.name;
                Unknown::undetermined(format!(
                    "whether the budget {name} covers the whole cost is unclear: {why}"
                ))
                .during("budgets:ViewBudget")
                .into()
            }
        }
    })
}

/// A budget counts the costs of its billing view. The primary view of an account has all of them. What
/// another view contains is not read.
fn by_view(budget: &Budget) -> Known<Result<(), String>> {
    budget.billing_view.as_ref().and_then(|view| {
        let Some(view) = view else {
            return Known::Yes(Ok(()));
        };
        let primary = Arn::parse(view)
            .is_some_and(|a| a.account == budget.account && a.resource == "billingview/primary");
        if primary {
            return Known::Yes(Ok(()));
        }
        Unknown::undetermined(format!(
            "the budget {} counts the costs of the billing view {view}, whose contents are not read",
            budget.name
        ))
        .into()
    })
}

/// Whether a budget counts credits. They are negative amounts: while they last, its actual spend stays
/// low, whatever is used.
pub(crate) fn counts_credits(budget: &Budget, account: &str) -> bool {
    let by_types = budget.include_credit.ok().copied().flatten() != Some(false);
    let by_expression = match budget.filter_expression.ok() {
        Some(Some(expression)) => Selection::of(expression, account).has_credits(),
        _ => true,
    };
    budget.include_credit.is_known() && by_types && by_expression
}

/// A budget of the account itself must cover only this account. A budget of the management account
/// must include it.
fn covers(accounts: &[String], account: &str, owner: &str) -> bool {
    let includes = accounts.iter().any(|a| a == account);
    includes && (account != owner || accounts.len() == 1)
}

fn named(budget: &Budget, policy: &BudgetPolicy) -> Known<Result<(), String>> {
    Known::Yes(match &policy.name {
        Some(name) if *name != budget.name => Err(format!("not the budget {name}")),
        _ => Ok(()),
    })
}

fn within_limit(budget: &Budget, policy: &BudgetPolicy) -> Known<Result<(), String>> {
    let Some(most) = policy.limit else {
        return Known::Yes(Ok(()));
    };
    budget.limit.as_ref().and_then(|limit| match limit {
        Some(limit) if limit.amount > most => {
            Known::Yes(Err(format!("its limit is {limit}, over {most}")))
        }
        Some(_) => Known::Yes(Ok(())),
        None => Unknown::undetermined(format!(
            "the budget {} has no fixed limit to compare with {most}",
            budget.name
        ))
        .into(),
    })
}
