//! The age of the current value of secrets.

use harden_core::{Kind, Known, Resource, ResourceId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Secret;
use crate::arn::id_of;

/// The current version of a secret. Source: secretsmanager:ListSecretVersionIds, for secrets whose dates
/// do not prove the age of their value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SecretVersion {
    /// The secret's ARN.
    pub secret_arn: String,
    /// The secret's name.
    pub name: String,
    /// The creation time of the version with the staging label AWSCURRENT, or `None` without a value.
    #[serde(default)]
    pub current_since: Known<Option<Timestamp>>,
}

impl Resource for SecretVersion {
    const KIND: &'static Kind = &Kind::new("aws/secret-version")
        .permissions(&["secretsmanager:ListSecretVersionIds"])
        .starts_from(&[Secret::KIND]);

    fn id(&self) -> ResourceId {
        let place = id_of(Self::KIND.name, &self.secret_arn).place;
        ResourceId::new(Self::KIND.name, place, &self.name).shown_as(&self.secret_arn)
    }
}
