//! ce:GetAnomalySubscriptions. Addresses are not kept: only how many there are.

use aws_sdk_costexplorer::types::SubscriberStatus;
use harden_core::{FactError, Known, Unknown};

use super::at::At;
use super::gather::{Gathered, Read};
use super::listers::{Live, Run};
use super::paging::pages;
use crate::resources::AnomalySubscription;

const GET: &str = "ce:GetAnomalySubscriptions";

impl Live for AnomalySubscription {
    async fn gather(run: &Run<'_>) -> Result<Gathered<Self>, FactError> {
        Ok(run.in_accounts(read).await)
    }
}

async fn read(at: At) -> Read<AnomalySubscription> {
    let client = aws_sdk_costexplorer::Client::new(&at.config);
    let at = &at;
    let found = pages(GET, |token| {
        let request = client
            .get_anomaly_subscriptions()
            .max_results(100)
            .set_next_page_token(token);
        async move {
            let answer = at.call(GET, request.send()).await?;
            Ok((answer.anomaly_subscriptions, answer.next_page_token))
        }
    })
    .await;
    Read::of(found, |subscription| {
        let hears = |s: &&aws_sdk_costexplorer::types::Subscriber| {
            s.status != Some(SubscriberStatus::Declined)
        };
        let count = subscription.subscribers.iter().filter(hears).count();
        Ok(AnomalySubscription {
            account: at.account().to_owned(),
            arn: subscription
                .subscription_arn
                .ok_or_else(|| Unknown::missing(GET, "SubscriptionArn"))?,
            name: subscription.subscription_name,
            monitors: Known::Yes(subscription.monitor_arn_list),
            subscribers: Known::Yes(u32::try_from(count).unwrap_or(u32::MAX)),
        })
    })
}
