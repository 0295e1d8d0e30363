//! Resources and alarms with the history of their metrics.

mod history;
mod measured;
mod tuned;

pub(crate) use history::{
    LEAST_DAYS, METRICS, covers, enough, no_data, numbers, peak_hours, shown,
};
pub(crate) use measured::{MeasuredBalancer, MeasuredService};
pub(crate) use tuned::{Thing, TunedAlarm, Watched};
