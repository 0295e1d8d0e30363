//! What checks across kinds judge, joined by pure functions over listings.

mod front_end;
mod project_alerts;
mod reach;

pub(crate) use front_end::FrontEnd;
pub(crate) use project_alerts::ProjectAlerts;
pub(crate) use reach::{End, Reach, ReachingAlert};
