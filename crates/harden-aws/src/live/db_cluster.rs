//! rds:DescribeDBClusters.

use aws_sdk_rds::types::DbClusterMember;
use harden_collect::{Collect, Collected, Portion};
use harden_core::{FactError, Facts, Known, Unknown};

use super::AwsProvider;
use super::place_api::{PlaceApi, read_pages, tags, timestamp};
use super::sent::Sent as _;
use crate::resources::{ClusterMember, DbCluster};

const DESCRIBE: &str = "rds:DescribeDBClusters";

impl Collect<AwsProvider> for DbCluster {
    async fn collect(aws: &AwsProvider, facts: &Facts) -> Result<Collected<Self>, FactError> {
        Ok(aws.in_regions(facts, read).await)
    }
}

async fn read(api: PlaceApi) -> Portion<DbCluster> {
    let client = aws_sdk_rds::Client::new(&api.config);
    let api = &api;
    let found = read_pages(DESCRIBE, |token| {
        let request = client
            .describe_db_clusters()
            .max_records(100)
            .set_marker(token);
        async move {
            let answer = api.call(DESCRIBE, request.send()).await?;
            Ok((
                answer.db_clusters.sent(DESCRIBE, "DBClusters")?,
                answer.marker,
            ))
        }
    })
    .await;
    Portion::from_pages(found, described)
}

fn described(db: aws_sdk_rds::types::DbCluster) -> Result<DbCluster, Unknown> {
    let flag = |value, field| Known::present(value, DESCRIBE, field);
    let retention = db.backup_retention_period.map(i64::from);
    let found = db.tag_list.as_deref();
    Ok(DbCluster {
        arn: db
            .db_cluster_arn
            .ok_or_else(|| Unknown::missing(DESCRIBE, "DBClusterArn"))?,
        resource_id: Known::present(db.db_cluster_resource_id, DESCRIBE, "DbClusterResourceId"),
        engine: Known::present(db.engine, DESCRIBE, "Engine"),
        status: Known::present(db.status, DESCRIBE, "Status"),
        members: members(db.db_cluster_members),
        // some engines return an empty text where there is no value
        replica_of: Known::Yes(db.replication_source_identifier.filter(|s| !s.is_empty())),
        backup_retention_days: Known::present(retention, DESCRIBE, "BackupRetentionPeriod"),
        backup_window: Known::Yes(db.preferred_backup_window),
        created_at: Known::Yes(db.cluster_create_time.as_ref().and_then(timestamp)),
        latest_restorable: Known::Yes(db.latest_restorable_time.as_ref().and_then(timestamp)),
        encrypted: flag(db.storage_encrypted, "StorageEncrypted"),
        encryption_type: Known::Yes(
            db.storage_encryption_type
                .map(|kind| kind.as_str().to_owned()),
        ),
        global_cluster: Known::Yes(db.global_cluster_identifier.filter(|g| !g.is_empty())),
        internet_gateway: Known::Yes(db.internet_access_gateway_enabled),
        deletion_protection: flag(db.deletion_protection, "DeletionProtection"),
        multi_az: flag(db.multi_az, "MultiAZ"),
        auto_minor_upgrade: flag(db.auto_minor_version_upgrade, "AutoMinorVersionUpgrade"),
        maintenance_window: Known::Yes(db.preferred_maintenance_window),
        tags: Known::present(found, DESCRIBE, "TagList")
            .map(|found| tags(found.iter().map(|t| (t.key(), t.value())))),
    })
}

fn members(found: Option<Vec<DbClusterMember>>) -> Known<Vec<ClusterMember>> {
    let member = |member: DbClusterMember| {
        Some(ClusterMember {
            instance: member.db_instance_identifier?,
            writer: member.is_cluster_writer?,
        })
    };
    let members = found.and_then(|all| all.into_iter().map(member).collect());
    Known::present(members, DESCRIBE, "DBClusterMembers")
}
