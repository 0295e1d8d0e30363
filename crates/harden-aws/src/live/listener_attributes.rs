//! elasticloadbalancing:DescribeListenerAttributes, for each HTTPS listener that faces the internet.

use aws_sdk_elasticloadbalancingv2::Client;
use futures::future::join_all;
use harden_core::{FactError, Known};

use super::at::At;
use super::gather::{Gathered, Read, copied};
use super::listeners::facing;
use super::listers::{Live, Run};
use crate::resources::{ListenerAttributes, LoadBalancer, LoadBalancerListeners};

const DESCRIBE: &str = "elasticloadbalancing:DescribeListenerAttributes";
const HSTS: &str = "routing.http.response.strict_transport_security.header_value";

impl Live for ListenerAttributes {
    async fn gather(run: &Run<'_>) -> Result<Gathered<Self>, FactError> {
        let balancers = run.facts.list::<LoadBalancer>().await?;
        let listeners = run.facts.list::<LoadBalancerListeners>().await?;
        let mut gathered = run
            .in_regions(|at| {
                let arns = facing(&balancers, &listeners, &at.place, "HTTPS");
                read(at, arns)
            })
            .await;
        gathered.gaps.extend(copied(&balancers.gaps));
        gathered.gaps.extend(copied(&listeners.gaps));
        Ok(gathered)
    }
}

async fn read(at: At, listeners: Vec<String>) -> Read<ListenerAttributes> {
    let client = Client::new(&at.config);
    let found = listeners
        .into_iter()
        .map(|arn| attributes(&at, &client, arn));
    Read::full(join_all(found).await.into_iter().flatten().collect())
}

/// The attributes of a listener; none if it was deleted since it was listed.
async fn attributes(at: &At, client: &Client, arn: String) -> Option<ListenerAttributes> {
    let request = client.describe_listener_attributes().listener_arn(&arn);
    let found = match at.call(DESCRIBE, request.send()).await {
        Ok(answer) => Known::present(answer.attributes, DESCRIBE, "Attributes"),
        Err(failure) if failure.is("ListenerNotFound") => return None,
        Err(failure) => failure.unknown.into(),
    };
    let value = found.map(|all| {
        let hsts = all.into_iter().find(|a| a.key() == Some(HSTS));
        // one that is not set has the empty value, or is not told at all
        hsts.and_then(|a| a.value).filter(|value| !value.is_empty())
    });
    Some(ListenerAttributes {
        listener_arn: arn,
        strict_transport_security: value,
    })
}
