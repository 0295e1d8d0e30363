//! CloudWatch dashboards with the resources that they show.

mod account;
mod search;
mod thing;

pub(crate) use account::{DashboardAccount, Group};
pub(crate) use thing::Thing as DashboardThing;
