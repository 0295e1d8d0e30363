//! The kinds of resources that are read from an account, one file each.
//!
//! A kind's file has its type, its name, and the permissions that its listing needs; how it is
//! listed stands in `live/`, under the same name. Fields are named after the API's.

mod alarm;
mod alarm_history;
mod budget;
mod budget_action;
mod budget_alerts;
mod db_cluster;
mod db_export_task;
mod db_instance;
mod db_snapshot;
mod db_snapshot_sharing;
mod ecs_service;
mod kms_key;
mod listener_attributes;
mod listener_rules;
mod load_balancer;
mod load_balancer_attributes;
mod load_balancer_listeners;
mod organization;
mod place;
mod rds_events;
mod restore_events;
mod restore_jobs;
mod rule_group;
mod sns_topic;
mod ssl_policy;
mod target_group;
mod topic_subscriptions;
mod waf;
mod web_acl;
mod web_acl_logging;
mod web_acl_rules;

pub use alarm::{
    Alarm, AlarmDefinition, CompositeAlarm, Dimensions, Metric, MetricAlarm, MetricQuery,
};
pub use alarm_history::{AlarmHistory, StateChange};
pub use budget::{Budget, Money};
pub use budget_action::BudgetAction;
pub use budget_alerts::{BudgetAlerts, Notification, Subscriber};
pub use db_cluster::{ClusterMember, DbCluster};
pub use db_export_task::DbExportTask;
pub use db_instance::DbInstance;
pub use db_snapshot::{DbClusterSnapshot, DbSnapshot, SnapshotFacts};
pub use db_snapshot_sharing::DbSnapshotSharing;
pub use ecs_service::EcsService;
pub use kms_key::KmsKey;
pub use listener_attributes::ListenerAttributes;
pub use listener_rules::{ListenerRule, ListenerRules};
pub use load_balancer::LoadBalancer;
pub use load_balancer_attributes::LoadBalancerAttributes;
pub use load_balancer_listeners::{Listener, ListenerAction, LoadBalancerListeners};
pub use organization::Organization;
pub use place::{Account, Region};
pub use rds_events::{RdsEvent, RdsEvents};
pub use restore_events::{RestoreEvent, RestoreEvents};
pub use restore_jobs::{RestoreJob, RestoreJobs};
pub use rule_group::RuleGroup;
pub use sns_topic::SnsTopic;
pub use ssl_policy::SslPolicy;
pub use target_group::TargetGroup;
pub use topic_subscriptions::{Subscription, TopicSubscriptions};
pub use waf::{
    Action, GeoMatch, LabelMatch, ManagedRuleGroup, Named, Negated, RateBased, RuleActionOverride,
    RuleGroupReference, Statement, Statements, VisibilityConfig, WafRule,
};
pub use web_acl::WebAcl;
pub use web_acl_logging::WebAclLogging;
pub use web_acl_rules::{WebAclRules, WebAclUpdate};

use harden_core::Kind;

/// All kinds that this crate lists.
pub const KINDS: &[&Kind] = {
    use harden_core::Resource;
    &[
        Account::KIND,
        Alarm::KIND,
        AlarmHistory::KIND,
        Budget::KIND,
        BudgetAction::KIND,
        BudgetAlerts::KIND,
        DbCluster::KIND,
        DbClusterSnapshot::KIND,
        DbExportTask::KIND,
        DbInstance::KIND,
        DbSnapshot::KIND,
        DbSnapshotSharing::KIND,
        EcsService::KIND,
        KmsKey::KIND,
        ListenerAttributes::KIND,
        ListenerRules::KIND,
        LoadBalancer::KIND,
        LoadBalancerAttributes::KIND,
        LoadBalancerListeners::KIND,
        Organization::KIND,
        RdsEvents::KIND,
        Region::KIND,
        RestoreEvents::KIND,
        RestoreJobs::KIND,
        RuleGroup::KIND,
        SnsTopic::KIND,
        SslPolicy::KIND,
        TargetGroup::KIND,
        TopicSubscriptions::KIND,
        WebAcl::KIND,
        WebAclLogging::KIND,
        WebAclRules::KIND,
    ]
};
