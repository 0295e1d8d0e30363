//! Secrets of Secrets Manager: their dates and who looks after them, never their values.

use harden_core::{Kind, Known, Resource, ResourceId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Tags;
use crate::arn::id_of;

/// A secret. Source: secretsmanager:ListSecrets, those that are scheduled for deletion included.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Secret {
    /// The ARN, which ends with six characters of Secrets Manager's own.
    pub arn: String,
    /// The name.
    pub name: String,
    /// The service that made it and looks after it (OwningService): `rds`.
    #[serde(default)]
    pub owning_service: Known<Option<String>>,
    /// The region of which it is a replica (PrimaryRegion, where that is another one).
    #[serde(default)]
    pub replica_of: Known<Option<String>>,
    /// Whether Secrets Manager rotates it (RotationEnabled).
    #[serde(default)]
    pub rotation_enabled: Known<bool>,
    /// How many days may lie between two rotations (AutomaticallyAfterDays).
    #[serde(default)]
    pub rotation_days: Known<Option<i64>>,
    /// When it is rotated, where that is not a number of days: `rate(10 days)`, `cron(…)`.
    #[serde(default)]
    pub rotation_schedule: Known<Option<String>>,
    /// When Secrets Manager last rotated it (LastRotatedDate).
    #[serde(default)]
    pub last_rotated: Known<Option<Timestamp>>,
    /// When anything of it last changed, a tag included (LastChangedDate).
    #[serde(default)]
    pub last_changed: Known<Option<Timestamp>>,
    /// The day on which its value was last read (LastAccessedDate); none where it never was.
    #[serde(default)]
    pub last_accessed: Known<Option<Timestamp>>,
    /// By when it is rotated next (NextRotationDate).
    #[serde(default)]
    pub next_rotation: Known<Option<Timestamp>>,
    /// When it was created (CreatedDate).
    #[serde(default)]
    pub created_at: Known<Option<Timestamp>>,
    /// When it was scheduled for deletion (DeletedDate); nobody can read it since.
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
