//! ce:GetAnomalySubscriptions. Email addresses are not kept: only how many there are.

use aws_sdk_costexplorer::types::{Subscriber, SubscriberStatus, SubscriberType};
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
        Ok(AnomalySubscription {
            account: api.account().to_owned(),
            arn: subscription
                .subscription_arn
                .ok_or_else(|| Unknown::missing(GET, "SubscriptionArn"))?,
            name: subscription.subscription_name,
            monitors: Known::Yes(subscription.monitor_arn_list),
            emails: emails(&subscription.subscribers),
            topics: topics(&subscription.subscribers),
        })
    })
}

/// The number of email addresses that confirmed. One whose status is not known may have declined.
fn emails(subscribers: &[Subscriber]) -> Known<u32> {
    let (mut count, mut unclear) = (0, None);
    for subscriber in subscribers {
        match (&subscriber.r#type, &subscriber.status) {
            (Some(SubscriberType::Sns), _)
            | (Some(SubscriberType::Email), Some(SubscriberStatus::Declined)) => {}
            (Some(SubscriberType::Email), Some(SubscriberStatus::Confirmed)) => count += 1,
            (Some(SubscriberType::Email), _) => unclear = Some("Status"),
            _ => unclear = Some("Type"),
        }
    }
    match unclear {
        Some(field) if count == 0 => Unknown::missing(GET, &format!("known {field}")).into(),
        _ => Known::Yes(count),
    }
}

/// The topics. A topic is notified without a confirmation.
fn topics(subscribers: &[Subscriber]) -> Known<Vec<String>> {
    let is_topic = |s: &&Subscriber| s.r#type == Some(SubscriberType::Sns);
    let declined = |s: &&Subscriber| s.status == Some(SubscriberStatus::Declined);
    let topics = subscribers.iter().filter(is_topic).filter(|s| !declined(s));
    let mut arns = Vec::new();
    for topic in topics {
        match &topic.address {
            Some(arn) => arns.push(arn.clone()),
            None => return Unknown::missing(GET, "Address").into(),
        }
    }
    Known::Yes(arns)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn subscriber(kind: SubscriberType, status: Option<&str>) -> Subscriber {
        let subscriber = Subscriber::builder().address("x").r#type(kind);
        subscriber
            .set_status(status.map(SubscriberStatus::from))
            .build()
    }

    #[test]
    fn only_confirmed_addresses_count() {
        let email = |status| subscriber(SubscriberType::Email, status);
        let topic = subscriber(SubscriberType::Sns, Some("CONFIRMED"));
        let declined = [email(Some("DECLINED")), topic.clone()];
        assert_eq!(emails(&declined), Known::Yes(0));
        assert_eq!(topics(&declined), Known::Yes(vec!["x".to_owned()]));
        assert_eq!(emails(&[email(Some("CONFIRMED"))]), Known::Yes(1));
        assert!(!emails(&[email(None)]).is_known());
        assert!(!emails(&[email(Some("PAUSED"))]).is_known());
        assert!(!emails(&[subscriber("TEAMS".into(), None)]).is_known());
        assert_eq!(
            emails(&[email(None), email(Some("CONFIRMED"))]),
            Known::Yes(1)
        );
    }
}
