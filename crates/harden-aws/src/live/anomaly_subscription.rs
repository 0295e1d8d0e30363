//! ce:GetAnomalySubscriptions. Addresses are not kept: only how many there are.

use aws_sdk_costexplorer::types::SubscriberStatus;
use harden_collect::{Collect, Collected, Portion};
use harden_core::{FactError, Facts, Known, Unknown};

use super::AwsProvider;
use super::place_api::{PlaceApi, read_pages};
use super::raw::Body;
use crate::resources::AnomalySubscription;

const GET: &str = "ce:GetAnomalySubscriptions";

impl Collect<AwsProvider> for AnomalySubscription {
    async fn collect(aws: &AwsProvider, facts: &Facts) -> Result<Collected<Self>, FactError> {
        Ok(aws.in_accounts(facts, read).await)
    }
}

async fn read(api: PlaceApi) -> Portion<AnomalySubscription> {
    let client = aws_sdk_costexplorer::Client::new(&api.config);
    let api = &api;
    let found = read_pages(GET, |token| {
        let request = client
            .get_anomaly_subscriptions()
            .max_results(100)
            .set_next_page_token(token);
        async move {
            let body = Body::default();
            let request = request.customize().interceptor(body.clone());
            let answer = api.call(GET, request.send()).await?;
            body.sent(GET, "AnomalySubscriptions")?;
            Ok((answer.anomaly_subscriptions, answer.next_page_token))
        }
    })
    .await;
    Portion::from_pages(found, |subscription| {
        let hears = |s: &&aws_sdk_costexplorer::types::Subscriber| {
            s.status != Some(SubscriberStatus::Declined)
        };
        let count = subscription.subscribers.iter().filter(hears).count();
        Ok(AnomalySubscription {
            account: api.account().to_owned(),
            arn: subscription
                .subscription_arn
                .ok_or_else(|| Unknown::missing(GET, "SubscriptionArn"))?,
            name: subscription.subscription_name,
            monitors: Known::Yes(subscription.monitor_arn_list),
            subscribers: Known::Yes(u32::try_from(count).unwrap_or(u32::MAX)),
        })
    })
}
