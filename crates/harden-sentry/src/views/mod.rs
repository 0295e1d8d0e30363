//! What the checks judge that need several kinds, joined from listings by pure functions.

mod alert_delivery;
mod front_end;
mod project_alerts;

pub(crate) use alert_delivery::{AlertDelivery, BrokenLink, Delivery};
pub(crate) use front_end::FrontEnd;
pub(crate) use project_alerts::ProjectAlerts;
