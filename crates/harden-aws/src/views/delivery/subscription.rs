//! The subscriptions of alert topics.

use std::sync::Arc;

use async_trait::async_trait;
use harden_core::{Cx, FactError, Kind, Known, Listing, Place, ResourceId, Subject};

use super::topic::{AlertTopic, TOPIC_KINDS};
use crate::resources::Subscription;

/// A subscription of an alert topic. Where the subscriptions of a topic are unknown, one unknown
/// subscription represents all of them.
#[derive(Clone)]
pub(crate) struct TopicSubscription {
    pub(crate) topic_arn: Box<str>,
    pub(crate) place: Place,
    pub(crate) subscription: Known<Subscription>,
}

/// A subscription of an alert topic to a URL.
pub(crate) struct HttpSubscription(pub(crate) TopicSubscription);

const SUBSCRIPTION: &str = "aws/sns-subscription";

#[async_trait]
impl Subject for TopicSubscription {
    const KINDS: &'static [&'static Kind] = TOPIC_KINDS;

    async fn collect(cx: &Cx) -> Result<Arc<Listing<Self>>, FactError> {
        let topics = cx.subjects::<AlertTopic>().await?;
        let items = topics.iter().flat_map(|(_, topic)| of(topic)).collect();
        Ok(Arc::new(Listing::new(
            items,
            topics.scope.clone(),
            topics.gaps.clone(),
        )))
    }
}

#[async_trait]
impl Subject for HttpSubscription {
    const KINDS: &'static [&'static Kind] = TOPIC_KINDS;

    async fn collect(cx: &Cx) -> Result<Arc<Listing<Self>>, FactError> {
        let all = cx.subjects::<TopicSubscription>().await?;
        let items = all
            .iter()
            .filter(|(_, s)| {
                let url = |s: &Subscription| matches!(&*s.protocol, "http" | "https");
                s.subscription.ok().is_none_or(url)
            })
            .map(|(id, s)| (Arc::clone(id), Self(s.clone())))
            .collect();
        Ok(Arc::new(Listing::new(
            items,
            all.scope.clone(),
            all.gaps.clone(),
        )))
    }
}

/// The subscriptions of a topic. Their ids contain a hash of the endpoint, because the endpoint can
/// be a secret.
fn of(topic: &AlertTopic) -> Vec<(Arc<ResourceId>, TopicSubscription)> {
    let item = |name: String, shown: String, subscription: Known<_>| {
        let mut id = ResourceId::new(SUBSCRIPTION, topic.place.clone(), &name).shown_as(&shown);
        if let Known::No(_) = &subscription {
            id = id.collective();
        }
        let subscription = TopicSubscription {
            topic_arn: topic.arn.clone(),
            place: topic.place.clone(),
            subscription,
        };
        (Arc::new(id), subscription)
    };
    match &topic.subscriptions {
        Known::Yes(all) => all
            .iter()
            .map(|s| {
                let name = format!("{} {} {}", topic.name, s.protocol, s.endpoint_hash);
                let shown = format!("{} {} {}", topic.arn, s.protocol, s.endpoint);
                item(name, shown, Known::Yes(s.clone()))
            })
            .collect(),
        Known::No(unknown) => {
            let name = format!("{} *", topic.name);
            let shown = format!("subscriptions of {}", topic.arn);
            vec![item(name, shown, Known::No(unknown.clone()))]
        }
    }
}
