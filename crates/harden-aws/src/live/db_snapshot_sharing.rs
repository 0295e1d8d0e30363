//! rds:DescribeDBSnapshotAttributes and rds:DescribeDBClusterSnapshotAttributes, for each manual
//! snapshot: others can't be shared.

use aws_sdk_rds::Client;
use futures::future::join_all;
use harden_collect::{Collect, Collected, Portion};
use harden_core::{FactError, Facts, Known, Unknown};

use super::AwsProvider;
use super::failure::Failure;
use super::place_api::PlaceApi;
use super::sent::Sent as _;
use crate::resources::{DbClusterSnapshot, DbSnapshot, DbSnapshotSharing, SnapshotFacts};

const OF_INSTANCES: &str = "rds:DescribeDBSnapshotAttributes";
const OF_CLUSTERS: &str = "rds:DescribeDBClusterSnapshotAttributes";

/// The attribute that holds the accounts that may restore a snapshot.
const RESTORE: &str = "restore";

/// A manual snapshot.
struct Manual {
    arn: String,
    name: String,
    of_cluster: bool,
}

impl Collect<AwsProvider> for DbSnapshotSharing {
    async fn collect(aws: &AwsProvider, facts: &Facts) -> Result<Collected<Self>, FactError> {
        let of_instances = facts.list::<DbSnapshot>().await?;
        let of_clusters = facts.list::<DbClusterSnapshot>().await?;
        let mut collected = aws
            .in_regions(facts, |api| {
                let instances = of_instances.at(&api.place);
                let clusters = of_clusters.at(&api.place);
                let manual: Vec<_> = instances
                    .filter_map(|(id, snapshot)| manual(&id.name, &snapshot.0, false))
                    .chain(
                        clusters.filter_map(|(id, snapshot)| manual(&id.name, &snapshot.0, true)),
                    )
                    .collect();
                read(api, manual)
            })
            .await;
        collected.add_gaps_of(&of_instances.gaps);
        collected.add_gaps_of(&of_clusters.gaps);
        Ok(collected)
    }
}

fn manual(name: &str, snapshot: &SnapshotFacts, of_cluster: bool) -> Option<Manual> {
    let kind = snapshot.snapshot_type.ok()?;
    (kind == "manual").then(|| Manual {
        arn: snapshot.arn.clone(),
        name: name.to_owned(),
        of_cluster,
    })
}

async fn read(api: PlaceApi, snapshots: Vec<Manual>) -> Portion<DbSnapshotSharing> {
    let client = Client::new(&api.config);
    let found = snapshots
        .into_iter()
        .map(|snapshot| sharing(&api, &client, snapshot));
    Portion::complete(join_all(found).await.into_iter().flatten().collect())
}

/// The accounts that a snapshot is shared with; none if it was deleted after it was listed.
async fn sharing(api: &PlaceApi, client: &Client, snapshot: Manual) -> Option<DbSnapshotSharing> {
    let answer = if snapshot.of_cluster {
        of_cluster(api, client, &snapshot.name).await
    } else {
        of_instance(api, client, &snapshot.name).await
    };
    let gone = |f: &Failure| f.is("DBSnapshotNotFound") || f.is("DBClusterSnapshotNotFoundFault");
    let shared_with = match answer {
        Ok(mut accounts) => {
            accounts.sort_unstable();
            Known::Yes(accounts)
        }
        Err(failure) if gone(&failure) => return None,
        Err(failure) => Unknown::from(failure).into(),
    };
    Some(DbSnapshotSharing {
        snapshot_arn: snapshot.arn,
        shared_with,
    })
}

async fn of_instance(api: &PlaceApi, client: &Client, name: &str) -> Result<Vec<String>, Failure> {
    let request = client
        .describe_db_snapshot_attributes()
        .db_snapshot_identifier(name);
    let answer = api.call(OF_INSTANCES, request.send()).await?;
    let result = answer.db_snapshot_attributes_result;
    let attributes = result.and_then(|r| r.db_snapshot_attributes);
    let mut accounts = Vec::new();
    for attribute in attributes.sent(OF_INSTANCES, "DBSnapshotAttributes")? {
        if attribute
            .attribute_name
            .sent(OF_INSTANCES, "AttributeName")?
            == RESTORE
        {
            accounts.extend(
                attribute
                    .attribute_values
                    .sent(OF_INSTANCES, "AttributeValues")?,
            );
        }
    }
    Ok(accounts)
}

async fn of_cluster(api: &PlaceApi, client: &Client, name: &str) -> Result<Vec<String>, Failure> {
    let request = client
        .describe_db_cluster_snapshot_attributes()
        .db_cluster_snapshot_identifier(name);
    let answer = api.call(OF_CLUSTERS, request.send()).await?;
    let result = answer.db_cluster_snapshot_attributes_result;
    let attributes = result.and_then(|r| r.db_cluster_snapshot_attributes);
    let mut accounts = Vec::new();
    for attribute in attributes.sent(OF_CLUSTERS, "DBClusterSnapshotAttributes")? {
        if attribute
            .attribute_name
            .sent(OF_CLUSTERS, "AttributeName")?
            == RESTORE
        {
            accounts.extend(
                attribute
                    .attribute_values
                    .sent(OF_CLUSTERS, "AttributeValues")?,
            );
        }
    }
    Ok(accounts)
}
