//! budgets:DescribeBudgets.

use std::collections::HashMap;

use aws_sdk_budgets::types::{Budget as Answered, Expression, HealthStatus, Spend};
use harden_collect::{Collect, Collected, Portion};
use harden_core::{FactError, Facts, Known, Unknown};
use jiff::Timestamp;

use super::AwsProvider;
use super::place_api::{PlaceApi, read_pages, timestamp};
use super::sent::Sent as _;
use crate::resources::{Budget, CostDimension, CostExpression, Money};

const DESCRIBE: &str = "budgets:DescribeBudgets";

impl Collect<AwsProvider> for Budget {
    async fn collect(aws: &AwsProvider, facts: &Facts) -> Result<Collected<Self>, FactError> {
        Ok(aws.in_accounts(facts, read).await)
    }
}

async fn read(api: PlaceApi) -> Portion<Budget> {
    let client = aws_sdk_budgets::Client::new(&api.config);
    let api = &api;
    let found = read_pages(DESCRIBE, |token| {
        let request = client
            .describe_budgets()
            .account_id(api.account())
            .show_filter_expression(true)
            .max_results(100)
            .set_next_token(token);
        async move {
            let answer = api.call(DESCRIBE, request.send()).await?;
            Ok((answer.budgets.sent(DESCRIBE, "Budgets")?, answer.next_token))
        }
    })
    .await;
    Portion::from_pages(found, |budget| Ok(described(budget, api)))
}

#[expect(
    deprecated,
    reason = "budgets that were made with CostFilters still have them"
)]
fn described(budget: Answered, api: &PlaceApi) -> Budget {
    let spent = budget.calculated_spend.and_then(|s| s.actual_spend);
    let planned = budget
        .planned_budget_limits
        .left_out_if_empty("API_budgets_Budget, PlannedBudgetLimits, required: no");
    let period = budget.time_period;
    let time = |of: Option<&aws_smithy_types::DateTime>| of.and_then(timestamp);
    let limit = budget.budget_limit.or_else(|| of_now(planned, api.now));
    Budget {
        account: api.account().to_owned(),
        name: budget.budget_name,
        budget_type: Known::Yes(budget.budget_type.as_str().to_owned()),
        time_unit: Known::Yes(budget.time_unit.as_str().to_owned()),
        limit: Known::Yes(limit.as_ref().and_then(money)),
        actual: Known::Yes(spent.as_ref().and_then(money)),
        filters: Known::Yes(
            budget
                .cost_filters
                .left_out_if_empty("API_budgets_Budget, CostFilters, required: no")
                .into_iter()
                .collect(),
        ),
        filter_expression: match budget.filter_expression {
            Some(expression) => Known::from(expression_of(expression)).map(Some),
            None => Known::Yes(None),
        },
        include_credit: Known::Yes(budget.cost_types.and_then(|types| types.include_credit)),
        billing_view: Known::Yes(budget.billing_view_arn),
        health: Known::Yes(budget.health_status.as_ref().and_then(health)),
        starts_at: Known::Yes(period.as_ref().and_then(|p| time(p.start()))),
        ends_at: Known::Yes(period.as_ref().and_then(|p| time(p.end()))),
    }
}

/// The status of what the budget counts, with the reason.
fn health(status: &HealthStatus) -> Option<String> {
    let value = status.status()?.as_str();
    Some(match status.status_reason() {
        Some(reason) => format!("{value}: {}", reason.as_str()),
        None => value.to_owned(),
    })
}

/// An expression without a part that this version does not know.
fn expression_of(expression: Expression) -> Result<CostExpression, Unknown> {
    let all = |parts: Vec<Expression>| -> Result<Vec<CostExpression>, Unknown> {
        parts.into_iter().map(expression_of).collect()
    };
    let by = |what: &str, key: Option<String>| {
        CostExpression::Other(format!("{what} {}", key.as_deref().unwrap_or("")))
    };
    let mut found = Vec::new();
    if let Some(parts) = expression.or {
        found.push(CostExpression::Or(all(parts)?));
    }
    if let Some(parts) = expression.and {
        found.push(CostExpression::And(all(parts)?));
    }
    if let Some(part) = expression.not {
        found.push(CostExpression::Not(Box::new(expression_of(*part)?)));
    }
    if let Some(dimension) = expression.dimensions {
        let options = dimension.match_options.left_out_if_empty(
            "DimensionValues and ExpressionDimensionValues, MatchOptions, required: no",
        );
        found.push(CostExpression::Dimension(CostDimension {
            key: dimension.key.as_str().to_owned(),
            values: dimension.values,
            match_options: options.iter().map(|o| o.as_str().to_owned()).collect(),
        }));
    }
    if let Some(tag) = expression.tags {
        found.push(by("the tag", tag.key));
    }
    if let Some(category) = expression.cost_categories {
        found.push(by("the cost category", category.key));
    }
    if expression.product_attributes.is_some() {
        found.push(CostExpression::Other("product attributes".to_owned()));
    }
    one_of(found, DESCRIBE)
}

/// The only operator of an expression. The API requires exactly one.
pub(super) fn one_of(
    mut found: Vec<CostExpression>,
    operation: &'static str,
) -> Result<CostExpression, Unknown> {
    match (found.pop(), found.is_empty()) {
        (Some(only), true) => Ok(only),
        _ => Err(Unknown::undetermined(
            "a cost expression has a part that this version does not know",
        )
        .during(operation)),
    }
}

/// Of limits that are planned period by period, by the second at which each begins, the one that
/// applies now.
fn of_now(planned: HashMap<String, Spend>, now: Timestamp) -> Option<Spend> {
    planned
        .into_iter()
        .filter_map(|(start, limit)| Some((start.parse::<i64>().ok()?, limit)))
        .filter(|(start, _)| *start <= now.as_second())
        .max_by_key(|(start, _)| *start)
        .map(|(_, limit)| limit)
}

fn money(spend: &Spend) -> Option<Money> {
    let amount: f64 = spend.amount.parse().ok()?;
    amount.is_finite().then(|| Money {
        amount,
        unit: spend.unit.clone(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_planned_limits_the_one_of_now_counts() {
        let spend = |amount: &str| Spend::builder().amount(amount).unit("USD").build().unwrap();
        let planned = HashMap::from([
            ("100".to_owned(), spend("1")),
            ("200".to_owned(), spend("2")),
            ("300".to_owned(), spend("3")),
        ]);
        let now = Timestamp::from_second(250).unwrap();
        let limit = of_now(planned, now).and_then(|s| money(&s)).unwrap();
        assert_eq!(limit.to_string(), "2 USD");
    }
}
