//! The kinds of resources that are read from an account, one file each.
//!
//! A kind's file has its type, its name, and the permissions that its listing needs; how it is
//! listed stands in `live/`, under the same name. Fields are named after the API's.

mod alarm;
mod alarm_history;
mod alarm_metric;
mod balancer_metrics;
mod budget;
mod budget_action;
mod budget_alerts;
mod dashboard;
mod db_cluster;
mod db_export_task;
mod db_instance;
mod db_snapshot;
mod db_snapshot_sharing;
mod ecs_service;
mod evaluation;
mod kms_key;
mod load_balancer;
mod metric_history;
mod organization;
mod pairs;
mod place;
mod rds_events;
mod restore_events;
mod restore_jobs;
mod service_metrics;
mod sns_topic;
mod target_group;
mod topic_subscriptions;
mod tuned_metric;

pub use alarm::{Alarm, AlarmDefinition, CompositeAlarm, Metric, MetricAlarm, MetricQuery};
pub use alarm_history::{AlarmHistory, StateChange};
pub use alarm_metric::{AlarmData, AlarmMetric};
pub use balancer_metrics::{BalancerMetrics, ErrorHour, ResponseTime};
pub use budget::{Budget, Money};
pub use budget_action::BudgetAction;
pub use budget_alerts::{BudgetAlerts, Notification, Subscriber};
pub use dashboard::{Dashboard, Shown, ShownMetrics};
pub use db_cluster::{ClusterMember, DbCluster};
pub use db_export_task::DbExportTask;
pub use db_instance::DbInstance;
pub use db_snapshot::{DbClusterSnapshot, DbSnapshot, SnapshotFacts};
pub use db_snapshot_sharing::DbSnapshotSharing;
pub use ecs_service::EcsService;
pub use evaluation::{Evaluation, Rule as AlarmRule, Worst};
pub use kms_key::KmsKey;
pub use load_balancer::LoadBalancer;
pub use metric_history::MetricHistory;
pub use organization::Organization;
pub use pairs::{Dimensions, Pairs, Tags};
pub use place::{Account, Region};
pub use rds_events::{RdsEvent, RdsEvents};
pub use restore_events::{RestoreEvent, RestoreEvents};
pub use restore_jobs::{RestoreJob, RestoreJobs};
pub use service_metrics::{ServiceMetrics, medians_by_day};
pub use sns_topic::SnsTopic;
pub use target_group::TargetGroup;
pub use topic_subscriptions::{Subscription, TopicSubscriptions};
pub use tuned_metric::TunedMetric;

use harden_core::Kind;

/// All kinds that this crate lists.
pub const KINDS: &[&Kind] = {
    use harden_core::Resource;
    &[
        Account::KIND,
        Alarm::KIND,
        AlarmHistory::KIND,
        AlarmMetric::KIND,
        BalancerMetrics::KIND,
        Budget::KIND,
        BudgetAction::KIND,
        BudgetAlerts::KIND,
        Dashboard::KIND,
        DbCluster::KIND,
        DbClusterSnapshot::KIND,
        DbExportTask::KIND,
        DbInstance::KIND,
        DbSnapshot::KIND,
        DbSnapshotSharing::KIND,
        EcsService::KIND,
        KmsKey::KIND,
        LoadBalancer::KIND,
        Organization::KIND,
        RdsEvents::KIND,
        Region::KIND,
        RestoreEvents::KIND,
        RestoreJobs::KIND,
        ServiceMetrics::KIND,
        SnsTopic::KIND,
        TargetGroup::KIND,
        TopicSubscriptions::KIND,
    ]
};
