//! The checks. Each check has two files that are named after its id: the judge (`.rs`) and the page
//! (`.md`).

use std::sync::Arc;

use harden_core::Check;

mod alarm_action_broken;
mod alarm_actions_disabled;
mod alarm_dead_dimension;
mod alarm_flapping;
mod alarm_reaches_nobody;
mod alarm_sparse_data;
mod alarm_threshold_misfit;
mod alb_5xx_alarm_missing;
mod alb_access_logs_disabled;
mod alb_deletion_unprotected;
mod alb_error_rate_high;
mod alb_hsts_missing;
mod alb_http_not_redirected;
mod alb_invalid_headers_kept;
mod alb_latency_alarm_missing;
mod alb_latency_high;
mod alb_tls_policy_outdated;
mod alb_waf_missing;
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
mod cost_anomaly_monitor_missing;
mod cost_surge;
mod dashboard_missing;
mod ecr_lifecycle_missing;
mod ecr_scan_disabled;
mod ecr_tag_mutable;
mod ecs_cpu_alarm_missing;
mod ecs_memory_alarm_missing;
mod ecs_memory_creep;
mod ecs_plaintext_secret;
mod ecs_utilization_atypical;
mod iam_access_key_old;
mod log_group_retention_unset;
mod nonprod_always_on;
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
mod reservation_coverage_low;
mod root_access_key;
mod root_mfa_missing;
mod s3_lifecycle_missing;
mod secret_missing;
mod secret_rotation_disabled;
mod secret_rotation_failing;
mod secret_rotation_overdue;
mod secret_unused;
mod sns_slack_direct_webhook;
mod sns_subscription_pending;
mod sns_topic_kms_undeliverable;
mod sns_topic_public;
mod sns_topic_publish_denied;
mod waf_bad_inputs_missing;
mod waf_core_rules_missing;
mod waf_geo_mismatch;
mod waf_logging_disabled;
mod waf_metrics_disabled;
mod waf_rate_limit_missing;
mod waf_rules_not_blocking;
mod waf_sqli_missing;
mod waf_xss_missing;

/// All checks of this crate, in the order of their ids. The list is written by hand, and a test
/// compares it with the directory.
#[must_use]
pub fn checks() -> Vec<Arc<dyn Check>> {
    vec![
        Arc::new(&alarm_action_broken::CHECK),
        Arc::new(&alarm_actions_disabled::CHECK),
        Arc::new(&alarm_dead_dimension::CHECK),
        Arc::new(&alarm_flapping::CHECK),
        Arc::new(&alarm_reaches_nobody::CHECK),
        Arc::new(&alarm_sparse_data::CHECK),
        Arc::new(&alarm_threshold_misfit::CHECK),
        Arc::new(&alb_5xx_alarm_missing::CHECK),
        Arc::new(&alb_access_logs_disabled::CHECK),
        Arc::new(&alb_deletion_unprotected::CHECK),
        Arc::new(&alb_error_rate_high::CHECK),
        Arc::new(&alb_hsts_missing::CHECK),
        Arc::new(&alb_http_not_redirected::CHECK),
        Arc::new(&alb_invalid_headers_kept::CHECK),
        Arc::new(&alb_latency_alarm_missing::CHECK),
        Arc::new(&alb_latency_high::CHECK),
        Arc::new(&alb_tls_policy_outdated::CHECK),
        Arc::new(&alb_waf_missing::CHECK),
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
        Arc::new(&cost_anomaly_monitor_missing::CHECK),
        Arc::new(&cost_surge::CHECK),
        Arc::new(&dashboard_missing::CHECK),
        Arc::new(&ecr_lifecycle_missing::CHECK),
        Arc::new(&ecr_scan_disabled::CHECK),
        Arc::new(&ecr_tag_mutable::CHECK),
        Arc::new(&ecs_cpu_alarm_missing::CHECK),
        Arc::new(&ecs_memory_alarm_missing::CHECK),
        Arc::new(&ecs_memory_creep::CHECK),
        Arc::new(&ecs_plaintext_secret::CHECK),
        Arc::new(&ecs_utilization_atypical::CHECK),
        Arc::new(&iam_access_key_old::CHECK),
        Arc::new(&log_group_retention_unset::CHECK),
        Arc::new(&nonprod_always_on::CHECK),
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
        Arc::new(&reservation_coverage_low::CHECK),
        Arc::new(&root_access_key::CHECK),
        Arc::new(&root_mfa_missing::CHECK),
        Arc::new(&s3_lifecycle_missing::CHECK),
        Arc::new(&secret_missing::CHECK),
        Arc::new(&secret_rotation_disabled::CHECK),
        Arc::new(&secret_rotation_failing::CHECK),
        Arc::new(&secret_rotation_overdue::CHECK),
        Arc::new(&secret_unused::CHECK),
        Arc::new(&sns_slack_direct_webhook::CHECK),
        Arc::new(&sns_subscription_pending::CHECK),
        Arc::new(&sns_topic_kms_undeliverable::CHECK),
        Arc::new(&sns_topic_public::CHECK),
        Arc::new(&sns_topic_publish_denied::CHECK),
        Arc::new(&waf_bad_inputs_missing::CHECK),
        Arc::new(&waf_core_rules_missing::CHECK),
        Arc::new(&waf_geo_mismatch::CHECK),
        Arc::new(&waf_logging_disabled::CHECK),
        Arc::new(&waf_metrics_disabled::CHECK),
        Arc::new(&waf_rate_limit_missing::CHECK),
        Arc::new(&waf_rules_not_blocking::CHECK),
        Arc::new(&waf_sqli_missing::CHECK),
        Arc::new(&waf_xss_missing::CHECK),
    ]
}
