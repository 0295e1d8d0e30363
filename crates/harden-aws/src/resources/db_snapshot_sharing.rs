//! The accounts that snapshots are shared with.

use harden_core::{Kind, Known, Resource, ResourceId};
use serde::{Deserialize, Serialize};

use super::{DbClusterSnapshot, DbSnapshot};
use crate::arn::id_of;

/// The accounts that may restore a manual snapshot. Source: rds:DescribeDBSnapshotAttributes and
/// rds:DescribeDBClusterSnapshotAttributes, one call for each manual snapshot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct DbSnapshotSharing {
    /// The snapshot's ARN.
    pub snapshot_arn: String,
    /// The accounts that may restore it; `all` means every AWS account (attribute restore).
    #[serde(default)]
    pub shared_with: Known<Vec<String>>,
}

impl Resource for DbSnapshotSharing {
    const KIND: &'static Kind = &Kind::new("aws/db-snapshot-sharing")
        .permissions(&[
            "rds:DescribeDBClusterSnapshotAttributes",
            "rds:DescribeDBSnapshotAttributes",
        ])
        .starts_from(&[DbSnapshot::KIND, DbClusterSnapshot::KIND]);

    fn id(&self) -> ResourceId {
        // `cluster-snapshot:x` and `snapshot:x` can both exist, so the type stays in the name
        let id = id_of(Self::KIND.name, &self.snapshot_arn);
        let name =
            crate::arn::Arn::parse(&self.snapshot_arn).map_or(&*self.snapshot_arn, |a| a.resource);
        ResourceId::new(Self::KIND.name, id.place, name).shown_as(&self.snapshot_arn)
    }
}
