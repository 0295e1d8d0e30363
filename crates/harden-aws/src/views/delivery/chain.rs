//! Whether a message from a publisher arrives at a subscriber: the topic exists, its access policy and
//! its KMS key allow the publisher, and a confirmed subscription receives the message.
//!
//! AWS pages: "Amazon SNS access control use cases", "Enable compatibility between event sources from
//! AWS services and encrypted topics" (SNS developer guide), and "Creating an Amazon SNS topic for
//! budget notifications" (Cost Management user guide).

use harden_core::{Known, Unknown};
use harden_iam::Decision;

use super::filter::lets_through;
use super::publishers::{Publisher, PublishingService};
use super::topic::{Topic, TopicKey};
use crate::resources::{KmsKey, Subscription};

/// A link of the chain from a publisher to a subscriber.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum ChainLink {
    /// The topic exists, and the publisher can notify it.
    Topic,
    /// The access policy of the topic allows the publisher.
    Policy,
    /// The KMS key of the topic allows the publisher.
    Key,
    /// The topic has a confirmed subscription.
    Subscriber,
    /// The filter policy of a confirmed subscription lets the messages of the publisher through.
    Filter,
}

impl ChainLink {
    /// The operation that returns the facts about the link.
    pub(crate) fn source(self) -> &'static str {
        match self {
            Self::Topic => "sns:ListTopics",
            Self::Policy => "sns:GetTopicAttributes",
            Self::Key => "kms:GetKeyPolicy",
            Self::Subscriber => "sns:ListSubscriptionsByTopic",
            Self::Filter => "sns:GetSubscriptionAttributes",
        }
    }
}

/// A link that is certainly broken, with the reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct BrokenLink {
    pub(crate) link: ChainLink,
    pub(crate) how: String,
}

/// The state of a link or of a chain: intact, broken, or unknown.
pub(crate) type LinkState = Known<Result<(), BrokenLink>>;

fn intact() -> LinkState {
    Known::Yes(Ok(()))
}

fn broken(link: ChainLink, how: impl Into<String>) -> LinkState {
    Known::Yes(Err(BrokenLink {
        link,
        how: how.into(),
    }))
}

/// The chain from a publisher through a topic: the first link that is certainly broken, otherwise the
/// first unknown link, otherwise intact.
pub(crate) fn chain(topic: &Topic, publisher: &Publisher) -> LinkState {
    let mut unknown = None;
    for link in links(topic, publisher) {
        match link {
            Known::Yes(Err(broken)) => return Known::Yes(Err(broken)),
            Known::Yes(Ok(())) => {}
            Known::No(reason) => {
                unknown.get_or_insert(reason);
            }
        }
    }
    unknown.map_or_else(intact, Known::No)
}

/// All links of a chain that are certainly broken.
pub(crate) fn broken_links(
    topic: &Topic,
    publisher: &Publisher,
) -> impl Iterator<Item = BrokenLink> {
    links(topic, publisher)
        .into_iter()
        .filter_map(|link| match link {
            Known::Yes(Err(broken)) => Some(broken),
            _ => None,
        })
}

fn links(topic: &Topic, publisher: &Publisher) -> [LinkState; 4] {
    [
        topic_exists(topic, publisher),
        policy_admits(topic, publisher),
        key_admits(topic, publisher),
        has_subscriber(topic, publisher),
    ]
}

/// Whether the topic exists. A budget can notify only topics of its own account.
pub(crate) fn topic_exists(topic: &Topic, publisher: &Publisher) -> LinkState {
    if publisher.service == PublishingService::Budgets && *publisher.account != *topic.place.account
    {
        let how = format!(
            "the topic {} is in another account; AWS Budgets notifies only topics of its own account",
            topic.arn
        );
        return broken(ChainLink::Topic, how);
    }
    topic.exists.as_ref().and_then(|exists| {
        if *exists {
            intact()
        } else {
            broken(
                ChainLink::Topic,
                format!("the topic {} does not exist", topic.arn),
            )
        }
    })
}

/// Whether the access policy of the topic allows a publisher to publish.
pub(crate) fn policy_admits(topic: &Topic, publisher: &Publisher) -> LinkState {
    topic.policy.as_ref().and_then(|policy| {
        let request = publisher.request("sns:Publish", &topic.arn, &topic.arn);
        let whose = format!("the policy of the topic {}", topic.name);
        decided(
            &policy.evaluate(&request),
            ChainLink::Policy,
            publisher,
            &whose,
        )
    })
}

/// Whether a publisher can use the KMS key of the topic. A topic without a key passes.
pub(crate) fn key_admits(topic: &Topic, publisher: &Publisher) -> LinkState {
    topic.key.as_ref().and_then(|key| match key {
        None => intact(),
        Some(TopicKey { key: None, .. }) => broken(
            ChainLink::Key,
            format!(
                "the topic {} is encrypted with the AWS managed key alias/aws/sns, which {} cannot use",
                topic.name,
                publisher.service.principal()
            ),
        ),
        Some(TopicKey { key: Some(key), .. }) => key
            .as_ref()
            .and_then(|key| customer_key_admits(topic, key, publisher)),
    })
}

fn customer_key_admits(topic: &Topic, key: &KmsKey, publisher: &Publisher) -> LinkState {
    let reference = &key.reference;
    if key.manager.ok().is_some_and(|m| m == "AWS") {
        let how = format!(
            "the key {reference} is managed by AWS, and {} cannot use it",
            publisher.service.principal()
        );
        return broken(ChainLink::Key, how);
    }
    let is_unusable = |state: &String| {
        matches!(
            &**state,
            "Disabled"
                | "PendingDeletion"
                | "PendingReplicaDeletion"
                | "PendingImport"
                | "Unavailable"
                | "NotFound"
        )
    };
    if let Some(state) = key.state.ok().filter(|s| is_unusable(s)) {
        let how = format!("the key {reference} cannot be used: its KeyState is {state}");
        return broken(ChainLink::Key, how);
    }
    let by_policy = key.policy.as_ref().and_then(|text| {
        let Some(text) = text else {
            return Unknown::undetermined("the key's policy was not read")
                .during("kms:GetKeyPolicy")
                .into();
        };
        let policy = match harden_iam::Policy::parse(text) {
            Ok(policy) => policy,
            Err(error) => {
                return Unknown::undetermined(format!("the key's policy: {error}")).into();
            }
        };
        let arn = key.arn.ok().map_or("*", String::as_str);
        let whose = format!("the policy of the key {reference}");
        let mut unknown = None;
        // SNS calls both for a message to an encrypted topic: GenerateDataKey to encrypt it, Decrypt
        // to verify the data key
        for action in ["kms:Decrypt", "kms:GenerateDataKey"] {
            let request = publisher.request(action, arn, &topic.arn);
            match decided(
                &policy.evaluate(&request),
                ChainLink::Key,
                publisher,
                &whose,
            ) {
                Known::Yes(Ok(())) => {}
                Known::No(reason) => {
                    unknown.get_or_insert(reason);
                }
                certain => return certain,
            }
        }
        unknown.map_or_else(intact, Known::No)
    });
    match by_policy {
        // the policy decides only for a key that is known to be usable
        Known::Yes(Ok(())) => {
            let known = key.manager.as_ref().and_then(|_| key.state.as_ref());
            known.map(|_| Ok(()))
        }
        other => other,
    }
}

/// The state of a link from the decision of a policy.
fn decided(decision: &Decision, link: ChainLink, publisher: &Publisher, whose: &str) -> LinkState {
    let caller = publisher.service.principal();
    let who = publisher.label();
    match decision {
        Decision::Allowed { .. } => intact(),
        Decision::ImplicitlyDenied => broken(
            link,
            format!("{whose} has no statement that allows {caller} for the {who}"),
        ),
        Decision::ExplicitlyDenied { statement } => broken(
            link,
            format!("{whose} denies {caller} for the {who}: {statement}"),
        ),
        Decision::Undetermined { statement, key } => Unknown::undetermined(format!(
            "whether {whose} allows {caller} for the {who} depends on {key} in {statement}"
        ))
        .into(),
    }
}

/// Whether a confirmed subscription receives the messages of a publisher.
fn has_subscriber(topic: &Topic, publisher: &Publisher) -> LinkState {
    topic.subscriptions.as_ref().and_then(|subscriptions| {
        let receives = subscriptions.iter().map(|s| receives(s, publisher));
        Known::any(receives).and_then(|any| {
            if any {
                return intact();
            }
            let filtered: Vec<&Subscription> = subscriptions.iter().filter(|s| takes(s)).collect();
            let how = match (&*filtered, subscriptions.len()) {
                ([first, ..], _) => {
                    let how = format!(
                        "the filter policy of each confirmed subscription of the topic {} excludes \
                         the messages of the {}: {}",
                        topic.name,
                        publisher.label(),
                        first.describe_filter(),
                    );
                    return broken(ChainLink::Filter, how);
                }
                ([], 0) => format!("the topic {} has no subscription", topic.name),
                ([], 1) => format!(
                    "the only subscription of the topic {} is not confirmed",
                    topic.name
                ),
                ([], n) => format!(
                    "none of the {n} subscriptions of the topic {} is confirmed",
                    topic.name
                ),
            };
            broken(ChainLink::Subscriber, how)
        })
    })
}

/// Whether a subscription receives the messages of a publisher.
pub(crate) fn receives(subscription: &Subscription, publisher: &Publisher) -> Known<bool> {
    if !takes(subscription) {
        return Known::Yes(false);
    }
    subscription
        .filter
        .as_ref()
        .and_then(|filter| match filter {
            Some(filter) => lets_through(filter, publisher),
            None => Known::Yes(true),
        })
}

/// Whether a subscription can receive messages. A Slack webhook cannot: it cannot confirm the
/// subscription and does not understand SNS messages.
pub(crate) fn takes(subscription: &Subscription) -> bool {
    subscription.confirmed && !subscription.is_slack_webhook()
}
