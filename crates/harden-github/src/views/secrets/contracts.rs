//! Joins the contracts of secrets and of variables, one of each for every repository.

use std::sync::Arc;

use async_trait::async_trait;
use harden_core::{Cx, FactError, Kind, Known, Listing, Place, Resource, ResourceId, Subject};

use super::contract::{Contract, Levels, Names};
use crate::resources::{
    ActionsSecret, ActionsVariable, EnvironmentSecrets, EnvironmentVariables, LocalAction,
    OrganizationSecret, OrganizationVariable, Workflow,
};
use crate::views::workflow::{Flow, flows, of_repositories};

/// The secrets that the workflows of a repository read, and those that exist.
#[derive(Debug, Clone)]
pub(crate) struct SecretContract(pub(crate) Contract);

/// The variables that the workflows of a repository read, and those that exist.
#[derive(Debug, Clone)]
pub(crate) struct VariableContract(pub(crate) Contract);

/// The names of a listing at a place, in upper case.
fn names<R>(listing: &Listing<R>, place: &Place, name: fn(&R) -> &str) -> Known<Names> {
    let all = listing
        .at(place)
        .map(|(_, item)| name(item).to_ascii_uppercase());
    // without a readable listing, missing names are unknown and not missing
    let all: Names = all.collect();
    listing.readable(place).map(|()| all)
}

fn items(
    flows: &Listing<Flow>,
    suffix: &str,
    levels: impl Fn(&Place) -> Levels,
) -> Vec<(Arc<ResourceId>, Contract)> {
    let all = of_repositories(flows).into_iter().map(|(place, own)| {
        let repository = place.account.to_string();
        let levels = levels(&place);
        let id = ResourceId::new(Workflow::KIND.name, place, suffix).shown_as(&repository);
        let contract = Contract {
            repository,
            flows: own,
            levels,
        };
        (Arc::new(id), contract)
    });
    all.collect()
}

#[async_trait]
impl Subject for SecretContract {
    const KINDS: &'static [&'static Kind] = &[
        Workflow::KIND,
        LocalAction::KIND,
        ActionsSecret::KIND,
        OrganizationSecret::KIND,
        EnvironmentSecrets::KIND,
    ];

    async fn collect(cx: &Cx) -> Result<Arc<Listing<Self>>, FactError> {
        let flows = flows(cx).await?;
        let own = cx.list::<ActionsSecret>().await?;
        let organization = cx.list::<OrganizationSecret>().await?;
        let environments = cx.list::<EnvironmentSecrets>().await?;
        let all = items(&flows, "secrets", |place| Levels {
            repository: names(&own, place, |secret| &secret.name),
            organization: names(&organization, place, |secret| &secret.name),
            environments: environments
                .at(place)
                .map(|(_, environment)| {
                    let names = environment.secrets.as_ref().map(|secrets| {
                        secrets
                            .iter()
                            .map(|s| s.name.to_ascii_uppercase())
                            .collect()
                    });
                    (environment.environment.to_lowercase(), names)
                })
                .collect(),
            readable: environments.readable(place),
        });
        let all = all.into_iter().map(|(id, contract)| (id, Self(contract)));
        Ok(Arc::new(Listing::new(
            all.collect(),
            flows.scope.clone(),
            flows.gaps.clone(),
        )))
    }
}

#[async_trait]
impl Subject for VariableContract {
    const KINDS: &'static [&'static Kind] = &[
        Workflow::KIND,
        LocalAction::KIND,
        ActionsVariable::KIND,
        OrganizationVariable::KIND,
        EnvironmentVariables::KIND,
    ];

    async fn collect(cx: &Cx) -> Result<Arc<Listing<Self>>, FactError> {
        let flows = flows(cx).await?;
        let own = cx.list::<ActionsVariable>().await?;
        let organization = cx.list::<OrganizationVariable>().await?;
        let environments = cx.list::<EnvironmentVariables>().await?;
        let all = items(&flows, "variables", |place| Levels {
            repository: names(&own, place, |variable| &variable.name),
            organization: names(&organization, place, |variable| &variable.name),
            environments: environments
                .at(place)
                .map(|(_, environment)| {
                    let names = environment.names.as_ref();
                    let names = names.map(|n| n.iter().map(|n| n.to_ascii_uppercase()).collect());
                    (environment.environment.to_lowercase(), names)
                })
                .collect(),
            readable: environments.readable(place),
        });
        let all = all.into_iter().map(|(id, contract)| (id, Self(contract)));
        Ok(Arc::new(Listing::new(
            all.collect(),
            flows.scope.clone(),
            flows.gaps.clone(),
        )))
    }
}
