//! Exports of snapshots to S3.

use harden_core::{Kind, Known, Place, Resource, ResourceId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::arn::Arn;

/// An export of a snapshot or a cluster to S3. Source: rds:DescribeExportTasks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct DbExportTask {
    /// The task's identifier.
    pub id: String,
    /// The ARN of the snapshot or the cluster that is exported.
    pub source_arn: String,
    /// `COMPLETE`, `FAILED`, `IN_PROGRESS`, …
    #[serde(default)]
    pub status: Known<String>,
    /// The end time.
    #[serde(default)]
    pub ended_at: Known<Option<Timestamp>>,
}

impl Resource for DbExportTask {
    const KIND: &'static Kind =
        &Kind::new("aws/db-export-task").permissions(&["rds:DescribeExportTasks"]);

    fn id(&self) -> ResourceId {
        let place =
            Arn::parse(&self.source_arn).map_or_else(|| Place::global("unknown"), |a| a.place());
        ResourceId::new(Self::KIND.name, place, &self.id)
    }
}
