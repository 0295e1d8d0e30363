//! rds:DescribeDBSnapshotAttributes and rds:DescribeDBClusterSnapshotAttributes, for each manual
//! snapshot: others can't be shared.

use aws_sdk_rds::Client;
use futures::future::join_all;
use harden_core::{FactError, Known, Unknown};

use super::at::At;
use super::failure::Failure;
use super::gather::{Gathered, Read, copied};
use super::listers::{Live, Run};
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

impl Live for DbSnapshotSharing {
    async fn gather(run: &Run<'_>) -> Result<Gathered<Self>, FactError> {
        let of_instances = run.facts.list::<DbSnapshot>().await?;
        let of_clusters = run.facts.list::<DbClusterSnapshot>().await?;
        let mut gathered = run
            .in_regions(|at| {
                let instances = of_instances.at(&at.place);
                let clusters = of_clusters.at(&at.place);
                let manual: Vec<_> = instances
                    .filter_map(|(id, snapshot)| manual(&id.name, &snapshot.0, false))
                    .chain(
                        clusters.filter_map(|(id, snapshot)| manual(&id.name, &snapshot.0, true)),
                    )
                    .collect();
                read(at, manual)
            })
            .await;
        gathered.gaps.extend(copied(&of_instances.gaps));
        gathered.gaps.extend(copied(&of_clusters.gaps));
        Ok(gathered)
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

async fn read(at: At, snapshots: Vec<Manual>) -> Read<DbSnapshotSharing> {
    let client = Client::new(&at.config);
    let found = snapshots
        .into_iter()
        .map(|snapshot| sharing(&at, &client, snapshot));
    Read::full(join_all(found).await.into_iter().flatten().collect())
}

/// Whom a snapshot is shared with; none if it was deleted since it was listed.
async fn sharing(at: &At, client: &Client, snapshot: Manual) -> Option<DbSnapshotSharing> {
    let answer = if snapshot.of_cluster {
        of_cluster(at, client, &snapshot.name).await
    } else {
        of_instance(at, client, &snapshot.name).await
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

async fn of_instance(at: &At, client: &Client, name: &str) -> Result<Vec<String>, Failure> {
    let request = client
        .describe_db_snapshot_attributes()
        .db_snapshot_identifier(name);
    let answer = at.call(OF_INSTANCES, request.send()).await?;
    let result = answer.db_snapshot_attributes_result;
    let attributes = result.and_then(|r| r.db_snapshot_attributes);
    Ok(attributes
        .unwrap_or_default()
        .into_iter()
        .filter(|a| a.attribute_name() == Some(RESTORE))
        .flat_map(|a| a.attribute_values.unwrap_or_default())
        .collect())
}

async fn of_cluster(at: &At, client: &Client, name: &str) -> Result<Vec<String>, Failure> {
    let request = client
        .describe_db_cluster_snapshot_attributes()
        .db_cluster_snapshot_identifier(name);
    let answer = at.call(OF_CLUSTERS, request.send()).await?;
    let result = answer.db_cluster_snapshot_attributes_result;
    let attributes = result.and_then(|r| r.db_cluster_snapshot_attributes);
    Ok(attributes
        .unwrap_or_default()
        .into_iter()
        .filter(|a| a.attribute_name() == Some(RESTORE))
        .flat_map(|a| a.attribute_values.unwrap_or_default())
        .collect())
}
