//! budgets:DescribeBudgetActionsForAccount.

use harden_collect::{Collect, Collected, Portion};
use harden_core::{FactError, Facts, Unknown};

use super::AwsProvider;
use super::place_api::{PlaceApi, read_pages};
use super::raw::Body;
use crate::resources::BudgetAction;

const DESCRIBE: &str = "budgets:DescribeBudgetActionsForAccount";

impl Collect<AwsProvider> for BudgetAction {
    async fn collect(aws: &AwsProvider, facts: &Facts) -> Result<Collected<Self>, FactError> {
        Ok(aws.in_accounts(facts, read).await)
    }
}

async fn read(api: PlaceApi) -> Portion<BudgetAction> {
    let client = aws_sdk_budgets::Client::new(&api.config);
    let api = &api;
    let found = read_pages(DESCRIBE, |token| {
        let request = client
            .describe_budget_actions_for_account()
            .account_id(api.account())
            .max_results(100)
            .set_next_token(token);
        async move {
            let body = Body::default();
            let request = request.customize().interceptor(body.clone());
            let answer = api.call(DESCRIBE, request.send()).await?;
            body.sent(DESCRIBE, "Actions")?;
            Ok((answer.actions, answer.next_token))
        }
    })
    .await;
    Portion::from_pages(found, |action| {
        let threshold = action
            .action_threshold
            .ok_or_else(|| Unknown::missing(DESCRIBE, "ActionThreshold"))?;
        Ok(BudgetAction {
            account: api.account().to_owned(),
            id: action.action_id,
            budget: action.budget_name,
            notification_type: action.notification_type.as_str().to_owned(),
            threshold: threshold.action_threshold_value,
            threshold_type: threshold.action_threshold_type.as_str().to_owned(),
        })
    })
}
