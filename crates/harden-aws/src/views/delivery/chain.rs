//! Whether what a publisher sends to a topic reaches somebody: the topic exists, its policy admits
//! the publisher, its key does, and a confirmed subscription takes the message.

use harden_core::{Known, Unknown};
use harden_iam::Decision;

use super::publishers::{Publisher, Service};
use super::topic::{Topic, TopicKey};
use crate::resources::{KmsKey, Subscription};

/// A link of the chain from a publisher to a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Link {
    /// The topic exists, and is one that the publisher can notify.
    Topic,
    /// The topic's policy admits the publisher.
    Policy,
    /// The topic's key admits the publisher.
    Key,
    /// Somebody is subscribed.
    Subscriber,
}

impl Link {
    /// The operation that told.
    pub(crate) fn source(self) -> &'static str {
        match self {
            Self::Topic => "sns:ListTopics",
            Self::Policy => "sns:GetTopicAttributes",
            Self::Key => "kms:GetKeyPolicy",
            Self::Subscriber => "sns:ListSubscriptionsByTopic",
        }
    }
}

/// A link that is certainly broken, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Broken {
    pub(crate) link: Link,
    pub(crate) how: String,
}

/// What is known of a link or of a chain: that it holds, or that it is broken.
pub(crate) type Holds = Known<Result<(), Broken>>;

fn holds() -> Holds {
    Known::Yes(Ok(()))
}

fn broken(link: Link, how: impl Into<String>) -> Holds {
    Known::Yes(Err(Broken {
        link,
        how: how.into(),
    }))
}

/// The chain from a publisher over a topic: the first link that is certainly broken, else the
/// first that is not known, else that it holds.
pub(crate) fn chain(topic: &Topic, publisher: &Publisher) -> Holds {
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
    unknown.map_or_else(holds, Known::No)
}

/// The links of a chain that are certainly broken, each by itself.
pub(crate) fn chain_links(topic: &Topic, publisher: &Publisher) -> impl Iterator<Item = Broken> {
    links(topic, publisher)
        .into_iter()
        .filter_map(|link| match link {
            Known::Yes(Err(broken)) => Some(broken),
            _ => None,
        })
}

fn links(topic: &Topic, publisher: &Publisher) -> [Holds; 4] {
    [
        reachable(topic, publisher),
        policy_admits(topic, publisher),
        key_admits(topic, publisher),
        somebody_subscribed(topic),
    ]
}

/// Whether the topic exists; a budget notifies topics of its own account only.
pub(crate) fn reachable(topic: &Topic, publisher: &Publisher) -> Holds {
    if publisher.service == Service::Budgets && *publisher.account != *topic.place.account {
        let how = format!(
            "the topic {} is in another account, and Budgets notifies topics of its own only",
            topic.arn
        );
        return broken(Link::Topic, how);
    }
    topic.exists.as_ref().and_then(|exists| {
        if *exists {
            holds()
        } else {
            broken(
                Link::Topic,
                format!("the topic {} does not exist", topic.arn),
            )
        }
    })
}

/// Whether the topic's access policy lets a publisher publish.
pub(crate) fn policy_admits(topic: &Topic, publisher: &Publisher) -> Holds {
    topic.policy.as_ref().and_then(|policy| {
        let request = publisher.request("sns:Publish", &topic.arn, &topic.arn);
        let whose = format!("the policy of the topic {}", topic.name);
        decided(&policy.evaluate(&request), Link::Policy, publisher, &whose)
    })
}

/// Whether the key that a topic is encrypted with, if it is, can be used for a publisher.
pub(crate) fn key_admits(topic: &Topic, publisher: &Publisher) -> Holds {
    topic.key.as_ref().and_then(|key| match key {
        None => holds(),
        Some(TopicKey { key: None, .. }) => broken(
            Link::Key,
            format!(
                "the topic {} is encrypted with the AWS managed key alias/aws/sns, which {} can't use",
                topic.name,
                publisher.service.principal()
            ),
        ),
        Some(TopicKey { key: Some(key), .. }) => key
            .as_ref()
            .and_then(|key| customer_key_admits(topic, key, publisher)),
    })
}

fn customer_key_admits(topic: &Topic, key: &KmsKey, publisher: &Publisher) -> Holds {
    let reference = &key.reference;
    if key.manager.ok().is_some_and(|m| m == "AWS") {
        let how = format!(
            "the key {reference} is managed by AWS, and {} can't use it",
            publisher.service.principal()
        );
        return broken(Link::Key, how);
    }
    let useless = |state: &String| {
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
    if let Some(state) = key.state.ok().filter(|s| useless(s)) {
        let how = format!("the key {reference} can't be used: its KeyState is {state}");
        return broken(Link::Key, how);
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
        for action in ["kms:Decrypt", "kms:GenerateDataKey"] {
            let request = publisher.request(action, arn, &topic.arn);
            match decided(&policy.evaluate(&request), Link::Key, publisher, &whose) {
                Known::Yes(Ok(())) => {}
                Known::No(reason) => {
                    unknown.get_or_insert(reason);
                }
                certain => return certain,
            }
        }
        unknown.map_or_else(holds, Known::No)
    });
    match by_policy {
        // a policy that admits the publisher is enough only of a key that is known to work
        Known::Yes(Ok(())) => {
            let known = key.manager.as_ref().and_then(|_| key.state.as_ref());
            known.map(|_| Ok(()))
        }
        other => other,
    }
}

/// What a policy's decision says of a link.
fn decided(decision: &Decision, link: Link, publisher: &Publisher, whose: &str) -> Holds {
    let caller = publisher.service.principal();
    let who = publisher.shown();
    match decision {
        Decision::Allowed { .. } => holds(),
        Decision::ImplicitlyDenied => broken(
            link,
            format!("{whose} has no statement that admits {caller} for the {who}"),
        ),
        Decision::ExplicitlyDenied { statement } => broken(
            link,
            format!("{whose} denies {caller} for the {who}: {statement}"),
        ),
        Decision::Undetermined { statement, key } => Unknown::undetermined(format!(
            "whether {whose} admits {caller} for the {who} depends on {key}, in {statement}"
        ))
        .into(),
    }
}

/// Whether a confirmed subscription takes what the topic gets.
pub(crate) fn somebody_subscribed(topic: &Topic) -> Holds {
    topic.subscriptions.as_ref().and_then(|subscriptions| {
        if subscriptions.iter().any(takes) {
            return holds();
        }
        let how = match subscriptions.len() {
            0 => format!("nobody is subscribed to the topic {}", topic.name),
            1 => format!(
                "the only subscription of the topic {} is not confirmed",
                topic.name
            ),
            n => format!(
                "none of the {n} subscriptions of the topic {} is confirmed",
                topic.name
            ),
        };
        broken(Link::Subscriber, how)
    })
}

/// Whether a subscription takes messages: one straight to a Slack webhook can't.
pub(crate) fn takes(subscription: &Subscription) -> bool {
    subscription.confirmed && !subscription.is_slack_webhook()
}
