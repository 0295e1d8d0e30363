//! wafv2:GetIPSet, for each IP set that rules refer to.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_wafv2::Client;
use aws_sdk_wafv2::types::Scope;
use futures::future::join_all;
use harden_core::{Known, Unknown};

use super::place_api::PlaceApi;
use crate::arn::Arn;
use crate::resources::WafRule;

const GET: &str = "wafv2:GetIPSet";

/// The addresses of the IP sets that rules refer to, by ARN.
pub(super) async fn addresses_of<'a>(
    api: &PlaceApi,
    client: &Client,
    rules: impl IntoIterator<Item = &'a WafRule>,
) -> BTreeMap<String, Known<Vec<String>>> {
    let arns: BTreeSet<&str> = rules
        .into_iter()
        .flat_map(|rule| rule.statement.ip_sets())
        .collect();
    let found = arns.into_iter().map(|arn| async move {
        let addresses = addresses(api, client, arn).await;
        (arn.to_owned(), addresses.into())
    });
    join_all(found).await.into_iter().collect()
}

/// The operation takes the name, the id and the scope: `SCOPE/ipset/NAME/ID` in the ARN.
async fn addresses(api: &PlaceApi, client: &Client, arn: &str) -> Result<Vec<String>, Unknown> {
    let resource = Arn::parse(arn).map_or("", |arn| arn.resource);
    let parts: Vec<&str> = resource.split('/').collect();
    let [scope, "ipset", name, id] = parts.as_slice() else {
        return Err(Unknown::missing(GET, "name and id of the IP set"));
    };
    let scope = match *scope {
        "global" => Scope::Cloudfront,
        _ => Scope::Regional,
    };
    let request = client.get_ip_set().name(*name).id(*id).scope(scope);
    let answer = api.call(GET, request.send()).await.map_err(Unknown::from)?;
    let set = answer
        .ip_set
        .ok_or_else(|| Unknown::missing(GET, "IPSet"))?;
    Ok(set.addresses)
}
