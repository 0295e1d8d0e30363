//! rds:DescribeGlobalClusters, in regions with an Aurora cluster.

use harden_collect::{Collect, Collected, Portion};
use harden_core::{FactError, Facts, Known, Unknown};

use super::AwsProvider;
use super::place_api::{PlaceApi, read_pages};
use super::sent::Sent as _;
use crate::resources::{DbCluster, GlobalCluster, GlobalMember};

const DESCRIBE: &str = "rds:DescribeGlobalClusters";

impl Collect<AwsProvider> for GlobalCluster {
    async fn collect(aws: &AwsProvider, facts: &Facts) -> Result<Collected<Self>, FactError> {
        let clusters = facts.list::<DbCluster>().await?;
        let mut collected = aws
            .in_regions(facts, |api| {
                let asked = clusters.at(&api.place).any(|(_, cluster)| {
                    let engine = cluster.engine.ok();
                    engine.is_none_or(|e| e.starts_with("aurora"))
                        || !matches!(cluster.global_cluster, Known::Yes(None))
                });
                read(api, asked)
            })
            .await;
        collected.add_gaps_of(&clusters.gaps);
        Ok(collected)
    }
}

async fn read(api: PlaceApi, asked: bool) -> Portion<GlobalCluster> {
    if !asked {
        return Portion::default();
    }
    let client = aws_sdk_rds::Client::new(&api.config);
    let api = &api;
    let found = read_pages(DESCRIBE, |token| {
        let request = client
            .describe_global_clusters()
            .max_records(100)
            .set_marker(token);
        async move {
            let answer = api.call(DESCRIBE, request.send()).await?;
            Ok((
                answer.global_clusters.sent(DESCRIBE, "GlobalClusters")?,
                answer.marker,
            ))
        }
    })
    .await;
    Portion::from_pages(found, |found| described(api, found))
}

fn described(
    api: &PlaceApi,
    found: aws_sdk_rds::types::GlobalCluster,
) -> Result<GlobalCluster, Unknown> {
    let member = |member: aws_sdk_rds::types::GlobalClusterMember| {
        Some(GlobalMember {
            arn: member.db_cluster_arn?,
            writer: Known::present(member.is_writer, DESCRIBE, "IsWriter"),
        })
    };
    let members = found
        .global_cluster_members
        .and_then(|all| all.into_iter().map(member).collect());
    Ok(GlobalCluster {
        account: api.account().to_owned(),
        region: api.region().to_owned(),
        name: found
            .global_cluster_identifier
            .ok_or_else(|| Unknown::missing(DESCRIBE, "GlobalClusterIdentifier"))?,
        members: Known::present(members, DESCRIBE, "GlobalClusterMembers"),
    })
}
