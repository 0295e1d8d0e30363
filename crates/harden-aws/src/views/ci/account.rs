//! Accounts with CI roles, and the OIDC providers that these roles need.

use std::collections::BTreeSet;
use std::sync::Arc;

use async_trait::async_trait;
use harden_core::{Cx, FactError, Kind, Known, Listing, Resource, Subject};

use super::role::CiRole;
use super::trust::{provider, provider_arns};
use crate::resources::{Account, IamRole, OidcProvider};

/// An account with its CI roles and the OIDC providers that they name.
pub(crate) struct CiAccount {
    /// The names of its CI roles.
    pub(crate) roles: Vec<String>,
    /// Whether `roles` is complete.
    pub(crate) complete: Known<()>,
    /// The ARN of each provider that a role needs, with the provider, or `None` where it is missing.
    pub(crate) providers: Vec<(String, Known<Option<OidcProvider>>)>,
}

#[async_trait]
impl Subject for CiAccount {
    const KINDS: &'static [&'static Kind] = &[Account::KIND, IamRole::KIND, OidcProvider::KIND];

    async fn collect(cx: &Cx) -> Result<Arc<Listing<Self>>, FactError> {
        let accounts = cx.list::<Account>().await?;
        let roles = cx.subjects::<CiRole>().await?;
        let providers = cx.list::<OidcProvider>().await?;
        let items = accounts.iter().map(|(id, account)| {
            let (mut names, mut needed) = (Vec::new(), BTreeSet::new());
            let mut complete = roles.readable(&id.place);
            for (_, role) in roles.at(&id.place) {
                let named = match (&role.trust, &role.exists) {
                    (Known::Yes(trust), _) => provider_arns(trust),
                    (_, Known::Yes(false)) => Vec::new(),
                    (Known::No(unknown), _) => {
                        complete = Known::No(unknown.clone());
                        continue;
                    }
                };
                names.push(role.name.to_string());
                if named.is_empty() {
                    let partition = role.partition();
                    needed.insert(github_provider_arn(partition, &account.account));
                }
                needed.extend(named);
            }
            let look = |arn: String| {
                let found = provider(&arn, &providers).map(|found| found.cloned());
                (arn, found)
            };
            let account = Self {
                roles: names,
                complete,
                providers: needed.into_iter().map(look).collect(),
            };
            (Arc::clone(id), account)
        });
        let items = items.collect();
        Ok(Arc::new(Listing::new(
            items,
            accounts.scope.clone(),
            accounts.gaps.clone(),
        )))
    }
}

/// The ARN of an account's OIDC provider for github.com.
pub(crate) fn github_provider_arn(partition: &str, account: &str) -> String {
    format!("arn:{partition}:iam::{account}:oidc-provider/token.actions.githubusercontent.com")
}
