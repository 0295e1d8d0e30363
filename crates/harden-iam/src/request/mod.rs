//! A request that policies are evaluated for.

mod context;
mod principal;

pub use context::Context;
pub(crate) use context::{Lookup, RequestKeys};
pub use principal::Principal;

use crate::arn::ArnParts;

/// A request: who calls which action on which resource, and in which context.
///
/// IAM User Guide, "Components of a request".
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Request {
    /// Who calls.
    pub principal: Principal,
    /// The action, with its service's prefix (`sns:Publish`), in any case.
    pub action: String,
    /// The ARN of the resource, or `*` for an action without resource types. In a KMS key policy `*`
    /// means the key itself. [`Identity::decide`](crate::Identity::decide) also takes a pattern.
    pub resource: String,
    /// The id of the account that owns the resource, for ARNs that do not contain it (those of
    /// buckets). [`Identity::decide`](crate::Identity::decide) otherwise takes it to be the caller's
    /// account.
    pub resource_account: Option<String>,
    /// The condition keys.
    pub context: Context,
}

impl Request {
    /// Builds a request.
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

    /// Whether the resource belongs to another account than the caller's. If one of the two
    /// accounts is not known, they are taken to be the same.
    pub fn is_cross_account(&self) -> bool {
        let owner = match &self.resource_account {
            Some(account) => Some(account.as_str()),
            None => ArnParts::parse(&self.resource).map(|arn| arn.account),
        };
        let owner = owner.filter(|id| id.len() == 12 && id.bytes().all(|b| b.is_ascii_digit()));
        match (owner, self.principal.account_id()) {
            (Some(owner), Some(caller)) => owner != caller,
            _ => false,
        }
    }

    /// Sets the account that owns the resource.
    #[must_use]
    pub fn owned_by(mut self, account: impl Into<String>) -> Self {
        self.resource_account = Some(account.into());
        self
    }
}
