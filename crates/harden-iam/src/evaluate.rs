//! Evaluation of a resource policy.

mod context;
mod principal;

pub use context::Context;
pub(crate) use context::{Lookup, View};
pub use principal::Principal;

use crate::condition::{holds, pieces, resolve};
use crate::document::{Effect, Policy, Selector, Statement, Version};
use crate::error::StatementRef;
use crate::pattern::action_matches;
use crate::truth::Truth;

/// A request: who wants to do what on which resource, and what else is known of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// Who calls.
    pub principal: Principal,
    /// The action, with its service's prefix (`sns:Publish`), in any case.
    pub action: String,
    /// The ARN of the resource. It is compared with the policy's resources; in a KMS key policy,
    /// `*` there means the key itself.
    pub resource: String,
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
            context,
        }
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
        let (mut allow, mut maybe_allow, mut maybe_deny) = (None, None, None);
        for (index, statement) in self.statements().iter().enumerate() {
            match (
                statement.effect(),
                applies(statement, request, self.version(), &view),
            ) {
                (Effect::Deny, Truth::True) => {
                    return Decision::ExplicitlyDenied {
                        statement: self.reference(index),
                    };
                }
                (Effect::Deny, Truth::Unknown(key)) => {
                    maybe_deny.get_or_insert((index, key));
                }
                (Effect::Allow, Truth::True) => {
                    allow.get_or_insert(index);
                }
                (Effect::Allow, Truth::Unknown(key)) => {
                    maybe_allow.get_or_insert((index, key));
                }
                (_, Truth::False) => {}
            }
        }
        let depends = match (allow, maybe_deny) {
            (Some(index), None) => {
                return Decision::Allowed {
                    statement: self.reference(index),
                };
            }
            (Some(_), deny) => deny,
            (None, deny) => maybe_allow.map(|allow| deny.unwrap_or(allow)),
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

fn applies(statement: &Statement, request: &Request, version: Version, view: &View<'_>) -> Truth {
    principal::applies(statement.principal(), &request.principal)
        .and(|| action_applies(statement.actions(), &request.action).into())
        .and(|| resource_applies(statement, &request.resource, version, view))
        .and(|| {
            Truth::all(
                statement
                    .conditions()
                    .iter()
                    .map(|one| holds(one, version, view)),
            )
        })
}

/// Whether an action is among those of a statement.
pub(crate) fn action_applies(actions: &Selector<Vec<String>>, action: &str) -> bool {
    let named = |list: &[String]| list.iter().any(|pattern| action_matches(pattern, action));
    match actions {
        Selector::Only(list) => named(list),
        Selector::Except(list) => !named(list),
    }
}

fn resource_applies(
    statement: &Statement,
    resource: &str,
    version: Version,
    view: &View<'_>,
) -> Truth {
    let named = |list: &[String], negated| {
        Truth::any(list.iter().map(|pattern| {
            let mut pattern = resolve(&pieces(pattern, version), view, true);
            pattern.within_segments();
            pattern.matches(resource, negated)
        }))
    };
    match statement.resources() {
        None => Truth::True,
        Some(Selector::Only(list)) => named(list, false),
        Some(Selector::Except(list)) => named(list, true).not(),
    }
}

#[cfg(test)]
mod tests;
