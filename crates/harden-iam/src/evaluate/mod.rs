//! Evaluates requests.

mod identity;
mod matching;
mod principal;
mod ruling;

pub use identity::{Attached, Identity, OrganizationLevel};
use matching::{RequestedResource, match_statements};
pub use ruling::{Layer, Ruling, Source};

use crate::document::{Policy, Statement};
use crate::error::StatementRef;
use crate::request::{Request, RequestKeys};

/// Whether one policy allows a request (IAM User Guide, "Policy evaluation logic").
///
/// The enum is exhaustive on purpose: a caller must decide on each result, and a wildcard arm could turn
/// an unknown result into a pass.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// A statement allows the request, and certainly no statement denies it.
    Allowed {
        /// The first statement that allows the request.
        statement: StatementRef,
    },
    /// A statement certainly denies the request. No allow can override that.
    ExplicitlyDenied {
        /// The first statement that denies the request.
        statement: StatementRef,
    },
    /// No statement allows the request, so it is denied. A statement may also deny it explicitly.
    ImplicitlyDenied,
    /// The result depends on something unknown.
    Undetermined {
        /// The first statement that the result depends on: one that may deny, or else one that may
        /// allow.
        statement: StatementRef,
        /// What is unknown: a condition key, an operator that the crate does not know, or
        /// `Principal` or `NotPrincipal` if it is not known whether an entry means the caller (one
        /// session of the calling role, the canonical id of an account).
        key: String,
    },
}

impl Decision {
    /// Whether this policy certainly allows the request.
    pub const fn is_allowed(&self) -> bool {
        matches!(self, Self::Allowed { .. })
    }

    /// Whether the request is certainly denied, explicitly or implicitly.
    pub const fn is_denied(&self) -> bool {
        matches!(self, Self::ExplicitlyDenied { .. } | Self::ImplicitlyDenied)
    }
}

impl Policy {
    /// Evaluates this resource policy for a request.
    ///
    /// A certain deny overrides everything. Without a certain or possible allow the request is
    /// denied. A possible deny, or only possible allows, leave the result undetermined. A statement
    /// without `Principal` and `NotPrincipal`, as in an identity policy, includes no caller.
    pub fn evaluate(&self, request: &Request) -> Decision {
        let view = RequestKeys::new(&request.context, &request.principal);
        let who =
            |statement: &Statement| principal::applies(statement.principal(), &request.principal);
        let asked = RequestedResource::One(&request.resource);
        let matches = match_statements(self, who, &request.action, &asked, &view);
        if let Some(index) = matches.deny {
            return Decision::ExplicitlyDenied {
                statement: self.reference(index),
            };
        }
        let undetermined = match (matches.allow, matches.maybe_deny) {
            (Some(index), None) => {
                return Decision::Allowed {
                    statement: self.reference(index),
                };
            }
            (Some(_), deny) => deny,
            (None, deny) => matches.maybe_allow.map(|allow| deny.unwrap_or(allow)),
        };
        match undetermined {
            Some((index, key)) => Decision::Undetermined {
                statement: self.reference(index),
                key,
            },
            None => Decision::ImplicitlyDenied,
        }
    }
}

#[cfg(test)]
mod tests;
