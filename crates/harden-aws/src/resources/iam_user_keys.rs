//! Access keys of IAM users.

use harden_core::{Kind, Known, Place, Resource, ResourceId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::arn::Arn;

/// The access keys of an IAM user. Source: iam:ListUsers, and iam:ListAccessKeys for each. The
/// credential report has them in one call, but must be generated first and can be four hours old.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct IamUserKeys {
    /// The user's ARN.
    pub user: String,
    /// The keys, by age.
    #[serde(default)]
    pub keys: Known<Vec<AccessKey>>,
}

/// An access key. AWS never returns its secret again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct AccessKey {
    /// Its id (AccessKeyId), which is not secret.
    pub id: String,
    /// `Active`, `Inactive` or `Expired`.
    pub status: String,
    /// The creation date (CreateDate).
    pub created_at: Timestamp,
}

impl AccessKey {
    /// The end of its id, which is enough to recognize a key.
    #[must_use]
    pub fn short_id(&self) -> String {
        let count = self.id.chars().count();
        let end: String = self.id.chars().skip(count.saturating_sub(4)).collect();
        format!("…{end}")
    }
}

impl IamUserKeys {
    /// The user's name.
    #[must_use]
    pub fn name(&self) -> &str {
        self.user.rsplit('/').next().unwrap_or(&self.user)
    }
}

impl Resource for IamUserKeys {
    const KIND: &'static Kind =
        &Kind::new("aws/iam-user-keys").permissions(&["iam:ListAccessKeys", "iam:ListUsers"]);

    fn id(&self) -> ResourceId {
        let account = Arn::parse(&self.user).map_or("unknown", |arn| arn.account);
        ResourceId::new(Self::KIND.name, Place::global(account), self.name()).shown_as(&self.user)
    }
}
