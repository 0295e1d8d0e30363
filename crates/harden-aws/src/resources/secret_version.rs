//! Since when a secret has the value that it has.

use harden_core::{Kind, Known, Resource, ResourceId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Secret;
use crate::arn::id_of;

/// The version of a secret that is in force. Source: secretsmanager:ListSecretVersionIds, for the
/// secrets whose own dates don't tell how old their value is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SecretVersion {
    /// The secret's ARN.
    pub secret_arn: String,
    /// The secret's name.
    pub name: String,
    /// When the version with the stage AWSCURRENT was created; none where the secret has no value.
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
