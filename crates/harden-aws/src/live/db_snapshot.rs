//! rds:DescribeDBSnapshots and rds:DescribeDBClusterSnapshots.
//!
//! Without SnapshotType both give the automated and the manual ones. Of DB snapshots AWS
//! documents a third type that this leaves open, those of AWS Backup: they are asked for by
//! themselves, and counted once if both answers hold them. Of DB cluster snapshots it documents no
//! such type. Those that others share, or that are public, are not this account's and stay out.

use harden_core::{FactError, Known, Unknown};

use super::at::{At, tags, timestamp};
use super::gather::{Gathered, Read};
use super::listers::{Live, Run};
use super::paging::pages;
use crate::resources::{DbClusterSnapshot, DbSnapshot, SnapshotFacts};

const OF_INSTANCES: &str = "rds:DescribeDBSnapshots";
const OF_CLUSTERS: &str = "rds:DescribeDBClusterSnapshots";

impl Live for DbSnapshot {
    async fn gather(run: &Run<'_>) -> Result<Gathered<Self>, FactError> {
        Ok(run.in_regions(of_instances).await)
    }
}

impl Live for DbClusterSnapshot {
    async fn gather(run: &Run<'_>) -> Result<Gathered<Self>, FactError> {
        Ok(run.in_regions(of_clusters).await)
    }
}

async fn of_instances(at: At) -> Read<DbSnapshot> {
    let client = aws_sdk_rds::Client::new(&at.config);
    let (at, client) = (&at, &client);
    let of_type = |kind: Option<&'static str>| {
        pages(OF_INSTANCES, move |token| {
            let request = client
                .describe_db_snapshots()
                .set_snapshot_type(kind.map(str::to_owned))
                .max_records(100)
                .set_marker(token);
            async move {
                let answer = at.call(OF_INSTANCES, request.send()).await?;
                Ok((answer.db_snapshots.unwrap_or_default(), answer.marker))
            }
        })
    };
    let (own, of_backup) = futures::join!(of_type(None), of_type(Some("awsbackup")));
    let mut all = Read::of(own, of_instance);
    let more = Read::of(of_backup, of_instance);
    // what is there twice falls away in the listing
    all.resources.extend(more.resources);
    all.gaps.extend(more.gaps);
    all
}

async fn of_clusters(at: At) -> Read<DbClusterSnapshot> {
    let client = aws_sdk_rds::Client::new(&at.config);
    let at = &at;
    let found = pages(OF_CLUSTERS, |token| {
        let request = client
            .describe_db_cluster_snapshots()
            .max_records(100)
            .set_marker(token);
        async move {
            let answer = at.call(OF_CLUSTERS, request.send()).await?;
            Ok((
                answer.db_cluster_snapshots.unwrap_or_default(),
                answer.marker,
            ))
        }
    })
    .await;
    Read::of(found, of_cluster)
}

fn of_instance(snapshot: aws_sdk_rds::types::DbSnapshot) -> Result<DbSnapshot, Unknown> {
    let arn = snapshot.db_snapshot_arn;
    let found = snapshot.tag_list.as_deref().unwrap_or_default();
    let created = snapshot.snapshot_create_time.as_ref();
    Ok(DbSnapshot(SnapshotFacts {
        arn: arn.ok_or_else(|| Unknown::missing(OF_INSTANCES, "DBSnapshotArn"))?,
        database: Known::present(
            snapshot.db_instance_identifier,
            OF_INSTANCES,
            "DBInstanceIdentifier",
        ),
        snapshot_type: Known::present(snapshot.snapshot_type, OF_INSTANCES, "SnapshotType"),
        status: Known::present(snapshot.status, OF_INSTANCES, "Status"),
        created_at: Known::Yes(created.and_then(timestamp)),
        encrypted: Known::present(snapshot.encrypted, OF_INSTANCES, "Encrypted"),
        tags: Known::Yes(tags(found.iter().map(|t| (t.key(), t.value())))),
    }))
}

fn of_cluster(
    snapshot: aws_sdk_rds::types::DbClusterSnapshot,
) -> Result<DbClusterSnapshot, Unknown> {
    let arn = snapshot.db_cluster_snapshot_arn;
    let found = snapshot.tag_list.as_deref().unwrap_or_default();
    let created = snapshot.snapshot_create_time.as_ref();
    Ok(DbClusterSnapshot(SnapshotFacts {
        arn: arn.ok_or_else(|| Unknown::missing(OF_CLUSTERS, "DBClusterSnapshotArn"))?,
        database: Known::present(
            snapshot.db_cluster_identifier,
            OF_CLUSTERS,
            "DBClusterIdentifier",
        ),
        snapshot_type: Known::present(snapshot.snapshot_type, OF_CLUSTERS, "SnapshotType"),
        status: Known::present(snapshot.status, OF_CLUSTERS, "Status"),
        created_at: Known::Yes(created.and_then(timestamp)),
        encrypted: Known::present(snapshot.storage_encrypted, OF_CLUSTERS, "StorageEncrypted"),
        tags: Known::Yes(tags(found.iter().map(|t| (t.key(), t.value())))),
    }))
}
