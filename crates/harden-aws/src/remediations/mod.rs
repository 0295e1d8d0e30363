//! The commands, documents and Terraform blocks that the remediations of several checks share.

mod alarm;
pub(crate) mod balancer;
mod budget;
mod chat;
mod ci_changes;
pub(crate) mod ci_policy;
pub(crate) mod ci_trust;
pub(crate) mod cli;
pub(crate) mod coverage;
mod dashboard;
mod key;
pub(crate) mod log_group;
mod metrics;
mod publishers;
pub(crate) mod put_alarm;
pub(crate) mod rds;
pub(crate) mod secret;
mod threshold;
mod topic;
pub(crate) mod waf;

pub(crate) use alarm::add_action;
pub(crate) use budget::{
    Route, add_subscriber, budget_terraform, create_budget, create_notification,
    notifications_in_words,
};
pub(crate) use chat::slack_channel;
pub(crate) use dashboard::put_dashboard;
pub(crate) use key::allow_use_of_key;
pub(crate) use metrics::by_target_group;
pub(crate) use threshold::retune;
pub(crate) use topic::{
    allow_publish, create_topic, policy_terraform, repair, set_policy, subscribe,
};
