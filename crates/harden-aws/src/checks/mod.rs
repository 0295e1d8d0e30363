//! The checks: two sibling files each, the judge and its page, named after the id.

use std::sync::Arc;

use harden_core::Check;

mod alarm_actions_disabled;
mod alarm_dead_dimension;
mod alarm_flapping;
mod alarm_sparse_data;
mod alb_5xx_alarm_missing;
mod alb_latency_alarm_missing;
mod ecs_cpu_alarm_missing;
mod ecs_memory_alarm_missing;
mod rds_backup_retention_short;

/// All checks of this crate, in the order of their ids. Explicit: a test compares the list with the
/// directory.
#[must_use]
pub fn checks() -> Vec<Arc<dyn Check>> {
    vec![
        Arc::new(&alarm_actions_disabled::CHECK),
        Arc::new(&alarm_dead_dimension::CHECK),
        Arc::new(&alarm_flapping::CHECK),
        Arc::new(&alarm_sparse_data::CHECK),
        Arc::new(&alb_5xx_alarm_missing::CHECK),
        Arc::new(&alb_latency_alarm_missing::CHECK),
        Arc::new(&ecs_cpu_alarm_missing::CHECK),
        Arc::new(&ecs_memory_alarm_missing::CHECK),
        Arc::new(&rds_backup_retention_short::CHECK),
    ]
}
