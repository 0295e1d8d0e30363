//! DB instances.

use harden_core::{Kind, Known, Resource, ResourceId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Tags;
use crate::arn::id_of;

/// A DB instance, including members of clusters. Source: rds:DescribeDBInstances.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct DbInstance {
    /// The instance's ARN.
    pub arn: String,
    /// The identifier that never changes: `db-ABC…` (DbiResourceId).
    #[serde(default)]
    pub resource_id: Known<String>,
    /// `postgres`, `mysql`, `aurora-postgresql`, `neptune`, `docdb`, …
    #[serde(default)]
    pub engine: Known<String>,
    /// `available`, `stopped`, `creating`, … (DBInstanceStatus).
    #[serde(default)]
    pub status: Known<String>,
    /// The cluster of a member.
    #[serde(default)]
    pub cluster: Known<Option<String>>,
    /// The source of a read replica (ReadReplicaSourceDBInstanceIdentifier or …DBClusterIdentifier).
    #[serde(default)]
    pub replica_of: Known<Option<String>>,
    /// Its read replicas; those in other regions by ARN (ReadReplicaDBInstanceIdentifiers and
    /// ReadReplicaDBClusterIdentifiers).
    #[serde(default)]
    pub read_replicas: Known<Vec<String>>,
    /// The retention of automated backups in days; 0 disables them (BackupRetentionPeriod).
    #[serde(default)]
    pub backup_retention_days: Known<i64>,
    /// The backup window in UTC: `03:00-04:00` (PreferredBackupWindow).
    #[serde(default)]
    pub backup_window: Known<Option<String>>,
    /// When it was created (InstanceCreateTime), or `None` during the creation.
    #[serde(default)]
    pub created_at: Known<Option<Timestamp>>,
    /// The latest time to which it can be restored (LatestRestorableTime).
    #[serde(default)]
    pub latest_restorable: Known<Option<Timestamp>>,
    /// Whether it is publicly accessible (PubliclyAccessible).
    #[serde(default)]
    pub publicly_accessible: Known<bool>,
    /// Whether its storage is encrypted with a KMS key of the account or of RDS (StorageEncrypted).
    #[serde(default)]
    pub encrypted: Known<bool>,
    /// `none`, `sse-kms` or `sse-rds` (StorageEncryptionType); `None` where the API returns none.
    #[serde(default)]
    pub encryption_type: Known<Option<String>>,
    /// Whether deletion protection is enabled (DeletionProtection).
    #[serde(default)]
    pub deletion_protection: Known<bool>,
    /// Whether it has a standby in another zone (MultiAZ).
    #[serde(default)]
    pub multi_az: Known<bool>,
    /// Its availability zone.
    #[serde(default)]
    pub availability_zone: Known<Option<String>>,
    /// Whether RDS upgrades minor engine versions automatically (AutoMinorVersionUpgrade).
    #[serde(default)]
    pub auto_minor_upgrade: Known<bool>,
    /// The maintenance window in UTC: `sun:05:00-sun:06:00` (PreferredMaintenanceWindow).
    #[serde(default)]
    pub maintenance_window: Known<Option<String>>,
    /// The tags.
    #[serde(default)]
    pub tags: Known<Tags>,
}

impl Resource for DbInstance {
    const KIND: &'static Kind =
        &Kind::new("aws/db-instance").permissions(&["rds:DescribeDBInstances"]);

    fn id(&self) -> ResourceId {
        id_of(Self::KIND.name, &self.arn)
    }
}
