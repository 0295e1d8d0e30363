//! The checks: two sibling files each, the judge and its page, named after the id.

use std::sync::Arc;

use harden_core::Check;

mod alarm_actions_disabled;
mod alarm_dead_dimension;
mod alarm_flapping;
mod alarm_reaches_nobody;
mod alarm_sparse_data;
mod alarm_threshold_misfit;
mod alb_5xx_alarm_missing;
mod alb_error_rate_high;
mod alb_latency_alarm_missing;
mod alb_latency_high;
mod alert_topic_missing;
mod alert_topic_no_chat;
mod alert_topic_no_email;
mod budget_alert_missing;
mod budget_alert_unrouted;
mod budget_exceeded;
mod budget_forecast_alert_missing;
mod budget_missing;
mod dashboard_missing;
mod ecs_cpu_alarm_missing;
mod ecs_memory_alarm_missing;
mod ecs_memory_creep;
mod ecs_utilization_atypical;
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
        Arc::new(&alarm_threshold_misfit::CHECK),
        Arc::new(&alb_5xx_alarm_missing::CHECK),
        Arc::new(&alb_error_rate_high::CHECK),
        Arc::new(&alb_latency_alarm_missing::CHECK),
        Arc::new(&alb_latency_high::CHECK),
        Arc::new(&alert_topic_missing::CHECK),
        Arc::new(&alert_topic_no_chat::CHECK),
        Arc::new(&alert_topic_no_email::CHECK),
        Arc::new(&budget_alert_missing::CHECK),
        Arc::new(&budget_alert_unrouted::CHECK),
        Arc::new(&budget_exceeded::CHECK),
        Arc::new(&budget_forecast_alert_missing::CHECK),
        Arc::new(&budget_missing::CHECK),
        Arc::new(&dashboard_missing::CHECK),
        Arc::new(&ecs_cpu_alarm_missing::CHECK),
        Arc::new(&ecs_memory_alarm_missing::CHECK),
        Arc::new(&ecs_memory_creep::CHECK),
        Arc::new(&ecs_utilization_atypical::CHECK),
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
        Arc::new(&sns_slack_direct_webhook::CHECK),
        Arc::new(&sns_subscription_pending::CHECK),
        Arc::new(&sns_topic_kms_undeliverable::CHECK),
        Arc::new(&sns_topic_public::CHECK),
        Arc::new(&sns_topic_publish_denied::CHECK),
    ]
}
