//! elasticloadbalancing:DescribeLoadBalancers.

use harden_collect::{Collect, Collected, Portion};
use harden_core::{FactError, Facts, Known, Unknown};

use super::AwsProvider;
use super::place_api::{PlaceApi, read_pages, timestamp};
use super::sent::Sent as _;
use crate::resources::LoadBalancer;

const DESCRIBE: &str = "elasticloadbalancing:DescribeLoadBalancers";

impl Collect<AwsProvider> for LoadBalancer {
    async fn collect(aws: &AwsProvider, facts: &Facts) -> Result<Collected<Self>, FactError> {
        Ok(aws.in_regions(facts, read).await)
    }
}

async fn read(api: PlaceApi) -> Portion<LoadBalancer> {
    let client = aws_sdk_elasticloadbalancingv2::Client::new(&api.config);
    let api = &api;
    let found = read_pages(DESCRIBE, |token| {
        let request = client.describe_load_balancers().set_marker(token);
        async move {
            let answer = api.call(DESCRIBE, request.send()).await?;
            Ok((
                answer.load_balancers.sent(DESCRIBE, "LoadBalancers")?,
                answer.next_marker,
            ))
        }
    })
    .await;
    Portion::from_pages(found, |balancer| {
        let arn = balancer.load_balancer_arn;
        Ok(LoadBalancer {
            arn: arn.ok_or_else(|| Unknown::missing(DESCRIBE, "LoadBalancerArn"))?,
            kind: Known::present(
                balancer.r#type.map(|t| t.as_str().to_owned()),
                DESCRIBE,
                "Type",
            ),
            scheme: Known::present(
                balancer.scheme.map(|s| s.as_str().to_owned()),
                DESCRIBE,
                "Scheme",
            ),
            created_at: Known::present(
                balancer.created_time.as_ref().and_then(timestamp),
                DESCRIBE,
                "CreatedTime",
            ),
        })
    })
}
