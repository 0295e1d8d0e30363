//! rds:DescribeDBInstances.

use harden_collect::{Collect, Collected, Portion};
use harden_core::{FactError, Facts, Known, Unknown};

use super::AwsProvider;
use super::place_api::{PlaceApi, read_pages, tags, timestamp};
use super::sent::Sent as _;
use crate::resources::DbInstance;

const DESCRIBE: &str = "rds:DescribeDBInstances";

impl Collect<AwsProvider> for DbInstance {
    async fn collect(aws: &AwsProvider, facts: &Facts) -> Result<Collected<Self>, FactError> {
        Ok(aws.in_regions(facts, read).await)
    }
}

async fn read(api: PlaceApi) -> Portion<DbInstance> {
    let client = aws_sdk_rds::Client::new(&api.config);
    let api = &api;
    let found = read_pages(DESCRIBE, |token| {
        let request = client
            .describe_db_instances()
            .max_records(100)
            .set_marker(token);
        async move {
            let answer = api.call(DESCRIBE, request.send()).await?;
            Ok((
                answer.db_instances.sent(DESCRIBE, "DBInstances")?,
                answer.marker,
            ))
        }
    })
    .await;
    Portion::from_pages(found, described)
}

fn described(db: aws_sdk_rds::types::DbInstance) -> Result<DbInstance, Unknown> {
    let flag = |value, field| Known::present(value, DESCRIBE, field);
    let source = db.read_replica_source_db_instance_identifier;
    let replicas = [
        db.read_replica_db_instance_identifiers,
        db.read_replica_db_cluster_identifiers,
    ];
    let replicas = replicas.into_iter().flatten().flatten().collect();
    let retention = db.backup_retention_period.map(i64::from);
    let found = db.tag_list.as_deref();
    Ok(DbInstance {
        arn: db
            .db_instance_arn
            .ok_or_else(|| Unknown::missing(DESCRIBE, "DBInstanceArn"))?,
        resource_id: Known::present(db.dbi_resource_id, DESCRIBE, "DbiResourceId"),
        engine: Known::present(db.engine, DESCRIBE, "Engine"),
        status: Known::present(db.db_instance_status, DESCRIBE, "DBInstanceStatus"),
        cluster: Known::Yes(db.db_cluster_identifier),
        replica_of: Known::Yes(source.or(db.read_replica_source_db_cluster_identifier)),
        read_replicas: Known::Yes(replicas),
        backup_retention_days: Known::present(retention, DESCRIBE, "BackupRetentionPeriod"),
        backup_window: Known::Yes(db.preferred_backup_window),
        created_at: Known::Yes(db.instance_create_time.as_ref().and_then(timestamp)),
        latest_restorable: Known::Yes(db.latest_restorable_time.as_ref().and_then(timestamp)),
        publicly_accessible: flag(db.publicly_accessible, "PubliclyAccessible"),
        encrypted: flag(db.storage_encrypted, "StorageEncrypted"),
        encryption_type: Known::Yes(
            db.storage_encryption_type
                .map(|kind| kind.as_str().to_owned()),
        ),
        deletion_protection: flag(db.deletion_protection, "DeletionProtection"),
        multi_az: flag(db.multi_az, "MultiAZ"),
        availability_zone: Known::Yes(db.availability_zone),
        auto_minor_upgrade: flag(db.auto_minor_version_upgrade, "AutoMinorVersionUpgrade"),
        maintenance_window: Known::Yes(db.preferred_maintenance_window),
        tags: Known::present(found, DESCRIBE, "TagList")
            .map(|found| tags(found.iter().map(|t| (t.key(), t.value())))),
    })
}
