//! Resources and alarms with the history of their metrics.

mod history;
mod measured;
mod tuned;

pub(crate) use history::{
    METRICS, MIN_DAYS, format_number, no_data, peak_hours, require_age, require_days,
    require_window, statistics,
};
pub(crate) use measured::{BalancerWithMetrics, ServiceWithMetrics};
pub(crate) use tuned::{AlarmWithMetric, JudgedMetric, MetricOwner};
