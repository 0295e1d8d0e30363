//! elasticloadbalancing:DescribeTargetGroups.

use harden_collect::{Collect, Collected, Portion};
use harden_core::{FactError, Facts, Known, Unknown};

use super::AwsProvider;
use super::place_api::{PlaceApi, read_pages};
use super::sent::Sent as _;
use crate::resources::TargetGroup;

const DESCRIBE: &str = "elasticloadbalancing:DescribeTargetGroups";

impl Collect<AwsProvider> for TargetGroup {
    async fn collect(aws: &AwsProvider, facts: &Facts) -> Result<Collected<Self>, FactError> {
        Ok(aws.in_regions(facts, read).await)
    }
}

async fn read(api: PlaceApi) -> Portion<TargetGroup> {
    let client = aws_sdk_elasticloadbalancingv2::Client::new(&api.config);
    let api = &api;
    let found = read_pages(DESCRIBE, |token| {
        let request = client.describe_target_groups().set_marker(token);
        async move {
            let answer = api.call(DESCRIBE, request.send()).await?;
            Ok((
                answer.target_groups.sent(DESCRIBE, "TargetGroups")?,
                answer.next_marker,
            ))
        }
    })
    .await;
    Portion::from_pages(found, |group| {
        let arn = group.target_group_arn;
        Ok(TargetGroup {
            arn: arn.ok_or_else(|| Unknown::missing(DESCRIBE, "TargetGroupArn"))?,
            load_balancer_arns: Known::present(
                group.load_balancer_arns,
                DESCRIBE,
                "LoadBalancerArns",
            ),
        })
    })
}
