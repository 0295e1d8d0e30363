//! The topics of alerts with their access policy, KMS key, subscriptions and publishers.

use std::collections::BTreeSet;
use std::ops::Deref;
use std::sync::Arc;

use async_trait::async_trait;
use harden_core::{
    Cause, Cx, FactError, Kind, Known, Listing, Place, Resource, ResourceId, Subject, Unknown,
};
use harden_iam::Policy;

use super::publishers::{Publisher, Publishers, is_topic};
use crate::AwsPolicy;
use crate::arn::{Arn, id_of, topic_place_and_name};
use crate::resources::{
    Alarm, BudgetAlerts, KmsKey, Region, SnsTopic, Subscription, TopicSubscriptions,
};

/// A topic that an alarm or a budget notifies, or that the policy names.
pub(crate) struct Topic {
    pub(crate) arn: Box<str>,
    pub(crate) place: Place,
    pub(crate) name: Box<str>,
    /// Whether it exists.
    pub(crate) exists: Known<bool>,
    /// Its access policy.
    pub(crate) policy: Known<Policy>,
    /// The KMS key that encrypts it, or `None`.
    pub(crate) key: Known<Option<TopicKey>>,
    pub(crate) subscriptions: Known<Vec<Subscription>>,
    /// The known alarms and budgets that notify it.
    pub(crate) publishers: Vec<Publisher>,
    /// One publisher for each service and account. A policy allows a service of an account rather
    /// than a single alarm, so one publisher is enough for its evaluation.
    pub(crate) one_per_account: Vec<Publisher>,
    /// Whether `publishers` is complete.
    pub(crate) complete: Known<()>,
    /// Whether it is an alert topic: the policy names it. Where the policy names none, every topic
    /// that an alarm or a budget notifies is one.
    pub(crate) alert: bool,
}

/// The KMS key that encrypts a topic.
pub(crate) struct TopicKey {
    /// The reference in the topic's attribute KmsMasterKeyId.
    pub(crate) reference: Box<str>,
    /// `None` for the AWS managed key `aws/sns`: its policy never allows another service, so it is
    /// not read.
    pub(crate) key: Option<Known<KmsKey>>,
}

/// A topic that an alarm or a budget notifies, or that the policy names. Several views share it.
#[derive(Clone)]
pub(crate) struct NotifiedTopic(Arc<Topic>);

/// An alert topic that exists or may exist.
pub(crate) struct AlertTopic(Arc<Topic>);

impl Deref for NotifiedTopic {
    type Target = Topic;

    fn deref(&self) -> &Topic {
        &self.0
    }
}

impl Deref for AlertTopic {
    type Target = Topic;

    fn deref(&self) -> &Topic {
        &self.0
    }
}

/// The kinds that topics are joined from.
pub(crate) const TOPIC_KINDS: &[&Kind] = &[
    Alarm::KIND,
    BudgetAlerts::KIND,
    KmsKey::KIND,
    Region::KIND,
    SnsTopic::KIND,
    TopicSubscriptions::KIND,
];

#[async_trait]
impl Subject for NotifiedTopic {
    const KINDS: &'static [&'static Kind] = TOPIC_KINDS;

    async fn collect(cx: &Cx) -> Result<Arc<Listing<Self>>, FactError> {
        let policy = cx.policy::<AwsPolicy>();
        let publishers = Publishers::new(cx.list().await?, cx.list().await?);
        let regions = cx.list::<Region>().await?;
        let listings = TopicListings::collect(cx).await?;

        let named = named_topics(&policy.alerts.topics, &regions, &listings.topics);
        let all: BTreeSet<&str> = publishers
            .topics()
            .chain(named.iter().map(|arn| &**arn))
            .collect();
        let items = all.into_iter().map(|arn| {
            let alert = policy.alerts.topics.is_empty() || named.contains(arn);
            let topic = Topic {
                publishers: publishers.of(arn).to_vec(),
                one_per_account: one_per_account(publishers.of(arn)),
                alert,
                ..listings.topic(arn)
            };
            let topic = Topic {
                complete: publishers.complete(&topic.place),
                ..topic
            };
            let id = id_of(SnsTopic::KIND.name, arn);
            (Arc::new(id), Self(Arc::new(topic)))
        });
        let items = items.collect();
        Ok(Arc::new(Listing::new(
            items,
            listings.topics.scope.clone(),
            publishers.gaps,
        )))
    }
}

#[async_trait]
impl Subject for AlertTopic {
    const KINDS: &'static [&'static Kind] = TOPIC_KINDS;

    async fn collect(cx: &Cx) -> Result<Arc<Listing<Self>>, FactError> {
        let policy = cx.policy::<AwsPolicy>();
        let topics = cx.subjects::<NotifiedTopic>().await?;
        let items = topics
            .iter()
            // a topic that does not exist is a finding on its region and on its publishers
            .filter(|(_, topic)| topic.alert && topic.exists != Known::Yes(false))
            .map(|(id, topic)| (Arc::clone(id), Self(Arc::clone(&topic.0))))
            .collect();
        // where the policy names no topic, the alert topics come from the alarms and budgets;
        // otherwise they come from the regions
        let gaps = if policy.alerts.topics.is_empty() {
            topics.gaps.clone()
        } else {
            cx.list::<Region>().await?.gaps.clone()
        };
        Ok(Arc::new(Listing::new(items, topics.scope.clone(), gaps)))
    }
}

/// The ARNs of the topics that the policy names. A name without an ARN means the topic of that name
/// in every audited region.
fn named_topics(
    named: &[String],
    regions: &Listing<Region>,
    topics: &Listing<SnsTopic>,
) -> BTreeSet<Box<str>> {
    let partition = topics
        .iter()
        .find_map(|(_, t)| Arn::parse(&t.arn).map(|a| a.partition));
    let partition = partition.unwrap_or("aws");
    let mut all = BTreeSet::new();
    for topic in named {
        if is_topic(topic) {
            all.insert(topic.as_str().into());
            continue;
        }
        for (_, r) in regions.iter() {
            all.insert(format!("arn:{partition}:sns:{}:{}:{topic}", r.region, r.account).into());
        }
    }
    all
}

/// The listings that a topic is joined from.
pub(crate) struct TopicListings {
    pub(crate) topics: Arc<Listing<SnsTopic>>,
    subscriptions: Arc<Listing<TopicSubscriptions>>,
    keys: Arc<Listing<KmsKey>>,
}

impl TopicListings {
    pub(crate) async fn collect(cx: &Cx) -> Result<Self, FactError> {
        Ok(Self {
            topics: cx.list().await?,
            subscriptions: cx.list().await?,
            keys: cx.list().await?,
        })
    }

    /// The topic with an ARN, without its publishers.
    pub(crate) fn topic(&self, arn: &str) -> Topic {
        let (place, name) = topic_place_and_name(arn).unwrap_or((Place::global("unknown"), arn));
        let found = self.topics.get(&place, name);
        let facts = found.as_ref().and_then(|found| match found {
            Some(topic) => Known::Yes(*topic),
            None => Unknown::undetermined("the topic does not exist").into(),
        });
        let policy = facts.as_ref().and_then(|t| t.policy.as_ref());
        let policy = policy.and_then(|text| match Policy::parse(text) {
            Ok(policy) => Known::Yes(policy),
            Err(error) => Unknown::undetermined(format!("the topic's policy: {error}")).into(),
        });
        let key = facts.and_then(|t| t.kms_key.as_ref());
        let key = key.map(|key| key.as_deref().map(|key| topic_key(key, &place, &self.keys)));
        let subscribed = self.subscriptions.get(&place, name);
        let subscribed = subscribed.and_then(|facts| match (facts, &found) {
            (Some(facts), _) => facts.subscriptions.clone(),
            // the subscriptions were requested, but the list of topics could not be read
            (None, Known::No(unknown)) => Known::No(unknown.clone()),
            (None, Known::Yes(_)) => Unknown::new(
                Cause::NotRecorded,
                "the snapshot does not hold its subscriptions",
            )
            .during("sns:ListSubscriptionsByTopic")
            .into(),
        });
        Topic {
            arn: arn.into(),
            name: name.into(),
            exists: found.map(|found| found.is_some()),
            policy,
            key,
            subscriptions: subscribed,
            publishers: Vec::new(),
            one_per_account: Vec::new(),
            complete: Known::Yes(()),
            alert: false,
            place,
        }
    }
}

/// The first publisher of each service and account. The publishers are sorted by both.
fn one_per_account(publishers: &[Publisher]) -> Vec<Publisher> {
    publishers
        .chunk_by(|a, b| (a.service, &a.account) == (b.service, &b.account))
        .filter_map(<[Publisher]>::first)
        .cloned()
        .collect()
}

fn topic_key(reference: &str, place: &Place, keys: &Listing<KmsKey>) -> TopicKey {
    let managed = reference == "alias/aws/sns" || reference.ends_with(":alias/aws/sns");
    let key = || {
        keys.get(place, reference).and_then(|key| match key {
            Some(key) => Known::Yes(key.clone()),
            None => Unknown::new(
                Cause::NotRecorded,
                "the snapshot does not hold the key that the topic is encrypted with",
            )
            .during("kms:DescribeKey")
            .into(),
        })
    };
    TopicKey {
        reference: reference.into(),
        key: (!managed).then(key),
    }
}

/// The topic with an ARN.
pub(crate) fn topic_of(topics: &Listing<NotifiedTopic>, arn: &str) -> Option<NotifiedTopic> {
    let id: ResourceId = id_of(SnsTopic::KIND.name, arn);
    match topics.get(&id.place, &id.name) {
        Known::Yes(Some(topic)) => Some(topic.clone()),
        _ => None,
    }
}
