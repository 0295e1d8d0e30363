//! Secrets of Secrets Manager: their dates and owners, never their values.

use harden_core::{Kind, Known, Resource, ResourceId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Tags;
use crate::arn::id_of;

/// A secret. Source: secretsmanager:ListSecrets, including secrets that are scheduled for deletion.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Secret {
    /// The ARN. It ends with six random characters of Secrets Manager.
    pub arn: String,
    /// The name.
    pub name: String,
    /// The AWS service that manages it (OwningService): `rds`.
    #[serde(default)]
    pub owning_service: Known<Option<String>>,
    /// The primary region of a replica (PrimaryRegion, where it is another region).
    #[serde(default)]
    pub replica_of: Known<Option<String>>,
    /// The region in which it was created (PrimaryRegion); `None` where the API returns none, as for
    /// secrets that are not replicated.
    #[serde(default)]
    pub primary_region: Known<Option<String>>,
    /// Whether Secrets Manager rotates it (RotationEnabled).
    #[serde(default)]
    pub rotation_enabled: Known<bool>,
    /// The number of days between rotations (AutomaticallyAfterDays).
    #[serde(default)]
    pub rotation_days: Known<Option<i64>>,
    /// The schedule, where it is not a number of days: `rate(10 days)`, `cron(…)`.
    #[serde(default)]
    pub rotation_schedule: Known<Option<String>>,
    /// The last rotation (LastRotatedDate).
    #[serde(default)]
    pub last_rotated: Known<Option<Timestamp>>,
    /// The last change of anything, including a tag (LastChangedDate).
    #[serde(default)]
    pub last_changed: Known<Option<Timestamp>>,
    /// The day of the last read of its value (LastAccessedDate), or `None` where it was never read.
    #[serde(default)]
    pub last_accessed: Known<Option<Timestamp>>,
    /// The date by which it is rotated next (NextRotationDate).
    #[serde(default)]
    pub next_rotation: Known<Option<Timestamp>>,
    /// The creation date (CreatedDate).
    #[serde(default)]
    pub created_at: Known<Option<Timestamp>>,
    /// The date on which it was scheduled for deletion (DeletedDate). It cannot be read since then.
    #[serde(default)]
    pub deleted_at: Known<Option<Timestamp>>,
    /// The tags.
    #[serde(default)]
    pub tags: Known<Tags>,
}

impl Resource for Secret {
    const KIND: &'static Kind =
        &Kind::new("aws/secret").permissions(&["secretsmanager:ListSecrets"]);

    fn id(&self) -> ResourceId {
        let place = id_of(Self::KIND.name, &self.arn).place;
        ResourceId::new(Self::KIND.name, place, &self.name).shown_as(&self.arn)
    }
}
