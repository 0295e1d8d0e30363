//! CloudWatch dashboards with the resources that they show.

mod account;
mod search;
mod thing;

pub(crate) use account::{DashboardAccount, ResourceGroup};
pub(crate) use thing::DashboardResource;
