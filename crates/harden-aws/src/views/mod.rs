//! What checks across kinds judge: plain structs, joined from listings by pure functions.
//!
//! Joins use [`harden_core::Listing::get`] and [`harden_core::Listing::readable`], so that what
//! was not read is unknown.

mod budget;
mod budget_cover;
mod composite;
mod database;
mod delivery;
mod notifying_alarm;
mod protected_region;
mod publishers;
mod scaling;
mod subscription;
mod topic;

pub(crate) use budget::{AccountBudget, Step, comparable, percent_of};
pub(crate) use budget_cover::AccountCover;
pub(crate) use database::{Database, DatabaseKind};
pub(crate) use delivery::{Link, chain, chain_links, key_admits, policy_admits, takes};
pub(crate) use notifying_alarm::{Action, Notifies, NotifyingAlarm};
pub(crate) use protected_region::ProtectedRegion;
pub(crate) use publishers::{Publisher, Service};
pub(crate) use subscription::{HttpSubscription, TopicSubscription};
pub(crate) use topic::{AlertTopic, NotifiedTopic, Topic, TopicKey};
