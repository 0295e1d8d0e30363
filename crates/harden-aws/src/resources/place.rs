//! The accounts and regions of a run.

use harden_core::{Kind, Place, Resource, ResourceId};
use serde::{Deserialize, Serialize};

/// An account that the run audits. sts:GetCallerIdentity returns it; it needs no permission.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Account {
    /// The account id, 12 digits.
    pub account: String,
}

impl Resource for Account {
    const KIND: &'static Kind = &Kind::new("aws/account");

    fn id(&self) -> ResourceId {
        let place = Place::global(&*self.account);
        ResourceId::new(Self::KIND.name, place, &self.account)
    }
}

/// A region of an account that the run audits. With `--region all` the regions come from
/// account:ListRegions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Region {
    /// The account id, 12 digits.
    pub account: String,
    /// The region's code: `us-east-2`.
    pub region: String,
}

impl Resource for Region {
    const KIND: &'static Kind = &Kind::new("aws/region");

    fn id(&self) -> ResourceId {
        let place = Place::new(&*self.account, &*self.region);
        let shown = format!("{}/{}", self.account, self.region);
        ResourceId::new(Self::KIND.name, place, &self.region).shown_as(&shown)
    }
}
