//! The kinds of resources that are read from an account, one file each.
//!
//! The file of a kind has its type, its name, and the permissions that its listing needs. The code that
//! lists it is in `live/`, under the same name. Fields have the names of the API.

mod account_cost;
mod account_summary;
mod alarm;
mod alarm_history;
mod alarm_metric;
mod alarm_mute_rule;
mod anomaly_monitor;
mod anomaly_subscription;
mod balancer_metrics;
mod bucket;
mod bucket_lifecycle;
mod budget;
mod budget_action;
mod budget_alerts;
mod commitment_coverage;
mod cost_expression;
mod dashboard;
mod db_cluster;
mod db_export_task;
mod db_instance;
mod db_shard_group;
mod db_snapshot;
mod db_snapshot_sharing;
mod ecr_lifecycle;
mod ecr_registry;
mod ecr_repository;
mod ecs_service;
mod encryption;
mod evaluation;
mod global_cluster;
pub(crate) mod iam_role;
mod iam_role_use;
mod iam_user_keys;
mod kms_key;
mod listener_attributes;
mod listener_rules;
mod load_balancer;
mod load_balancer_attributes;
mod load_balancer_listeners;
mod log_group;
mod metric_history;
mod oidc_provider;
mod organization;
mod pairs;
mod place;
mod placeholder;
mod rds_events;
mod restore_events;
mod restore_jobs;
mod rule_group;
mod scaling_schedule;
mod secret;
mod secret_version;
mod service_metrics;
mod sns_topic;
mod ssl_policy;
mod stop_schedule;
mod target_group;
mod task_definition;
mod topic_subscriptions;
mod tuned_metric;
mod value_class;
mod waf;
mod web_acl;
mod web_acl_logging;
mod web_acl_rules;

pub use account_cost::{AccountCost, ServiceCost};
pub use account_summary::AccountSummary;
pub use alarm::{
    Alarm, AlarmDefinition, CompositeAlarm, LogAlarm, Metric, MetricAlarm, MetricQuery,
};
pub use alarm_history::{AlarmHistory, StateChange};
pub use alarm_metric::{AlarmData, AlarmMetric};
pub use alarm_mute_rule::AlarmMuteRule;
pub use anomaly_monitor::AnomalyMonitor;
pub use anomaly_subscription::AnomalySubscription;
pub use balancer_metrics::{BalancerMetrics, ErrorHour, ResponseTime};
pub use bucket::Bucket;
pub use bucket_lifecycle::{BucketLifecycle, LifecycleRule};
pub use budget::{Budget, Money};
pub use budget_action::BudgetAction;
pub use budget_alerts::{BudgetAlerts, Notification, Subscriber};
pub use commitment_coverage::{CommitmentCoverage, DayOfUse};
pub use cost_expression::{CostDimension, CostExpression};
pub use dashboard::{Dashboard, Shown, ShownMetrics};
pub use db_cluster::{ClusterMember, DbCluster};
pub use db_export_task::DbExportTask;
pub use db_instance::DbInstance;
pub use db_shard_group::DbShardGroup;
pub use db_snapshot::{DbClusterSnapshot, DbSnapshot, SnapshotFacts};
pub use db_snapshot_sharing::DbSnapshotSharing;
pub use ecr_lifecycle::EcrLifecycle;
pub use ecr_registry::{EcrRegistry, ScanningRule};
pub use ecr_repository::EcrRepository;
pub use ecs_service::EcsService;
pub(crate) use encryption::is_encrypted;
pub use evaluation::{Evaluation, Rule as AlarmRule, Worst};
pub use global_cluster::{GlobalCluster, GlobalMember};
pub use iam_role::{IamRole, ManagedPolicy, RolePolicy, privileged, trusts_github};
pub use iam_role_use::{IamRoleUse, ServiceUse};
pub use iam_user_keys::{AccessKey, IamUserKeys};
pub use kms_key::KmsKey;
pub use listener_attributes::ListenerAttributes;
pub use listener_rules::{ListenerRule, ListenerRules};
pub use load_balancer::LoadBalancer;
pub use load_balancer_attributes::LoadBalancerAttributes;
pub use load_balancer_listeners::{Listener, ListenerAction, LoadBalancerListeners};
pub use log_group::LogGroup;
pub use metric_history::MetricHistory;
pub use oidc_provider::OidcProvider;
pub use organization::Organization;
pub use pairs::{Dimensions, Pairs, Tags};
pub use place::{Account, Region};
pub use rds_events::{RdsEvent, RdsEvents};
pub use restore_events::{RestoreEvent, RestoreEvents};
pub use restore_jobs::{RestoreJob, RestoreJobs};
pub use rule_group::RuleGroup;
pub use scaling_schedule::ScalingSchedule;
pub use secret::Secret;
pub use secret_version::SecretVersion;
pub use service_metrics::{ServiceMetrics, medians_by_day};
pub use sns_topic::SnsTopic;
pub use ssl_policy::SslPolicy;
pub use stop_schedule::{StopSchedule, Stops};
pub use target_group::TargetGroup;
pub use task_definition::{Container, EnvironmentVariable, OtherValue, TaskDefinition};
pub use topic_subscriptions::{FilterPolicy, Subscription, TopicSubscriptions};
pub use tuned_metric::TunedMetric;
pub use value_class::ValueClass;
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
        AccountCost::KIND,
        AccountSummary::KIND,
        Alarm::KIND,
        AlarmHistory::KIND,
        AlarmMetric::KIND,
        AlarmMuteRule::KIND,
        AnomalyMonitor::KIND,
        AnomalySubscription::KIND,
        BalancerMetrics::KIND,
        Bucket::KIND,
        BucketLifecycle::KIND,
        Budget::KIND,
        BudgetAction::KIND,
        BudgetAlerts::KIND,
        CommitmentCoverage::KIND,
        Dashboard::KIND,
        DbCluster::KIND,
        DbClusterSnapshot::KIND,
        DbExportTask::KIND,
        DbInstance::KIND,
        DbShardGroup::KIND,
        DbSnapshot::KIND,
        DbSnapshotSharing::KIND,
        EcrLifecycle::KIND,
        EcrRegistry::KIND,
        EcrRepository::KIND,
        EcsService::KIND,
        GlobalCluster::KIND,
        IamRole::KIND,
        IamRoleUse::KIND,
        IamUserKeys::KIND,
        KmsKey::KIND,
        ListenerAttributes::KIND,
        ListenerRules::KIND,
        LoadBalancer::KIND,
        LoadBalancerAttributes::KIND,
        LoadBalancerListeners::KIND,
        LogGroup::KIND,
        OidcProvider::KIND,
        Organization::KIND,
        RdsEvents::KIND,
        Region::KIND,
        RestoreEvents::KIND,
        RestoreJobs::KIND,
        RuleGroup::KIND,
        ScalingSchedule::KIND,
        Secret::KIND,
        SecretVersion::KIND,
        ServiceMetrics::KIND,
        SnsTopic::KIND,
        SslPolicy::KIND,
        StopSchedule::KIND,
        TargetGroup::KIND,
        TaskDefinition::KIND,
        TopicSubscriptions::KIND,
        WebAcl::KIND,
        WebAclLogging::KIND,
        WebAclRules::KIND,
    ]
};
