//! elasticloadbalancing:DescribeLoadBalancers.

use harden_core::{FactError, Known, Unknown};

use super::at::{At, timestamp};
use super::gather::{Gathered, Read};
use super::listers::{Live, Run};
use super::paging::pages;
use crate::resources::LoadBalancer;

const DESCRIBE: &str = "elasticloadbalancing:DescribeLoadBalancers";

impl Live for LoadBalancer {
    async fn gather(run: &Run<'_>) -> Result<Gathered<Self>, FactError> {
        Ok(run.in_regions(read).await)
    }
}

async fn read(at: At) -> Read<LoadBalancer> {
    let client = aws_sdk_elasticloadbalancingv2::Client::new(&at.config);
    let at = &at;
    let found = pages(DESCRIBE, |token| {
        let request = client.describe_load_balancers().set_marker(token);
        async move {
            let answer = at.call(DESCRIBE, request.send()).await?;
            Ok((
                answer.load_balancers.unwrap_or_default(),
                answer.next_marker,
            ))
        }
    })
    .await;
    Read::of(found, |balancer| {
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
