//! What checks across kinds judge: plain structs, joined from listings by pure functions.
//!
//! Joins use [`harden_core::Listing::get`] and [`harden_core::Listing::readable`], so that what
//! was not read is unknown.

mod alarm_changes;
mod alarm_targets;
mod alarms;
mod always_on;
mod anomalies;
mod balancers;
mod bucket;
mod budget;
mod budget_cover;
mod changes;
mod ci_account;
mod ci_faults;
mod ci_role;
mod ci_trust;
mod ci_use;
mod composite;
mod containers;
mod costs;
mod coverage;
mod coverage_alb;
mod coverage_ecs;
mod dashboard_thing;
mod dashboards;
mod database;
mod delivery;
mod drills;
mod exports;
mod history;
mod images;
mod joined;
mod listeners;
mod measured;
mod monthly_budget;
mod notifying_alarm;
mod protected_region;
mod publishers;
mod raised;
mod required_secrets;
mod restore;
mod search;
mod secret;
mod snapshots;
mod subscription;
mod tightness;
mod topic;
mod tuned;
mod waf;
mod watch;
mod weekly;

pub(crate) use alarm_changes::{HISTORY, RecentAlarm, Spell};
pub(crate) use alarm_targets::AimedAlarm;
pub(crate) use alarms::{SCALING, Watchers, is_scaling_alarm, metric_alarm};
pub(crate) use always_on::{Schedulable, Sort};
pub(crate) use anomalies::InvestigatedCost;
pub(crate) use balancers::{Balancer, GuardedBalancer, SetUpBalancer};
pub(crate) use bucket::KeptBucket;
pub(crate) use budget::{AccountBudget, RoutedBudget, Step, comparable, percent_of};
pub(crate) use budget_cover::AccountCover;
pub(crate) use changes::{Change, ChangedDatabase, What};
pub(crate) use ci_account::{CiAccount, github};
pub(crate) use ci_faults::{Faults, faults};
pub(crate) use ci_role::{CiRole, Deployment, ROLE_SOURCE, policy_name};
pub(crate) use ci_trust::{FederatedRole, provider_arns, told, values_of, without_owners};
pub(crate) use ci_use::UsedRole;
pub(crate) use containers::FamilyContainer;
pub(crate) use costs::ServiceTrend;
pub(crate) use coverage::{Asked, Coverage, SOURCE as ALARM_SOURCE, coverage, looks_elsewhere};
pub(crate) use coverage_alb::WatchedLoadBalancer;
pub(crate) use coverage_ecs::WatchedService;
pub(crate) use dashboard_thing::Thing as DashboardThing;
pub(crate) use dashboards::{DashboardAccount, Group};
pub(crate) use database::{Database, DatabaseKind, is_judged};
pub(crate) use delivery::{Link, chain, chain_links, key_admits, policy_admits, takes};
pub(crate) use drills::DrilledDatabase;
pub(crate) use exports::ExportedDatabase;
pub(crate) use history::{
    LEAST_DAYS, METRICS, covers, enough, no_data, numbers, peak_hours, shown,
};
pub(crate) use images::{KeptRepository, ScannedRepository};
pub(crate) use listeners::{HeaderListener, ListeningBalancer, RuledListener, TlsListener};
pub(crate) use measured::{MeasuredBalancer, MeasuredService};
pub(crate) use notifying_alarm::{Action, Notifies, NotifyingAlarm};
pub(crate) use protected_region::ProtectedRegion;
pub(crate) use publishers::{Publisher, Service};
pub(crate) use raised::{WiredAlarm, acts};
pub(crate) use required_secrets::{SecretsRegion, State, WantedSecret};
pub(crate) use restore::{DUTY, Restore, Seen};
#[cfg(feature = "live")]
pub(crate) use secret::needs_version;
pub(crate) use secret::{AgedSecret, Told, is_within, not_ones_own, settled};
pub(crate) use snapshots::{ManualSnapshot, SharedSnapshot};
pub(crate) use subscription::{HttpSubscription, TopicSubscription};
pub(crate) use tightness::{Fault, Measure, Wanted, Way, datapoints, seconds};
pub(crate) use topic::{AlertTopic, NotifiedTopic, Topic, TopicKey};
pub(crate) use tuned::{Thing, TunedAlarm, Watched};
pub(crate) use waf::{
    BAD_INPUTS, CORE, GuardingAcl, Holds, Landing, LoggedAcl, Managed, SQLI, SeenAcl, Stages,
    blocks_attack, blocks_scripting, landing, limited, managed, rates, rescoped, stands,
};
pub(crate) use watch::{Form, read};
pub(crate) use weekly::in_weekly_window;
