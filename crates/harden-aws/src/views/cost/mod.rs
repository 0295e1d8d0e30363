//! What costs money: trends, anomalies, and resources that run or are kept longer than needed.

mod always_on;
mod anomalies;
mod bucket;
mod images;
mod services;
mod weekly;

pub(crate) use always_on::{ResourceType, SchedulableResource};
pub(crate) use anomalies::CostMonitoring;
pub(crate) use bucket::BucketWithLifecycle;
pub(crate) use images::{RepositoryWithLifecycle, ScannedRepository};
pub(crate) use services::ServiceTrend;
pub(crate) use weekly::in_weekly_window;
