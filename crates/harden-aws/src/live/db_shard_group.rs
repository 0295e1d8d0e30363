//! rds:DescribeDBShardGroups, in regions with an Aurora PostgreSQL cluster.

use harden_collect::{Collect, Collected, Portion};
use harden_core::{FactError, Facts, Known, Unknown};

use super::AwsProvider;
use super::place_api::{PlaceApi, read_pages};
use super::sent::Sent as _;
use crate::resources::{DbCluster, DbShardGroup};

const DESCRIBE: &str = "rds:DescribeDBShardGroups";

impl Collect<AwsProvider> for DbShardGroup {
    async fn collect(aws: &AwsProvider, facts: &Facts) -> Result<Collected<Self>, FactError> {
        let clusters = facts.list::<DbCluster>().await?;
        let mut collected = aws
            .in_regions(facts, |api| {
                let asked = clusters.at(&api.place).any(|(_, cluster)| {
                    let engine = cluster.engine.ok();
                    engine.is_none_or(|e| e == "aurora-postgresql")
                });
                read(api, asked)
            })
            .await;
        collected.add_gaps_of(&clusters.gaps);
        Ok(collected)
    }
}

async fn read(api: PlaceApi, asked: bool) -> Portion<DbShardGroup> {
    if !asked {
        return Portion::default();
    }
    let client = aws_sdk_rds::Client::new(&api.config);
    let api = &api;
    let found = read_pages(DESCRIBE, |token| {
        let request = client
            .describe_db_shard_groups()
            .max_records(100)
            .set_marker(token);
        async move {
            let answer = api.call(DESCRIBE, request.send()).await?;
            Ok((
                answer.db_shard_groups.sent(DESCRIBE, "DBShardGroups")?,
                answer.marker,
            ))
        }
    })
    .await;
    Portion::from_pages(found, described)
}

fn described(group: aws_sdk_rds::types::DbShardGroup) -> Result<DbShardGroup, Unknown> {
    let missing = |field| Unknown::missing(DESCRIBE, field);
    Ok(DbShardGroup {
        arn: group
            .db_shard_group_arn
            .ok_or_else(|| missing("DBShardGroupArn"))?,
        name: group
            .db_shard_group_identifier
            .ok_or_else(|| missing("DBShardGroupIdentifier"))?,
        cluster: Known::present(group.db_cluster_identifier, DESCRIBE, "DBClusterIdentifier"),
        publicly_accessible: Known::present(
            group.publicly_accessible,
            DESCRIBE,
            "PubliclyAccessible",
        ),
    })
}
