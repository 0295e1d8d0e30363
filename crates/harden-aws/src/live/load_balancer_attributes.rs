//! elasticloadbalancing:DescribeLoadBalancerAttributes, for each application load balancer.

use aws_sdk_elasticloadbalancingv2::Client;
use futures::future::join_all;
use harden_collect::{Collect, Collected, Portion};
use harden_core::{FactError, Facts, Known, Unknown};

use super::AwsProvider;
use super::place_api::PlaceApi;
use super::sent::Sent as _;
use crate::resources::{LoadBalancer, LoadBalancerAttributes};

const DESCRIBE: &str = "elasticloadbalancing:DescribeLoadBalancerAttributes";

impl Collect<AwsProvider> for LoadBalancerAttributes {
    async fn collect(aws: &AwsProvider, facts: &Facts) -> Result<Collected<Self>, FactError> {
        let balancers = facts.list::<LoadBalancer>().await?;
        let mut collected = aws
            .in_regions(facts, |api| {
                let here = balancers.at(&api.place).map(|(_, balancer)| balancer);
                let arns = here.filter(|b| b.may_be_application());
                let arns = arns.map(|b| b.arn.clone()).collect();
                read(api, arns)
            })
            .await;
        collected.add_gaps_of(&balancers.gaps);
        Ok(collected)
    }
}

async fn read(api: PlaceApi, balancers: Vec<String>) -> Portion<LoadBalancerAttributes> {
    let client = Client::new(&api.config);
    let found = balancers
        .into_iter()
        .map(|arn| attributes(&api, &client, arn));
    Portion::complete(join_all(found).await.into_iter().flatten().collect())
}

/// The attributes of a load balancer; none if it was deleted after it was listed.
async fn attributes(
    api: &PlaceApi,
    client: &Client,
    arn: String,
) -> Option<LoadBalancerAttributes> {
    let request = client
        .describe_load_balancer_attributes()
        .load_balancer_arn(&arn);
    let answer = match api.call(DESCRIBE, request.send()).await {
        Ok(answer) => answer
            .attributes
            .sent(DESCRIBE, "Attributes")
            .map_err(|failure| failure.unknown),
        Err(failure) if failure.is("LoadBalancerNotFound") => return None,
        Err(failure) => Err(failure.unknown),
    };
    let flag = |key: &'static str| -> Known<bool> {
        let found = answer.as_ref().map_err(Clone::clone).and_then(|all| {
            let value = all.iter().find(|a| a.key() == Some(key));
            match value.and_then(|a| a.value()) {
                Some("true") => Ok(true),
                Some("false") => Ok(false),
                _ => Err(Unknown::missing(DESCRIBE, key)),
            }
        });
        found.into()
    };
    Some(LoadBalancerAttributes {
        drop_invalid_header_fields: flag("routing.http.drop_invalid_header_fields.enabled"),
        deletion_protection: flag("deletion_protection.enabled"),
        access_logs: flag("access_logs.s3.enabled"),
        load_balancer_arn: arn,
    })
}
