//! Evaluation of requests.

mod context;
mod identity;
mod principal;
mod ruling;
mod survey;

pub use context::Context;
pub(crate) use context::{Lookup, View};
pub use identity::{Attached, Identity, Level};
pub use principal::Principal;
pub use ruling::{Layer, Ruling, Source};
pub(crate) use survey::action_applies;
use survey::{Asked, survey};

use crate::document::{Policy, Statement};
use crate::error::StatementRef;

/// A request: who wants to do what on which resource, and what else is known of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// Who calls.
    pub principal: Principal,
    /// The action, with its service's prefix (`sns:Publish`), in any case.
    pub action: String,
    /// The ARN of the resource. It is compared with the policy's resources; in a KMS key policy,
    /// `*` there means the key itself. [`Identity::decide`] takes a pattern as well.
    pub resource: String,
    /// The account that owns the resource, where its ARN does not tell (a bucket's): twelve
    /// digits. [`Identity::decide`] takes it to be the caller's own otherwise.
    pub resource_account: Option<String>,
    /// The condition keys.
    pub context: Context,
}

impl Request {
    /// A request.
    pub fn new(
        principal: Principal,
        action: impl Into<String>,
        resource: impl Into<String>,
        context: Context,
    ) -> Self {
        Self {
            principal,
            action: action.into(),
            resource: resource.into(),
            resource_account: None,
            context,
        }
    }

    /// The request about a resource of this account.
    #[must_use]
    pub fn owned_by(mut self, account: impl Into<String>) -> Self {
        self.resource_account = Some(account.into());
        self
    }
}

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
        let view = View::new(&request.context, &request.principal);
        let who =
            |statement: &Statement| principal::applies(statement.principal(), &request.principal);
        let asked = Asked::Exactly(&request.resource);
        let survey = survey(self, who, &request.action, &asked, &view);
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
