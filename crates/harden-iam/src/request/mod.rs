//! A request that policies are evaluated for.

mod context;
mod principal;

pub use context::Context;
pub(crate) use context::{Lookup, RequestKeys};
pub use principal::Principal;

use crate::arn::ArnParts;

/// A request: who wants to do what on which resource, and what else is known of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// Who calls.
    pub principal: Principal,
    /// The action, with its service's prefix (`sns:Publish`), in any case.
    pub action: String,
    /// The ARN of the resource. It is compared with the policy's resources; in a KMS key policy,
    /// `*` there means the key itself. [`Identity::decide`](crate::Identity::decide) takes a pattern as well.
    pub resource: String,
    /// The account that owns the resource, where its ARN does not tell (a bucket's): twelve
    /// digits. [`Identity::decide`](crate::Identity::decide) takes it to be the caller's own otherwise.
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

    /// The request about a resource of this account.
    #[must_use]
    pub fn owned_by(mut self, account: impl Into<String>) -> Self {
        self.resource_account = Some(account.into());
        self
    }
}
