//! How an alert is delivered: publisher, topic, policy and key, subscriber.

mod chain;
mod filter;
mod notifying_alarm;
mod protected_region;
mod publishers;
mod subscription;
mod topic;

pub(crate) use chain::{
    BrokenLink, ChainLink, broken_links, chain, key_admits, policy_admits, receives, takes,
};
pub(crate) use notifying_alarm::{Action, AlarmActions, NotifyingAlarm};
pub(crate) use protected_region::ProtectedRegion;
pub(crate) use publishers::{Publisher, PublishingService};
pub(crate) use subscription::{HttpSubscription, TopicSubscription};
pub(crate) use topic::{AlertTopic, NotifiedTopic, Topic, TopicKey, TopicListings, topic_of};

/// The ways to notify people about an alarm that are not actions of the alarm.
pub(crate) const NOT_READ: &str = "EventBridge rules on changes of alarm states and AWS User \
    Notifications, which can notify people too, were not looked at";
