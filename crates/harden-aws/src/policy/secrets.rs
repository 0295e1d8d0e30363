//! The `[aws.secrets]` table.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The maximum age of secrets (guide §5).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[non_exhaustive]
pub struct SecretPolicy {
    /// Secrets that must exist, by name (in every audited region) or by ARN.
    pub required: Vec<String>,
    /// The maximum age of a JWT secret, in days.
    pub jwt_days: u32,
    /// The maximum age of an encryption key, in days.
    pub encryption_key_days: u32,
    /// The maximum age of an API key, in days.
    pub api_key_days: u32,
    /// The maximum age of the password of a database, in days.
    pub database_days: u32,
    /// The tag with the class of a secret: `jwt`, `encryption-key`, `api-key`, `database`.
    pub class_tag: String,
    /// Classes by name, for secrets without that tag. The first match counts. Without a match, the words
    /// of the name decide. The shortest of the four limits applies to a secret of unknown class.
    pub classes: Vec<SecretPattern>,
    /// The number of days without a read after which a secret counts as unused.
    pub unused_days: u32,
}

impl Default for SecretPolicy {
    fn default() -> Self {
        Self {
            required: Vec::new(),
            jwt_days: 90,
            encryption_key_days: 180,
            api_key_days: 180,
            database_days: 90,
            class_tag: "harden:class".to_owned(),
            classes: Vec::new(),
            unused_days: 90,
        }
    }
}

/// Secrets of a class.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct SecretPattern {
    /// Names of secrets, with `*` as a wildcard: `saaspe/stripe*`.
    pub pattern: String,
    /// The class of these secrets.
    pub class: SecretClass,
}

/// The class of a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum SecretClass {
    /// A signing key of JSON Web Tokens.
    Jwt,
    /// A key that encrypts data.
    EncryptionKey,
    /// A key or a token of an API.
    ApiKey,
    /// The password of a database.
    Database,
}

impl SecretClass {
    pub(crate) const ALL: [Self; 4] =
        [Self::Jwt, Self::EncryptionKey, Self::ApiKey, Self::Database];

    /// Its name in tags and in the policy file.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Jwt => "jwt",
            Self::EncryptionKey => "encryption-key",
            Self::ApiKey => "api-key",
            Self::Database => "database",
        }
    }
}

impl SecretPolicy {
    /// The maximum age of a secret of a class, in days. Without a class, the shortest limit.
    pub(crate) fn days(&self, class: Option<SecretClass>) -> u32 {
        match class {
            Some(SecretClass::Jwt) => self.jwt_days,
            Some(SecretClass::EncryptionKey) => self.encryption_key_days,
            Some(SecretClass::ApiKey) => self.api_key_days,
            Some(SecretClass::Database) => self.database_days,
            None => SecretClass::ALL
                .into_iter()
                .map(|class| self.days(Some(class)))
                .fold(u32::MAX, u32::min),
        }
    }
}
