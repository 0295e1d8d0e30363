//! Branches with the protection in force on them.

mod bypass;
mod protection;
mod reporting;

pub(crate) use bypass::BypassableBranch;
pub(crate) use protection::{Part, ProtectedBranch};
pub(crate) use reporting::{Producer, ReportingBranch};
