//! elasticloadbalancing:DescribeTargetGroups.

use harden_core::{FactError, Known, Unknown};

use super::at::At;
use super::gather::{Gathered, Read};
use super::listers::{Live, Run};
use super::paging::pages;
use crate::resources::TargetGroup;

const DESCRIBE: &str = "elasticloadbalancing:DescribeTargetGroups";

impl Live for TargetGroup {
    async fn gather(run: &Run<'_>) -> Result<Gathered<Self>, FactError> {
        Ok(run.in_regions(read).await)
    }
}

async fn read(at: At) -> Read<TargetGroup> {
    let client = aws_sdk_elasticloadbalancingv2::Client::new(&at.config);
    let at = &at;
    let found = pages(DESCRIBE, |token| {
        let request = client.describe_target_groups().set_marker(token);
        async move {
            let answer = at.call(DESCRIBE, request.send()).await?;
            Ok((answer.target_groups.unwrap_or_default(), answer.next_marker))
        }
    })
    .await;
    Read::of(found, |group| {
        let arn = group.target_group_arn;
        Ok(TargetGroup {
            arn: arn.ok_or_else(|| Unknown::missing(DESCRIBE, "TargetGroupArn"))?,
            load_balancer_arns: Known::Yes(group.load_balancer_arns.unwrap_or_default()),
        })
    })
}
