//! Which budgets are the monthly cost budget of an account.

use harden_core::{Known, Unknown};
use jiff::Timestamp;

use crate::BudgetPolicy;
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
        budget.has_filter_expression.as_ref().map(|narrowed| {
            if *narrowed {
                return Err("narrowed by a FilterExpression".to_owned());
            }
            Ok(())
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
