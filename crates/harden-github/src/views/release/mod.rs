//! The steps that create Sentry releases, and the commits that they name.

mod commit;
mod steps;

pub(crate) use commit::{VersionSource, names_deployed, version_source};
pub(crate) use steps::{Defect, HistoryDepth, ReleaseAction, ReleaseStep, ReleaseSteps, follows};
