//! Snapshots of databases.

use harden_core::{Kind, Known, Resource, ResourceId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Tags;
use crate::arn::id_of;

/// The facts about a snapshot of a DB instance or a DB cluster.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SnapshotFacts {
    /// The snapshot's ARN.
    pub arn: String,
    /// The identifier of its DB instance or DB cluster.
    #[serde(default)]
    pub database: Known<String>,
    /// `manual`, `automated`, `awsbackup` (SnapshotType).
    #[serde(default)]
    pub snapshot_type: Known<String>,
    /// `available`, `creating`, …
    #[serde(default)]
    pub status: Known<String>,
    /// The creation time (SnapshotCreateTime), or `None` during the creation.
    #[serde(default)]
    pub created_at: Known<Option<Timestamp>>,
    /// Whether it is encrypted with a KMS key of the account or of RDS (Encrypted, StorageEncrypted).
    #[serde(default)]
    pub encrypted: Known<bool>,
    /// `none`, `sse-kms` or `sse-rds` (StorageEncryptionType); `None` where the API returns none.
    #[serde(default)]
    pub encryption_type: Known<Option<String>>,
    /// The tags.
    #[serde(default)]
    pub tags: Known<Tags>,
}

/// A snapshot of a DB instance. Source: rds:DescribeDBSnapshots.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
#[non_exhaustive]
pub struct DbSnapshot(pub SnapshotFacts);

/// A snapshot of a DB cluster. Source: rds:DescribeDBClusterSnapshots.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
#[non_exhaustive]
pub struct DbClusterSnapshot(pub SnapshotFacts);

impl Resource for DbSnapshot {
    const KIND: &'static Kind =
        &Kind::new("aws/db-snapshot").permissions(&["rds:DescribeDBSnapshots"]);

    fn id(&self) -> ResourceId {
        id_of(Self::KIND.name, &self.0.arn)
    }
}

impl Resource for DbClusterSnapshot {
    const KIND: &'static Kind =
        &Kind::new("aws/db-cluster-snapshot").permissions(&["rds:DescribeDBClusterSnapshots"]);

    fn id(&self) -> ResourceId {
        id_of(Self::KIND.name, &self.0.arn)
    }
}
