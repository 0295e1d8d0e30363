//! The organization of an account.

use harden_core::{Kind, Known, Place, Resource, ResourceId};
use serde::{Deserialize, Serialize};

/// The organization of an account. Source: organizations:DescribeOrganization, which member
/// accounts can call too.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Organization {
    /// The account.
    pub account: String,
    /// The management account, which pays (MasterAccountId), or `None` outside an organization.
    #[serde(default)]
    pub management_account: Known<Option<String>>,
}

impl Resource for Organization {
    const KIND: &'static Kind =
        &Kind::new("aws/organization").permissions(&["organizations:DescribeOrganization"]);

    fn id(&self) -> ResourceId {
        let place = Place::global(&*self.account);
        ResourceId::new(Self::KIND.name, place, &self.account)
    }
}
