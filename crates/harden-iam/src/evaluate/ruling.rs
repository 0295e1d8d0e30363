//! The result of evaluating all policies together.

use std::fmt;

use crate::error::{Position, StatementRef};

/// A type of policy that takes part in the decision.
///
/// IAM User Guide, "Policies and permissions", policy types.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Layer {
    /// Policies of the user or role, including those of the user's groups.
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
    /// A rule of the service that no policy can override, for example that AWS managed policies
    /// cannot be changed.
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

/// Identifies a statement in one of several policies.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Source {
    /// The type of policy.
    pub layer: Layer,
    /// The policy's name: [`Attached::name`](super::Attached::name).
    pub policy: String,
    /// The statement.
    pub statement: StatementRef,
    /// The position of the statement; `None` if the policy was not parsed from text.
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

/// Whether all policies together allow a request (IAM User Guide, "Policy evaluation logic").
///
/// The enum is exhaustive on purpose: a caller must decide on each result, and a wildcard arm could turn
/// an unknown result into a pass.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ruling {
    /// The request is allowed, and certainly no statement denies it.
    Allowed {
        /// The statements that allow the request: one for each type of policy that must allow it.
        by: Vec<Source>,
    },
    /// A statement certainly denies the request. No allow can override that.
    ExplicitlyDenied {
        /// The first such statement.
        by: Source,
    },
    /// A type of policy that must allow the request does not. A statement may also deny it
    /// explicitly.
    ImplicitlyDenied {
        /// The first such type.
        missing: Layer,
    },
    /// The result depends on something unknown.
    Undetermined {
        /// The first statement that the result depends on.
        by: Source,
        /// What is unknown: a condition key, an operator or an element, as in
        /// [`Decision::Undetermined`](super::Decision::Undetermined).
        key: String,
    },
}

impl Ruling {
    /// Whether the request is certainly allowed.
    pub const fn is_allowed(&self) -> bool {
        matches!(self, Self::Allowed { .. })
    }

    /// Whether the request is certainly denied, explicitly or implicitly.
    pub const fn is_denied(&self) -> bool {
        matches!(
            self,
            Self::ExplicitlyDenied { .. } | Self::ImplicitlyDenied { .. }
        )
    }

    /// Whether the request is allowed or undetermined.
    pub const fn may_be_allowed(&self) -> bool {
        !self.is_denied()
    }
}
