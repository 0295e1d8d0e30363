//! elasticloadbalancing:DescribeLoadBalancerAttributes, for each application load balancer.

use aws_sdk_elasticloadbalancingv2::Client;
use futures::future::join_all;
use harden_core::{FactError, Known, Unknown};

use super::at::At;
use super::gather::{Gathered, Read, copied};
use super::listers::{Live, Run};
use crate::resources::{LoadBalancer, LoadBalancerAttributes};

const DESCRIBE: &str = "elasticloadbalancing:DescribeLoadBalancerAttributes";

impl Live for LoadBalancerAttributes {
    async fn gather(run: &Run<'_>) -> Result<Gathered<Self>, FactError> {
        let balancers = run.facts.list::<LoadBalancer>().await?;
        let mut gathered = run
            .in_regions(|at| {
                let here = balancers.at(&at.place).map(|(_, balancer)| balancer);
                let arns = here.filter(|b| b.may_be_application());
                let arns = arns.map(|b| b.arn.clone()).collect();
                read(at, arns)
            })
            .await;
        gathered.gaps.extend(copied(&balancers.gaps));
        Ok(gathered)
    }
}

async fn read(at: At, balancers: Vec<String>) -> Read<LoadBalancerAttributes> {
    let client = Client::new(&at.config);
    let found = balancers
        .into_iter()
        .map(|arn| attributes(&at, &client, arn));
    Read::full(join_all(found).await.into_iter().flatten().collect())
}

/// The attributes of a load balancer; none if it was deleted since it was listed.
async fn attributes(at: &At, client: &Client, arn: String) -> Option<LoadBalancerAttributes> {
    let request = client
        .describe_load_balancer_attributes()
        .load_balancer_arn(&arn);
    let answer = match at.call(DESCRIBE, request.send()).await {
        Ok(answer) => Ok(answer.attributes.unwrap_or_default()),
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
