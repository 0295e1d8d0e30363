//! The grade of a trust policy.

use serde::Serialize;

use super::constraints::Origin;

/// Who can assume a role with a GitHub Actions token, from narrow to wide. Each grade includes the
/// previous ones, except that pull requests and one environment exclude each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Grade {
    /// No token is accepted: no statement is for the GitHub provider, or none of them can match.
    Nobody,
    /// Jobs of one repository in one environment, or on one branch or tag.
    Exact,
    /// Jobs of any repository that call one workflow, which is named with its ref.
    Workflow,
    /// Pull requests of one repository. In a public repository everyone can open one.
    PullRequests,
    /// Several refs of one repository.
    Repository,
    /// Repositories of one owner.
    Organization,
    /// Repositories of several owners: of other owners than the intended one, or of an enterprise.
    OtherOrganizations,
    /// Every repository on GitHub.
    Anybody,
    /// The grade could not be determined. It is never a pass.
    Unknown,
}

impl Grade {
    /// The grade of the union of two. If one of them is certainly open to other owners, the union is,
    /// even if the other one is unknown.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        match self.max(other) {
            Self::Unknown => match self.min(other) {
                open @ (Self::OtherOrganizations | Self::Anybody) => open,
                _ => Self::Unknown,
            },
            widest => widest,
        }
    }

    /// The name in reports.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Nobody => "nobody",
            Self::Exact => "exact",
            Self::Workflow => "workflow",
            Self::PullRequests => "pull-requests",
            Self::Repository => "repository",
            Self::Organization => "organization",
            Self::OtherOrganizations => "other-organizations",
            Self::Anybody => "anybody",
            Self::Unknown => "unknown",
        }
    }
}

/// The grade of one set of constraints.
#[derive(Clone, Copy, Debug)]
pub(super) struct Outcome {
    pub(super) grade: Grade,
    /// The value that decides the grade; `None` if no condition on a claim does.
    pub(super) origin: Option<Origin>,
}
