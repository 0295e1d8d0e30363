//! What costs money: trends, anomalies, and resources that run or are kept longer than needed.

mod always_on;
mod anomalies;
mod bucket;
mod images;
mod services;
mod weekly;

pub(crate) use always_on::{Schedulable, Sort};
pub(crate) use anomalies::InvestigatedCost;
pub(crate) use bucket::KeptBucket;
pub(crate) use images::{KeptRepository, ScannedRepository};
pub(crate) use services::ServiceTrend;
pub(crate) use weekly::in_weekly_window;
