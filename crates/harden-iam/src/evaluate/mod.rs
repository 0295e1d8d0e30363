//! Evaluation of requests.

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

/// What a policy says of a request (IAM User Guide, "Policy evaluation logic").
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// A statement allows it, and certainly none denies it.
    Allowed {
        /// The first statement that allows it.
        statement: StatementRef,
    },
    /// A statement certainly denies it, which nothing can outweigh.
    ExplicitlyDenied {
        /// The first statement that denies it.
        statement: StatementRef,
    },
    /// Nothing allows it, so it is denied; that a statement denies it too is not ruled out.
    ImplicitlyDenied,
    /// It depends on what is not known.
    Undetermined {
        /// The first statement on which it depends: of those that may deny, else that may allow.
        statement: StatementRef,
        /// What is not known: a condition key, an operator that the crate does not know, or
        /// `Principal` or `NotPrincipal` where the caller cannot be told from the entry (a role
        /// from one session of it, an account from a canonical id).
        key: String,
    },
}

impl Decision {
    /// Certainly allowed, as far as this policy goes.
    pub const fn is_allowed(&self) -> bool {
        matches!(self, Self::Allowed { .. })
    }

    /// Certainly denied, by a statement or for want of one.
    pub const fn is_denied(&self) -> bool {
        matches!(self, Self::ExplicitlyDenied { .. } | Self::ImplicitlyDenied)
    }
}

impl Policy {
    /// What this resource policy says of a request.
    ///
    /// A certain deny wins over everything. Otherwise: nothing that may allow is a denial; an
    /// unknown deny, or only unknown allows, leave it undetermined. A statement without
    /// `Principal` or `NotPrincipal` (an identity policy's) matches nobody.
    pub fn evaluate(&self, request: &Request) -> Decision {
        let view = RequestKeys::new(&request.context, &request.principal);
        let who =
            |statement: &Statement| principal::applies(statement.principal(), &request.principal);
        let asked = RequestedResource::One(&request.resource);
        let survey = match_statements(self, who, &request.action, &asked, &view);
        if let Some(index) = survey.deny {
            return Decision::ExplicitlyDenied {
                statement: self.reference(index),
            };
        }
        let depends = match (survey.allow, survey.maybe_deny) {
            (Some(index), None) => {
                return Decision::Allowed {
                    statement: self.reference(index),
                };
            }
            (Some(_), deny) => deny,
            (None, deny) => survey.maybe_allow.map(|allow| deny.unwrap_or(allow)),
        };
        match depends {
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
