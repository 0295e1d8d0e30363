//! Resources and alarms with the history of their metrics.

mod history;
mod measured;
mod tuned;

pub(crate) use history::{
    METRICS, MIN_DAYS, covers, enough, format_number, no_data, numbers, peak_hours,
};
pub(crate) use measured::{BalancerWithMetrics, ServiceWithMetrics};
pub(crate) use tuned::{AlarmWithMetric, JudgedMetric, MetricOwner};
