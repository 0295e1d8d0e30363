//! Restores by AWS Backup.

use harden_core::{Kind, Known, Place, Resource, ResourceId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// The restore jobs of AWS Backup in a region, of the last 90 days (longer if the policy's drill
/// period is). Source: backup:ListRestoreJobs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct RestoreJobs {
    /// The account.
    pub account: String,
    /// The region.
    pub region: String,
    /// The start of the period that was read.
    pub since: Timestamp,
    /// The jobs that restored a database, oldest first.
    pub jobs: Vec<RestoreJob>,
}

/// A restore job.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct RestoreJob {
    /// The job's id.
    pub id: String,
    /// The creation time.
    pub created_at: Timestamp,
    /// `COMPLETED`, `FAILED`, `RUNNING`, …
    pub status: String,
    /// The validation of the restored database: `SUCCESSFUL`, `FAILED`, `TIMED_OUT`, `VALIDATING`
    /// (ValidationStatus). `None` for a job without a validation.
    #[serde(default)]
    pub validation: Known<Option<String>>,
    /// `RDS` or `Aurora`.
    pub resource_type: String,
    /// The ARN of the restored recovery point: a DB snapshot or DB cluster snapshot.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recovery_point_arn: Option<String>,
    /// The ARN of the database of the recovery point.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source_arn: Option<String>,
    /// The ARN of the new database.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_arn: Option<String>,
}

impl Resource for RestoreJobs {
    const KIND: &'static Kind =
        &Kind::new("aws/restore-jobs").permissions(&["backup:ListRestoreJobs"]);

    fn id(&self) -> ResourceId {
        let place = Place::new(&*self.account, &*self.region);
        ResourceId::new(Self::KIND.name, place, "jobs")
    }
}
