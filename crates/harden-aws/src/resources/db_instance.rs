//! DB instances.

use harden_core::{Kind, Known, Resource, ResourceId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Tags;
use crate::arn::id_of;

/// A DB instance, members of clusters too. Source: rds:DescribeDBInstances.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct DbInstance {
    /// The instance's ARN.
    pub arn: String,
    /// The identifier that stays when it is renamed: `db-ABC…` (DbiResourceId).
    #[serde(default)]
    pub resource_id: Known<String>,
    /// `postgres`, `mysql`, `aurora-postgresql`, `neptune`, `docdb`, …
    #[serde(default)]
    pub engine: Known<String>,
    /// `available`, `stopped`, `creating`, … (DBInstanceStatus).
    #[serde(default)]
    pub status: Known<String>,
    /// The cluster that it is a member of.
    #[serde(default)]
    pub cluster: Known<Option<String>>,
    /// What it is a read replica of (ReadReplicaSourceDBInstanceIdentifier or …DBClusterIdentifier).
    #[serde(default)]
    pub replica_of: Known<Option<String>>,
    /// Its read replicas, those in other regions by their ARNs (ReadReplicaDBInstanceIdentifiers and
    /// ReadReplicaDBClusterIdentifiers).
    #[serde(default)]
    pub read_replicas: Known<Vec<String>>,
    /// How many days automated backups are kept; 0 switches them off (BackupRetentionPeriod).
    #[serde(default)]
    pub backup_retention_days: Known<i64>,
    /// When backups are made, in UTC: `03:00-04:00` (PreferredBackupWindow).
    #[serde(default)]
    pub backup_window: Known<Option<String>>,
    /// When it was created (InstanceCreateTime); none while it is being created.
    #[serde(default)]
    pub created_at: Known<Option<Timestamp>>,
    /// The latest time to which it can be restored (LatestRestorableTime).
    #[serde(default)]
    pub latest_restorable: Known<Option<Timestamp>>,
    /// Whether it has a public address.
    #[serde(default)]
    pub publicly_accessible: Known<bool>,
    /// Whether its storage is encrypted.
    #[serde(default)]
    pub encrypted: Known<bool>,
    /// Whether it can't be deleted without switching this off first.
    #[serde(default)]
    pub deletion_protection: Known<bool>,
    /// Whether it has a standby in another zone (MultiAZ).
    #[serde(default)]
    pub multi_az: Known<bool>,
    /// The zone that it is in.
    #[serde(default)]
    pub availability_zone: Known<Option<String>>,
    /// Whether RDS upgrades minor engine versions by itself (AutoMinorVersionUpgrade).
    #[serde(default)]
    pub auto_minor_upgrade: Known<bool>,
    /// When maintenance is done, in UTC: `sun:05:00-sun:06:00` (PreferredMaintenanceWindow).
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
