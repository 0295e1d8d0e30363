//! How an alert is delivered: publisher, topic, policy and key, subscriber.

mod chain;
mod notifying_alarm;
mod protected_region;
mod publishers;
mod subscription;
mod topic;

pub(crate) use chain::{ChainLink, broken_links, chain, key_admits, policy_admits, takes};
pub(crate) use notifying_alarm::{Action, AlarmActions, NotifyingAlarm};
pub(crate) use protected_region::ProtectedRegion;
pub(crate) use publishers::{Publisher, PublishingService};
pub(crate) use subscription::{HttpSubscription, TopicSubscription};
pub(crate) use topic::{AlertTopic, NotifiedTopic, Topic, TopicKey, topic_of};
