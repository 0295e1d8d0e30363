//! The kinds of resources that are read from an account, one file each.
//!
//! A kind's file has its type, its name, and the permissions that its listing needs; how it is
//! listed stands in `live/`, under the same name. Fields are named after the API's.

mod account_summary;
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
pub(crate) mod iam_role;
mod iam_role_use;
mod iam_user_keys;
mod kms_key;
mod load_balancer;
mod oidc_provider;
mod organization;
mod pairs;
mod place;
mod rds_events;
mod restore_events;
mod restore_jobs;
mod sns_topic;
mod target_group;
mod topic_subscriptions;

pub use account_summary::AccountSummary;
pub use alarm::{Alarm, AlarmDefinition, CompositeAlarm, Metric, MetricAlarm, MetricQuery};
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
pub use iam_role::{IamRole, ManagedPolicy, RolePolicy, privileged, trusts_github};
pub use iam_role_use::{IamRoleUse, ServiceUse};
pub use iam_user_keys::{AccessKey, IamUserKeys};
pub use kms_key::KmsKey;
pub use load_balancer::LoadBalancer;
pub use oidc_provider::OidcProvider;
pub use organization::Organization;
pub use pairs::{Dimensions, Pairs, Tags};
pub use place::{Account, Region};
pub use rds_events::{RdsEvent, RdsEvents};
pub use restore_events::{RestoreEvent, RestoreEvents};
pub use restore_jobs::{RestoreJob, RestoreJobs};
pub use sns_topic::SnsTopic;
pub use target_group::TargetGroup;
pub use topic_subscriptions::{Subscription, TopicSubscriptions};

use harden_core::Kind;

/// All kinds that this crate lists.
pub const KINDS: &[&Kind] = {
    use harden_core::Resource;
    &[
        Account::KIND,
        AccountSummary::KIND,
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
        IamRole::KIND,
        IamRoleUse::KIND,
        IamUserKeys::KIND,
        KmsKey::KIND,
        LoadBalancer::KIND,
        OidcProvider::KIND,
        Organization::KIND,
        RdsEvents::KIND,
        Region::KIND,
        RestoreEvents::KIND,
        RestoreJobs::KIND,
        SnsTopic::KIND,
        TargetGroup::KIND,
        TopicSubscriptions::KIND,
    ]
};
