//! Reads an estate over the AWS API: the provider of every kind in [`crate::resources`].
//!
//! - Credentials and endpoints come from where the AWS CLI takes them: the environment, profiles,
//!   SSO, web identity, container and instance roles; `AWS_ENDPOINT_URL` and its forms for one
//!   service; `HTTPS_PROXY`. A profile on the command line counts before credentials in the
//!   environment, as it does there.
//! - Nothing is written: every call is a read. Each is counted, in [`harden_core::Facts::calls`].
//! - An account that refuses its role, a region or a resource that cannot be read is a gap or an
//!   unknown fact of a listing that goes on. Only what makes every answer impossible is a
//!   [`ConnectError`].
//! - The SDK attempts calls again in its adaptive mode. The calls in flight are limited for each
//!   account, region and service (see `place_api.rs`), and every call has a time limit (see
//!   `config.rs`).
//! - When the run is cancelled, each call ends, and what was read by then stays.
//! - No secret is kept: of an error only its code and the denied action, of a topic's endpoint only
//!   what [`Subscription::redacted`](crate::resources::Subscription::redacted) keeps.

mod config;
mod connect;
mod error;
mod failure;
mod in_places;
mod ip_set;
mod metric_data;
mod place_api;
mod raw;
mod regions;
mod sent;
mod session;
mod waf_json;
mod whole;

mod account_cost;
mod account_summary;
mod alarm;
mod alarm_history;
mod alarm_metric;
mod alarm_mute_rule;
mod anomaly_monitor;
mod anomaly_subscription;
mod balancer_metrics;
mod bounded_answers;
mod bucket;
mod bucket_lifecycle;
mod budget;
mod budget_action;
mod budget_alerts;
mod commitment_coverage;
mod dashboard;
mod dashboard_body;
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
mod global_cluster;
mod iam_role;
mod iam_role_use;
mod iam_user_keys;
mod kms_key;
mod listener_attributes;
mod listener_rules;
mod listeners;
mod load_balancer;
mod load_balancer_attributes;
mod load_balancer_listeners;
mod log_group;
mod oidc_provider;
mod organization;
mod place;
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
mod web_acl;
mod web_acl_logging;
mod web_acl_rules;

use std::sync::Arc;

use harden_collect::{Collector, EarlyCalls, provide_kinds};
use harden_core::Place;
use jiff::Timestamp;

pub use connect::Connect;
pub use error::ConnectError;

use crate::AwsPolicy;
use crate::resources::{
    Account, AccountCost, AccountSummary, Alarm, AlarmHistory, AlarmMetric, AlarmMuteRule,
    AnomalyMonitor, AnomalySubscription, BalancerMetrics, Bucket, BucketLifecycle, Budget,
    BudgetAction, BudgetAlerts, CommitmentCoverage, Dashboard, DbCluster, DbClusterSnapshot,
    DbExportTask, DbInstance, DbShardGroup, DbSnapshot, DbSnapshotSharing, EcrLifecycle,
    EcrRegistry, EcrRepository, EcsService, GlobalCluster, IamRole, IamRoleUse, IamUserKeys, KINDS,
    KmsKey, ListenerAttributes, ListenerRules, LoadBalancer, LoadBalancerAttributes,
    LoadBalancerListeners, LogGroup, OidcProvider, Organization, RdsEvents, Region, RestoreEvents,
    RestoreJobs, RuleGroup, ScalingSchedule, Secret, SecretVersion, ServiceMetrics, SnsTopic,
    SslPolicy, StopSchedule, TargetGroup, TaskDefinition, TopicSubscriptions, WebAcl,
    WebAclLogging, WebAclRules,
};
use place_api::Limits;
use session::Session;

/// Lists the kinds of [`crate::resources::KINDS`] over the AWS API.
pub struct AwsProvider {
    sessions: Vec<Session>,
    places: Vec<Place>,
    policy: Arc<AwsPolicy>,
    now: Timestamp,
    limits: Arc<Limits>,
    early_calls: EarlyCalls,
}

impl AwsProvider {
    /// Finds out who the credentials are, and which accounts and regions there are to read.
    ///
    /// # Errors
    /// When nothing can be read at all: no credentials, no region, no answer from AWS.
    pub async fn connect(connect: Connect) -> Result<Self, ConnectError> {
        connect::connect(connect).await
    }

    /// The accounts and regions that will be read, in order. An account whose role could not be
    /// assumed is not among them.
    #[must_use]
    pub fn places(&self) -> &[Place] {
        &self.places
    }

    /// The accounts of the run, including those that cannot be read.
    pub fn accounts(&self) -> impl Iterator<Item = &str> {
        self.sessions.iter().map(|session| &*session.account)
    }
}

impl std::fmt::Debug for AwsProvider {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AwsProvider")
            .field("places", &self.places)
            .finish_non_exhaustive()
    }
}

impl Collector for AwsProvider {
    fn early_calls(&self) -> Option<&EarlyCalls> {
        Some(&self.early_calls)
    }
}

provide_kinds!(
    AwsProvider: [
        Account,
        AccountCost,
        AccountSummary,
        Alarm,
        AlarmHistory,
        AlarmMetric,
        AlarmMuteRule,
        AnomalyMonitor,
        AnomalySubscription,
        BalancerMetrics,
        Bucket,
        BucketLifecycle,
        Budget,
        BudgetAction,
        BudgetAlerts,
        CommitmentCoverage,
        Dashboard,
        DbCluster,
        DbClusterSnapshot,
        DbExportTask,
        DbInstance,
        DbShardGroup,
        DbSnapshot,
        DbSnapshotSharing,
        EcrLifecycle,
        EcrRegistry,
        EcrRepository,
        EcsService,
        GlobalCluster,
        IamRole,
        IamRoleUse,
        IamUserKeys,
        KmsKey,
        ListenerAttributes,
        ListenerRules,
        LoadBalancer,
        LoadBalancerAttributes,
        LoadBalancerListeners,
        LogGroup,
        OidcProvider,
        Organization,
        RdsEvents,
        Region,
        RestoreEvents,
        RestoreJobs,
        RuleGroup,
        ScalingSchedule,
        Secret,
        SecretVersion,
        ServiceMetrics,
        SnsTopic,
        SslPolicy,
        StopSchedule,
        TargetGroup,
        TaskDefinition,
        TopicSubscriptions,
        WebAcl,
        WebAclLogging,
        WebAclRules,
    ],
    all of KINDS
);
