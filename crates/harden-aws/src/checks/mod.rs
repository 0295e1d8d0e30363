//! The checks: two sibling files each, the judge and its page, named after the id.

use std::sync::Arc;

use harden_core::Check;

mod alarm_actions_disabled;
mod alarm_dead_dimension;
mod alarm_flapping;
mod alarm_reaches_nobody;
mod alarm_sparse_data;
mod alb_5xx_alarm_missing;
mod alb_latency_alarm_missing;
mod alert_topic_missing;
mod alert_topic_no_chat;
mod alert_topic_no_email;
mod budget_alert_missing;
mod budget_alert_unrouted;
mod budget_exceeded;
mod budget_forecast_alert_missing;
mod budget_missing;
mod ci_role_admin;
mod ci_role_deploy_blocked;
mod ci_role_excess_permissions;
mod ci_role_privilege_escalation;
mod ci_role_statement_ineffective;
mod ci_role_unused_permissions;
mod ci_role_wildcard_action;
mod ci_role_wildcard_resource;
mod ecs_cpu_alarm_missing;
mod ecs_memory_alarm_missing;
mod iam_access_key_old;
mod oidc_audience_unchecked;
mod oidc_provider_missing;
mod oidc_subject_any_ref;
mod oidc_subject_unrestricted;
mod rds_backup_retention_short;
mod rds_backup_stale;
mod rds_backup_window_differs;
mod rds_backups_disabled;
mod rds_deletion_unprotected;
mod rds_pre_change_backup_missing;
mod rds_publicly_accessible;
mod rds_restore_drill_leftover;
mod rds_restore_drill_overdue;
mod rds_single_az;
mod rds_snapshot_expired;
mod rds_snapshot_export_missing;
mod rds_snapshot_public;
mod rds_snapshot_unencrypted;
mod rds_unencrypted;
mod root_access_key;
mod root_mfa_missing;
mod sns_slack_direct_webhook;
mod sns_subscription_pending;
mod sns_topic_kms_undeliverable;
mod sns_topic_public;
mod sns_topic_publish_denied;

/// All checks of this crate, in the order of their ids. Explicit: a test compares the list with the
/// directory.
#[must_use]
pub fn checks() -> Vec<Arc<dyn Check>> {
    vec![
        Arc::new(&alarm_actions_disabled::CHECK),
        Arc::new(&alarm_dead_dimension::CHECK),
        Arc::new(&alarm_flapping::CHECK),
        Arc::new(&alarm_reaches_nobody::CHECK),
        Arc::new(&alarm_sparse_data::CHECK),
        Arc::new(&alb_5xx_alarm_missing::CHECK),
        Arc::new(&alb_latency_alarm_missing::CHECK),
        Arc::new(&alert_topic_missing::CHECK),
        Arc::new(&alert_topic_no_chat::CHECK),
        Arc::new(&alert_topic_no_email::CHECK),
        Arc::new(&budget_alert_missing::CHECK),
        Arc::new(&budget_alert_unrouted::CHECK),
        Arc::new(&budget_exceeded::CHECK),
        Arc::new(&budget_forecast_alert_missing::CHECK),
        Arc::new(&budget_missing::CHECK),
        Arc::new(&ci_role_admin::CHECK),
        Arc::new(&ci_role_deploy_blocked::CHECK),
        Arc::new(&ci_role_excess_permissions::CHECK),
        Arc::new(&ci_role_privilege_escalation::CHECK),
        Arc::new(&ci_role_statement_ineffective::CHECK),
        Arc::new(&ci_role_unused_permissions::CHECK),
        Arc::new(&ci_role_wildcard_action::CHECK),
        Arc::new(&ci_role_wildcard_resource::CHECK),
        Arc::new(&ecs_cpu_alarm_missing::CHECK),
        Arc::new(&ecs_memory_alarm_missing::CHECK),
        Arc::new(&iam_access_key_old::CHECK),
        Arc::new(&oidc_audience_unchecked::CHECK),
        Arc::new(&oidc_provider_missing::CHECK),
        Arc::new(&oidc_subject_any_ref::CHECK),
        Arc::new(&oidc_subject_unrestricted::CHECK),
        Arc::new(&rds_backup_retention_short::CHECK),
        Arc::new(&rds_backup_stale::CHECK),
        Arc::new(&rds_backup_window_differs::CHECK),
        Arc::new(&rds_backups_disabled::CHECK),
        Arc::new(&rds_deletion_unprotected::CHECK),
        Arc::new(&rds_pre_change_backup_missing::CHECK),
        Arc::new(&rds_publicly_accessible::CHECK),
        Arc::new(&rds_restore_drill_leftover::CHECK),
        Arc::new(&rds_restore_drill_overdue::CHECK),
        Arc::new(&rds_single_az::CHECK),
        Arc::new(&rds_snapshot_expired::CHECK),
        Arc::new(&rds_snapshot_export_missing::CHECK),
        Arc::new(&rds_snapshot_public::CHECK),
        Arc::new(&rds_snapshot_unencrypted::CHECK),
        Arc::new(&rds_unencrypted::CHECK),
        Arc::new(&root_access_key::CHECK),
        Arc::new(&root_mfa_missing::CHECK),
        Arc::new(&sns_slack_direct_webhook::CHECK),
        Arc::new(&sns_subscription_pending::CHECK),
        Arc::new(&sns_topic_kms_undeliverable::CHECK),
        Arc::new(&sns_topic_public::CHECK),
        Arc::new(&sns_topic_publish_denied::CHECK),
    ]
}
