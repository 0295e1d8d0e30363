//! Finds out whether the token is accepted, and which repositories there are to read.

use std::pin::pin;
use std::sync::Arc;

use futures::future::{Either, select};
use harden_collect::EarlyCalls;

use super::GithubProvider;
use super::address::{base_url, host_of};
use super::answers::Present;
use super::api::Keep;
use super::client::api;
use super::connect::Connect;
use super::error::ConnectError;
use super::failure::Said;
use super::origin::{Origin, origin_of};
use crate::operation::RATE_LIMIT;
use crate::policy::is_repository;

pub(super) async fn connect(connect: Connect) -> Result<GithubProvider, ConnectError> {
    let stop = connect.stop.clone();
    match select(pin!(stop.cancelled()), Box::pin(connected(connect))).await {
        Either::Left((reason, _)) => Err(ConnectError::Cancelled(reason)),
        Either::Right((result, _)) => result,
    }
}

async fn connected(connect: Connect) -> Result<GithubProvider, ConnectError> {
    let base = base_url(&connect.api_url)?;
    let host = host_of(&base).unwrap_or_default();
    let origin = connect.origin.as_deref().and_then(origin_of);
    let origin = origin.filter(|origin| origin.is_served_by(&host));
    let repositories = repositories(&connect, origin.as_ref(), &host)?;
    let root = connect.checkout.as_deref().map(Arc::from);
    let checkout = root.zip(origin.map(|o| o.repository));
    let policy = Arc::clone(&connect.policy);
    let api = api(connect, &base).await?;
    // costs no quota, and makes a wrong token one error and not a gap in each listing
    let asked = api
        .get::<Present>(RATE_LIMIT, "/rate_limit", Keep::Nothing)
        .await;
    match asked {
        Ok(_) => {}
        // a server without limits answers 404
        Err(failure) if failure.said == Said::NotFound => {}
        Err(failure) if failure.said == Said::Unauthorized => {
            return Err(ConnectError::Refused { host });
        }
        Err(failure) => return Err(ConnectError::Failed(failure.unknown)),
    }
    let early_calls = EarlyCalls::default();
    early_calls.count(RATE_LIMIT.name);
    Ok(GithubProvider {
        api,
        repositories,
        policy,
        checkout,
        early_calls,
    })
}

/// The repositories that the caller, the policy, the environment or the checkout names: the first of
/// these that names any.
fn repositories(
    connect: &Connect,
    origin: Option<&Origin>,
    host: &str,
) -> Result<Vec<String>, ConnectError> {
    let policy = &connect.policy;
    let named = [&connect.repositories, &policy.repositories];
    let named = named.into_iter().find(|names| !names.is_empty());
    let names = match (named, &policy.organization) {
        (Some(names), _) => names.clone(),
        (None, Some(_)) => Vec::new(),
        (None, None) => {
            let default = connect.default_repository.clone();
            let found = default.or_else(|| origin.map(|o| o.repository.clone()));
            vec![found.ok_or_else(|| ConnectError::NoRepository {
                host: host.to_owned(),
            })?]
        }
    };
    match names.iter().find(|name| !is_repository(name)) {
        Some(bad) => Err(ConnectError::BadRepository(harden_core::one_line(bad, 120))),
        None => Ok(names),
    }
}
