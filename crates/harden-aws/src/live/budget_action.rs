//! budgets:DescribeBudgetActionsForAccount.

use harden_core::{FactError, Unknown};

use super::at::At;
use super::gather::{Gathered, Read};
use super::listers::{Live, Run};
use super::paging::pages;
use crate::resources::BudgetAction;

const DESCRIBE: &str = "budgets:DescribeBudgetActionsForAccount";

impl Live for BudgetAction {
    async fn gather(run: &Run<'_>) -> Result<Gathered<Self>, FactError> {
        Ok(run.in_accounts(read).await)
    }
}

async fn read(at: At) -> Read<BudgetAction> {
    let client = aws_sdk_budgets::Client::new(&at.config);
    let at = &at;
    let found = pages(DESCRIBE, |token| {
        let request = client
            .describe_budget_actions_for_account()
            .account_id(at.account())
            .max_results(100)
            .set_next_token(token);
        async move {
            let answer = at.call(DESCRIBE, request.send()).await?;
            Ok((answer.actions, answer.next_token))
        }
    })
    .await;
    Read::of(found, |action| {
        let threshold = action
            .action_threshold
            .ok_or_else(|| Unknown::missing(DESCRIBE, "ActionThreshold"))?;
        Ok(BudgetAction {
            account: at.account().to_owned(),
            id: action.action_id,
            budget: action.budget_name,
            notification_type: action.notification_type.as_str().to_owned(),
            threshold: threshold.action_threshold_value,
            threshold_type: threshold.action_threshold_type.as_str().to_owned(),
        })
    })
}
