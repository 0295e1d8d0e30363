//! budgets:DescribeNotificationsForBudget, and budgets:DescribeSubscribersForNotification for each.

use aws_sdk_budgets::Client;
use aws_sdk_budgets::types::Notification as Answered;
use futures::future::join_all;
use harden_collect::{Collect, Collected, Portion};
use harden_core::{FactError, Facts, Known, Unknown};

use super::AwsProvider;
use super::place_api::{PlaceApi, read_pages};
use super::sent::Sent as _;
use crate::resources::{Budget, BudgetAlerts, Notification, Subscriber};

const NOTIFICATIONS: &str = "budgets:DescribeNotificationsForBudget";
const SUBSCRIBERS: &str = "budgets:DescribeSubscribersForNotification";

impl Collect<AwsProvider> for BudgetAlerts {
    async fn collect(aws: &AwsProvider, facts: &Facts) -> Result<Collected<Self>, FactError> {
        let budgets = facts.list::<Budget>().await?;
        let mut collected = aws
            .in_accounts(facts, |api| {
                let own = budgets
                    .at(&api.place)
                    .map(|(_, budget)| budget.name.clone());
                let own: Vec<_> = own.collect();
                read(api, own)
            })
            .await;
        collected.add_gaps_of(&budgets.gaps);
        Ok(collected)
    }
}

async fn read(api: PlaceApi, budgets: Vec<String>) -> Portion<BudgetAlerts> {
    let client = Client::new(&api.config);
    let alerts = budgets.into_iter().map(|name| budget(&api, &client, name));
    Portion::complete(join_all(alerts).await)
}

async fn budget(api: &PlaceApi, client: &Client, budget: String) -> BudgetAlerts {
    let name = budget.as_str();
    let found = read_pages(NOTIFICATIONS, |token| {
        let request = client
            .describe_notifications_for_budget()
            .account_id(api.account())
            .budget_name(name)
            .max_results(100)
            .set_next_token(token);
        async move {
            let answer = api.call(NOTIFICATIONS, request.send()).await?;
            Ok((
                answer.notifications.sent(NOTIFICATIONS, "Notifications")?,
                answer.next_token,
            ))
        }
    })
    .await;
    let notifications = match found.into_result() {
        Ok(found) => {
            let found = found
                .into_iter()
                .map(|n| notification(api, client, name, n));
            let mut all = join_all(found).await;
            all.sort_by(|a, b| {
                let key = |n: &Notification| (n.notification_type.clone(), n.comparison.clone());
                a.threshold
                    .total_cmp(&b.threshold)
                    .then_with(|| key(a).cmp(&key(b)))
            });
            Known::Yes(all)
        }
        // this is how the API answers for a budget without notifications
        Err(failure) if failure.is("NotFoundException") => Known::Yes(Vec::new()),
        Err(failure) => Unknown::from(failure).into(),
    };
    BudgetAlerts {
        account: api.account().to_owned(),
        budget,
        notifications,
    }
}

async fn notification(
    api: &PlaceApi,
    client: &Client,
    budget: &str,
    answered: Answered,
) -> Notification {
    let of = &answered;
    let found = read_pages(SUBSCRIBERS, |token| {
        let request = client
            .describe_subscribers_for_notification()
            .account_id(api.account())
            .budget_name(budget)
            .notification(of.clone())
            .max_results(100)
            .set_next_token(token);
        async move {
            let answer = api.call(SUBSCRIBERS, request.send()).await?;
            Ok((
                answer.subscribers.sent(SUBSCRIBERS, "Subscribers")?,
                answer.next_token,
            ))
        }
    })
    .await;
    let subscribers = match found.into_result() {
        Ok(found) => Known::Yes(
            found
                .into_iter()
                .map(|subscriber| Subscriber {
                    subscription_type: subscriber.subscription_type.as_str().to_owned(),
                    address: subscriber.address,
                })
                .collect(),
        ),
        Err(failure) if failure.is("NotFoundException") => Known::Yes(Vec::new()),
        Err(failure) => Unknown::from(failure).into(),
    };
    Notification {
        notification_type: answered.notification_type.as_str().to_owned(),
        comparison: answered.comparison_operator.as_str().to_owned(),
        threshold: answered.threshold,
        threshold_type: answered
            .threshold_type
            .as_ref()
            .map_or("PERCENTAGE", |t| t.as_str())
            .to_owned(),
        subscribers,
    }
}
