//! The `[aws.secrets]` table.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How old secrets may get (guide §5).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[non_exhaustive]
pub struct SecretPolicy {
    /// Secrets that must exist: names (looked for in each audited region) or ARNs (looked for in
    /// their own).
    pub required: Vec<String>,
    /// How many days a JWT secret may be in force.
    pub jwt_days: u32,
    /// How many days an encryption key may be in force.
    pub encryption_key_days: u32,
    /// How many days an API key may be in force.
    pub api_key_days: u32,
    /// How many days the password of a database may be in force.
    pub database_days: u32,
    /// The tag that tells the class of a secret: `jwt`, `encryption-key`, `api-key`, `database`.
    pub class_tag: String,
    /// Classes by name, for secrets without that tag; the first that matches counts. Without one
    /// the words of the name tell, and a secret that nothing tells of has the shortest of the
    /// four.
    pub classes: Vec<SecretPattern>,
    /// After how many days without being read a secret counts as unused.
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
    /// Names of secrets, with `*` for anything: `saaspe/stripe*`.
    pub pattern: String,
    /// Their class.
    pub class: SecretClass,
}

/// What a secret is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum SecretClass {
    /// What JSON Web Tokens are signed with.
    Jwt,
    /// A key that data is encrypted with.
    EncryptionKey,
    /// A key or a token for somebody's API.
    ApiKey,
    /// The password of a database.
    Database,
}

impl SecretClass {
    pub(crate) const ALL: [Self; 4] =
        [Self::Jwt, Self::EncryptionKey, Self::ApiKey, Self::Database];

    /// The word for it in tags and in the policy file.
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
    /// How many days a secret of a class may be in force; the shortest of all where it has none.
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
