//! rds:DescribeDBSnapshots and rds:DescribeDBClusterSnapshots.
//!
//! Without SnapshotType AWS documents that both give the automated and the manual ones, and says
//! nothing of those that AWS Backup made. Unless the first answer shows that they are among them,
//! they are asked for by themselves. For DB cluster snapshots that type is not documented, though
//! AWS Backup makes them; a service that refuses it has none. Those that others share, or that are
//! public, are not this account's and stay out.

use harden_collect::{Collect, Collected, Pages, Portion};
use harden_core::{FactError, Facts, Known, Unknown};

use super::AwsProvider;
use super::failure::Failure;
use super::place_api::{PlaceApi, read_pages, tags, timestamp};
use super::sent::Sent as _;
use crate::resources::{DbClusterSnapshot, DbSnapshot, SnapshotFacts};

const OF_INSTANCES: &str = "rds:DescribeDBSnapshots";
const OF_CLUSTERS: &str = "rds:DescribeDBClusterSnapshots";

impl Collect<AwsProvider> for DbSnapshot {
    async fn collect(aws: &AwsProvider, facts: &Facts) -> Result<Collected<Self>, FactError> {
        Ok(aws.in_regions(facts, of_instances).await)
    }
}

impl Collect<AwsProvider> for DbClusterSnapshot {
    async fn collect(aws: &AwsProvider, facts: &Facts) -> Result<Collected<Self>, FactError> {
        Ok(aws.in_regions(facts, of_clusters).await)
    }
}

const AWS_BACKUP: &str = "awsbackup";

async fn of_instances(api: PlaceApi) -> Portion<DbSnapshot> {
    let client = aws_sdk_rds::Client::new(&api.config);
    let (api, client) = (&api, &client);
    with_backups(|kind| {
        read_pages(OF_INSTANCES, move |token| {
            let request = client
                .describe_db_snapshots()
                .set_snapshot_type(kind.map(str::to_owned))
                .max_records(100)
                .set_marker(token);
            async move {
                let answer = api.call(OF_INSTANCES, request.send()).await?;
                let snapshots = answer.db_snapshots.sent(OF_INSTANCES, "DBSnapshots")?;
                Ok((
                    snapshots.into_iter().map(of_instance).collect(),
                    answer.marker,
                ))
            }
        })
    })
    .await
    .map(DbSnapshot)
}

async fn of_clusters(api: PlaceApi) -> Portion<DbClusterSnapshot> {
    let client = aws_sdk_rds::Client::new(&api.config);
    let (api, client) = (&api, &client);
    with_backups(|kind| {
        read_pages(OF_CLUSTERS, move |token| {
            let request = client
                .describe_db_cluster_snapshots()
                .set_snapshot_type(kind.map(str::to_owned))
                .max_records(100)
                .set_marker(token);
            async move {
                let answer = api.call(OF_CLUSTERS, request.send()).await?;
                let snapshots = answer
                    .db_cluster_snapshots
                    .sent(OF_CLUSTERS, "DBClusterSnapshots")?;
                Ok((
                    snapshots.into_iter().map(of_cluster).collect(),
                    answer.marker,
                ))
            }
        })
    })
    .await
    .map(DbClusterSnapshot)
}

/// The snapshots that are given without a type, and those of AWS Backup.
async fn with_backups<Fut>(ask: impl Fn(Option<&'static str>) -> Fut) -> Portion<SnapshotFacts>
where
    Fut: Future<Output = Pages<Result<SnapshotFacts, Unknown>, Failure>>,
{
    let own = ask(None).await;
    // what refused this call refuses the other
    let refused = own.failed.is_some();
    let mut read = Portion::from_pages(own, |snapshot| snapshot);
    let of_backup = |s: &SnapshotFacts| s.snapshot_type.ok().is_some_and(|t| t == AWS_BACKUP);
    if refused || read.resources.iter().any(of_backup) {
        return read;
    }
    let mut more = ask(Some(AWS_BACKUP)).await;
    more.failed = more.failed.filter(|f| !f.is("InvalidParameterValue"));
    let more = Portion::from_pages(more, |snapshot| snapshot);
    read.resources.extend(more.resources);
    read.gaps.extend(more.gaps);
    read
}

fn of_instance(snapshot: aws_sdk_rds::types::DbSnapshot) -> Result<SnapshotFacts, Unknown> {
    let arn = snapshot.db_snapshot_arn;
    let found = snapshot.tag_list.as_deref();
    let created = snapshot.snapshot_create_time.as_ref();
    Ok(SnapshotFacts {
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
        encryption_type: Known::Yes(
            snapshot
                .storage_encryption_type
                .map(|kind| kind.as_str().to_owned()),
        ),
        tags: Known::present(found, OF_INSTANCES, "TagList")
            .map(|found| tags(found.iter().map(|t| (t.key(), t.value())))),
    })
}

fn of_cluster(snapshot: aws_sdk_rds::types::DbClusterSnapshot) -> Result<SnapshotFacts, Unknown> {
    let arn = snapshot.db_cluster_snapshot_arn;
    let found = snapshot.tag_list.as_deref();
    let created = snapshot.snapshot_create_time.as_ref();
    Ok(SnapshotFacts {
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
        encryption_type: Known::Yes(
            snapshot
                .storage_encryption_type
                .map(|kind| kind.as_str().to_owned()),
        ),
        tags: Known::present(found, OF_CLUSTERS, "TagList")
            .map(|found| tags(found.iter().map(|t| (t.key(), t.value())))),
    })
}
