//! What all policies together say of a request.

use std::fmt;

use crate::error::{Position, StatementRef};

/// A kind of policy that has a say in a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Layer {
    /// Policies of the user or role, its groups' included.
    Identity,
    /// The permissions boundary.
    Boundary,
    /// The session policy.
    Session,
    /// The policy of the resource (a role's trust policy, a bucket policy, a key policy).
    Resource,
    /// Service control policies.
    ServiceControl,
    /// Resource control policies.
    ResourceControl,
    /// The policy of the VPC endpoint.
    Endpoint,
    /// A rule of the service that no policy can change ("AWS managed policies cannot be
    /// changed").
    Service,
}

impl fmt::Display for Layer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Identity => "identity policy",
            Self::Boundary => "permissions boundary",
            Self::Session => "session policy",
            Self::Resource => "resource policy",
            Self::ServiceControl => "service control policy",
            Self::ResourceControl => "resource control policy",
            Self::Endpoint => "VPC endpoint policy",
            Self::Service => "rule of the service",
        })
    }
}

/// Which statement of which policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// The kind of policy.
    pub layer: Layer,
    /// The policy's name, as [`Attached::name`](super::Attached::name) has it.
    pub policy: String,
    /// The statement.
    pub statement: StatementRef,
    /// Where the statement begins; nothing if the policy was built.
    pub position: Option<Position>,
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            layer,
            policy,
            statement,
            ..
        } = self;
        write!(f, "{layer} {policy}, {statement}")
    }
}

/// What all policies together say of a request (IAM User Guide, "Policy evaluation logic").
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ruling {
    /// It is allowed, and certainly no statement denies it.
    Allowed {
        /// The statements that allow it, one of each kind of policy that must.
        by: Vec<Source>,
    },
    /// A statement certainly denies it, which nothing can outweigh.
    ExplicitlyDenied {
        /// The first such statement.
        by: Source,
    },
    /// Some kind of policy that must allow it does not; that a statement denies it too is not
    /// ruled out.
    ImplicitlyDenied {
        /// The first such kind.
        missing: Layer,
    },
    /// It depends on what is not known.
    Undetermined {
        /// The first statement on which it depends.
        by: Source,
        /// What is not known: a condition key, or an operator or element, as in
        /// [`Decision::Undetermined`](super::Decision::Undetermined).
        key: String,
    },
}

impl Ruling {
    /// Certainly allowed.
    pub const fn is_allowed(&self) -> bool {
        matches!(self, Self::Allowed { .. })
    }

    /// Certainly denied, by a statement or for want of one.
    pub const fn is_denied(&self) -> bool {
        matches!(
            self,
            Self::ExplicitlyDenied { .. } | Self::ImplicitlyDenied { .. }
        )
    }

    /// Allowed, or not certainly denied.
    pub const fn may_be_allowed(&self) -> bool {
        !self.is_denied()
    }
}
