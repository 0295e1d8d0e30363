//! How many can assume a role.

use serde::Serialize;

use super::way::Origin;

/// How many can assume the role with a token of GitHub Actions, from the narrowest; as a set each
/// holds those before it (but that pull requests and one environment are apart).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Grade {
    /// No token lets anybody in: no statement for GitHub's provider, or none that can match.
    Nobody,
    /// Jobs of one repository in one environment, or on one branch or tag.
    Exact,
    /// Jobs that call one workflow, named with its ref, from wherever.
    Workflow,
    /// Pull requests of one repository: in a public one, what anybody proposes.
    PullRequests,
    /// One repository, on more than one ref.
    Repository,
    /// Repositories of one owner.
    Organization,
    /// Repositories of more than one owner: others than the one meant, or all of an enterprise.
    OtherOrganizations,
    /// Every repository of GitHub's.
    Anybody,
    /// The policy is beyond what can be judged: never a pass.
    Unknown,
}

impl Grade {
    /// The grade of what is of one or the other. What is surely open to other owners stays so,
    /// whatever else is not known.
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

    /// The grade as reports spell it.
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

/// What a way comes to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Outcome {
    pub(super) grade: Grade,
    /// The value that lets in: nothing if the statement has no condition on a claim that does.
    pub(super) origin: Option<Origin>,
}
