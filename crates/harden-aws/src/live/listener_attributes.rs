//! elasticloadbalancing:DescribeListenerAttributes, for each HTTPS listener that faces the internet.

use aws_sdk_elasticloadbalancingv2::Client;
use futures::future::join_all;
use harden_collect::{Collect, Collected, Portion};
use harden_core::{FactError, Facts, Known};

use super::AwsProvider;
use super::listeners::facing;
use super::place_api::PlaceApi;
use crate::resources::{ListenerAttributes, LoadBalancer, LoadBalancerListeners};

const DESCRIBE: &str = "elasticloadbalancing:DescribeListenerAttributes";
const HSTS: &str = "routing.http.response.strict_transport_security.header_value";

impl Collect<AwsProvider> for ListenerAttributes {
    async fn collect(aws: &AwsProvider, facts: &Facts) -> Result<Collected<Self>, FactError> {
        let balancers = facts.list::<LoadBalancer>().await?;
        let listeners = facts.list::<LoadBalancerListeners>().await?;
        let mut collected = aws
            .in_regions(facts, |api| {
                let arns = facing(&balancers, &listeners, &api.place, "HTTPS");
                read(api, arns)
            })
            .await;
        collected.add_gaps_of(&balancers.gaps);
        collected.add_gaps_of(&listeners.gaps);
        Ok(collected)
    }
}

async fn read(api: PlaceApi, listeners: Vec<String>) -> Portion<ListenerAttributes> {
    let client = Client::new(&api.config);
    let found = listeners
        .into_iter()
        .map(|arn| attributes(&api, &client, arn));
    Portion::complete(join_all(found).await.into_iter().flatten().collect())
}

/// The attributes of a listener; none if it was deleted after it was listed.
async fn attributes(api: &PlaceApi, client: &Client, arn: String) -> Option<ListenerAttributes> {
    let request = client.describe_listener_attributes().listener_arn(&arn);
    let found = match api.call(DESCRIBE, request.send()).await {
        Ok(answer) => Known::present(answer.attributes, DESCRIBE, "Attributes"),
        Err(failure) if failure.is("ListenerNotFound") => return None,
        Err(failure) => failure.unknown.into(),
    };
    let value = found.map(|all| {
        let hsts = all.into_iter().find(|a| a.key() == Some(HSTS));
        // an attribute that is not set has an empty value, or is missing
        hsts.and_then(|a| a.value).filter(|value| !value.is_empty())
    });
    Some(ListenerAttributes {
        listener_arn: arn,
        strict_transport_security: value,
    })
}
