//! DB clusters.

use harden_core::{Kind, Known, Resource, ResourceId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Tags;
use crate::arn::id_of;

/// A DB cluster (Aurora, or Multi-AZ with readable standbys). Source: rds:DescribeDBClusters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct DbCluster {
    /// The cluster's ARN.
    pub arn: String,
    /// The identifier that never changes: `cluster-ABC…` (DbClusterResourceId).
    #[serde(default)]
    pub resource_id: Known<String>,
    /// `aurora-postgresql`, `aurora-mysql`, `postgres`, `neptune`, `docdb`, …
    #[serde(default)]
    pub engine: Known<String>,
    /// `available`, `stopped`, `creating`, …
    #[serde(default)]
    pub status: Known<String>,
    /// Its members.
    #[serde(default)]
    pub members: Known<Vec<ClusterMember>>,
    /// The source of a replica (ReplicationSourceIdentifier).
    #[serde(default)]
    pub replica_of: Known<Option<String>>,
    /// The retention of automated backups in days (BackupRetentionPeriod).
    #[serde(default)]
    pub backup_retention_days: Known<i64>,
    /// The backup window in UTC: `03:00-04:00` (PreferredBackupWindow).
    #[serde(default)]
    pub backup_window: Known<Option<String>>,
    /// When it was created (ClusterCreateTime).
    #[serde(default)]
    pub created_at: Known<Option<Timestamp>>,
    /// The latest time to which it can be restored (LatestRestorableTime).
    #[serde(default)]
    pub latest_restorable: Known<Option<Timestamp>>,
    /// Whether its storage is encrypted with a KMS key of the account or of RDS (StorageEncrypted).
    #[serde(default)]
    pub encrypted: Known<bool>,
    /// `none`, `sse-kms` or `sse-rds` (StorageEncryptionType); `None` where the API returns none.
    #[serde(default)]
    pub encryption_type: Known<Option<String>>,
    /// The global database that it belongs to (GlobalClusterIdentifier).
    #[serde(default)]
    pub global_cluster: Known<Option<String>>,
    /// Whether clients reach it over the internet through a gateway of Aurora
    /// (InternetAccessGatewayEnabled). `None` for clusters without the express configuration, which have
    /// no such setting.
    #[serde(default)]
    pub internet_gateway: Known<Option<bool>>,
    /// Whether deletion protection is enabled (DeletionProtection).
    #[serde(default)]
    pub deletion_protection: Known<bool>,
    /// Whether it has instances in several zones (MultiAZ).
    #[serde(default)]
    pub multi_az: Known<bool>,
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

/// A member of a cluster.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ClusterMember {
    /// The DB instance's identifier.
    pub instance: String,
    /// Whether it is the writer (IsClusterWriter).
    pub writer: bool,
}

impl Resource for DbCluster {
    const KIND: &'static Kind =
        &Kind::new("aws/db-cluster").permissions(&["rds:DescribeDBClusters"]);

    fn id(&self) -> ResourceId {
        id_of(Self::KIND.name, &self.arn)
    }
}
