//! CI roles with the services that they accessed.

use std::ops::Deref;
use std::sync::Arc;

use async_trait::async_trait;
use harden_core::{Cause, Cx, FactError, Kind, Known, Listing, Resource, Subject, Unknown};

use super::role::CiRole;
use crate::resources::{Account, IamRole, IamRoleUse, ServiceUse};

/// A CI role with the last access to each service.
pub(crate) struct RoleWithUse {
    pub(crate) role: CiRole,
    pub(crate) services: Known<Vec<ServiceUse>>,
}

impl Deref for RoleWithUse {
    type Target = CiRole;

    fn deref(&self) -> &CiRole {
        &self.role
    }
}

#[async_trait]
impl Subject for RoleWithUse {
    const KINDS: &'static [&'static Kind] = &[Account::KIND, IamRole::KIND, IamRoleUse::KIND];

    async fn collect(cx: &Cx) -> Result<Arc<Listing<Self>>, FactError> {
        let roles = cx.subjects::<CiRole>().await?;
        let uses = cx.list::<IamRoleUse>().await?;
        let items = roles.iter().map(|(id, role)| {
            let found = uses.get(&id.place, &id.name);
            let services = found.and_then(|found| match found {
                Some(found) => found.services.clone(),
                // collecting reads it for each CI role; a role that was not a CI role when the
                // snapshot was recorded has none
                None => Unknown::new(
                    Cause::NotRecorded,
                    "the snapshot does not contain the last access of the role",
                )
                .during("iam:GetServiceLastAccessedDetails")
                .into(),
            });
            let used = Self {
                role: role.clone(),
                services,
            };
            (Arc::clone(id), used)
        });
        let items = items.collect();
        Ok(Arc::new(Listing::new(
            items,
            roles.scope.clone(),
            roles.gaps.clone(),
        )))
    }
}
