//! budgets:DescribeNotificationsForBudget, and budgets:DescribeSubscribersForNotification for each.

use aws_sdk_budgets::Client;
use aws_sdk_budgets::types::Notification as Answered;
use futures::future::join_all;
use harden_core::{FactError, Known, Unknown};

use super::at::At;
use super::gather::{Gathered, Read, copied};
use super::listers::{Live, Run};
use super::paging::pages;
use crate::resources::{Budget, BudgetAlerts, Notification, Subscriber};

const NOTIFICATIONS: &str = "budgets:DescribeNotificationsForBudget";
const SUBSCRIBERS: &str = "budgets:DescribeSubscribersForNotification";

impl Live for BudgetAlerts {
    async fn gather(run: &Run<'_>) -> Result<Gathered<Self>, FactError> {
        let budgets = run.facts.list::<Budget>().await?;
        let mut gathered = run
            .in_accounts(|at| {
                let own = budgets.at(&at.place).map(|(_, budget)| budget.name.clone());
                let own: Vec<_> = own.collect();
                read(at, own)
            })
            .await;
        gathered.gaps.extend(copied(&budgets.gaps));
        Ok(gathered)
    }
}

async fn read(at: At, budgets: Vec<String>) -> Read<BudgetAlerts> {
    let client = Client::new(&at.config);
    let alerts = budgets.into_iter().map(|name| budget(&at, &client, name));
    Read::full(join_all(alerts).await)
}

async fn budget(at: &At, client: &Client, budget: String) -> BudgetAlerts {
    let name = budget.as_str();
    let found = pages(NOTIFICATIONS, |token| {
        let request = client
            .describe_notifications_for_budget()
            .account_id(at.account())
            .budget_name(name)
            .max_results(100)
            .set_next_token(token);
        async move {
            let answer = at.call(NOTIFICATIONS, request.send()).await?;
            Ok((answer.notifications.unwrap_or_default(), answer.next_token))
        }
    })
    .await;
    let notifications = match found.complete() {
        Ok(found) => {
            let found = found.into_iter().map(|n| notification(at, client, name, n));
            let mut all = join_all(found).await;
            all.sort_by(|a, b| {
                let key = |n: &Notification| (n.notification_type.clone(), n.comparison.clone());
                a.threshold
                    .total_cmp(&b.threshold)
                    .then_with(|| key(a).cmp(&key(b)))
            });
            Known::Yes(all)
        }
        // the API's way to say that a budget has none
        Err(failure) if failure.is("NotFoundException") => Known::Yes(Vec::new()),
        Err(failure) => Unknown::from(failure).into(),
    };
    BudgetAlerts {
        account: at.account().to_owned(),
        budget,
        notifications,
    }
}

async fn notification(at: &At, client: &Client, budget: &str, answered: Answered) -> Notification {
    let of = &answered;
    let found = pages(SUBSCRIBERS, |token| {
        let request = client
            .describe_subscribers_for_notification()
            .account_id(at.account())
            .budget_name(budget)
            .notification(of.clone())
            .max_results(100)
            .set_next_token(token);
        async move {
            let answer = at.call(SUBSCRIBERS, request.send()).await?;
            Ok((answer.subscribers.unwrap_or_default(), answer.next_token))
        }
    })
    .await;
    let subscribers = match found.complete() {
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
