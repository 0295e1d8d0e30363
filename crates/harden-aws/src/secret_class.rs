//! The class of a secret, from its tag, the policy or its name.

use harden_core::credential_name::words as split_into_words;
use harden_core::{Known, glob_matches};

use crate::policy::{SecretClass, SecretPolicy};
use crate::resources::Secret;

/// Words of a database.
const DATABASES: &[&str] = &[
    "db",
    "database",
    "postgres",
    "postgresql",
    "mysql",
    "mariadb",
    "rds",
    "aurora",
    "mongo",
    "mongodb",
    "sql",
    "redis",
];

/// Words that, after `api`, mean a credential of an API.
const API_CREDENTIALS: &[&str] = &["key", "keys", "token", "tokens", "secret", "secrets"];

/// The class of a secret, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Classed {
    /// The class, or `None` where it is not known.
    pub(crate) class: Option<SecretClass>,
    /// The reason: `by its tag`.
    pub(crate) reason: String,
}

/// The class of a secret: from its tag, otherwise from the patterns of the policy, otherwise from the
/// words of its name. A tag whose value is not a class is ignored.
pub(crate) fn class_of(secret: &Secret, policy: &SecretPolicy) -> Known<Classed> {
    secret.tags.as_ref().map(|tags| {
        let tag = tags
            .iter()
            .find(|(key, _)| key.eq_ignore_ascii_case(&policy.class_tag))
            .map(|(_, value)| value.trim());
        let of_tag = tag.and_then(|value| {
            SecretClass::ALL
                .into_iter()
                .find(|class| class.as_str().eq_ignore_ascii_case(value))
        });
        if let Some(class) = of_tag {
            return Classed {
                class: Some(class),
                reason: format!("by its tag {}", policy.class_tag),
            };
        }
        let pattern = policy
            .classes
            .iter()
            .find(|known| glob_matches(&known.pattern, &secret.name));
        let (class, reason) = match (pattern, by_name(&secret.name)) {
            (Some(known), _) => (Some(known.class), "by a pattern of the policy"),
            (None, Some(class)) => (Some(class), "by its name"),
            (None, None) => (
                None,
                "its class is not known, so the shortest limit applies",
            ),
        };
        let reason = match tag {
            Some(_) => format!("{reason}; its tag {} is not a class", policy.class_tag),
            None => reason.to_owned(),
        };
        Classed { class, reason }
    })
}

/// The class from the words of a name: `saaspe/jwt-secret`, `saaspe/prod/DATABASE_URL`.
fn by_name(name: &str) -> Option<SecretClass> {
    let words: Vec<String> = split_into_words(name);
    let has = |any: &[&str]| words.iter().any(|word| any.contains(&&**word));
    if has(&["jwt", "jwts", "jws"]) {
        return Some(SecretClass::Jwt);
    }
    if has(&["encryption", "encrypt", "cipher", "aes", "kek", "dek"])
        || has_pair(&words, "master", &["key"])
    {
        return Some(SecretClass::EncryptionKey);
    }
    // this is tried before databases, since a database provider has an API too. The word `api` alone,
    // or before a slash, is the name of a service: the class of saaspe-api/secret is not known
    if name
        .split('/')
        .any(|part| has_pair(&split_into_words(part), "api", API_CREDENTIALS))
    {
        return Some(SecretClass::ApiKey);
    }
    // the DSN of Sentry is neither a database nor a credential
    if has(DATABASES) || (has(&["dsn"]) && !has(&["sentry"])) {
        return Some(SecretClass::Database);
    }
    if has(&["apikeys", "token", "tokens", "webhook"]) || has_pair(&words, "access", &["key"]) {
        return Some(SecretClass::ApiKey);
    }
    None
}

/// Whether one of some words directly follows another.
fn has_pair(words: &[String], first: &str, second: &[&str]) -> bool {
    words
        .windows(2)
        .any(|pair| matches!(pair, [a, b] if a == first && second.contains(&&**b)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::SecretPattern;

    #[test]
    fn the_tag_decides_first_then_the_policy_then_the_name() {
        let policy = SecretPolicy {
            classes: vec![SecretPattern {
                pattern: "saaspe/stripe*".to_owned(),
                class: SecretClass::ApiKey,
            }],
            ..SecretPolicy::default()
        };
        let class = |name: &str, tag: Option<&str>| {
            let tags: crate::resources::Tags =
                tag.map(|t| ("harden:class", t)).into_iter().collect();
            let secret: Secret = serde_json::from_value(serde_json::json!({
                "arn": "arn:aws:secretsmanager:us-east-2:392853978631:secret:x-AbCdEf",
                "name": name, "tags": tags
            }))
            .unwrap();
            class_of(&secret, &policy).ok().unwrap().class
        };
        use SecretClass::{ApiKey, Database, EncryptionKey, Jwt};
        for (name, tag, expected) in [
            ("saaspe/jwt-secret", None, Some(Jwt)),
            ("saaspe/jwt-secret", Some("database"), Some(Database)),
            (
                "saaspe/jwt-secret",
                Some("Encryption-Key"),
                Some(EncryptionKey),
            ),
            ("saaspe/jwt-secret", Some("nonsense"), Some(Jwt)),
            ("saaspe/stripe-database", None, Some(ApiKey)),
            ("saaspe/fieldEncryptionKey", None, Some(EncryptionKey)),
            ("prod/DATABASE_URL", None, Some(Database)),
            ("saaspe/openai-api-key", None, Some(ApiKey)),
            ("saaspe/DBPassword", None, Some(Database)),
            ("saaspe/APIToken", None, Some(ApiKey)),
            ("saaspe/awsaccesskey", None, Some(ApiKey)),
            ("saaspe-api/session-secret", None, None),
            ("saaspe/api/admin-password", None, None),
            ("prod/api/cookie-signing-key", None, None),
            ("saaspe-api/SECRET_KEY_BASE", None, None),
            ("saaspe-api/db-password", None, Some(Database)),
            ("saaspe-api/STRIPE_API_KEY", None, Some(ApiKey)),
            ("saaspe/api-secret", None, Some(ApiKey)),
            ("saaspe/openaiApiKey", None, Some(ApiKey)),
            ("saaspe/github-token", None, Some(ApiKey)),
            ("saaspe/mongodb-atlas-api-key", None, Some(ApiKey)),
            ("saaspe/mongodb-atlas", None, Some(Database)),
            ("saaspe/sentry-dsn", None, None),
            ("saaspe/SENTRY_DSN", None, None),
            ("saaspe/sentry-auth-token", None, Some(ApiKey)),
            ("saaspe/app-dsn", None, Some(Database)),
            ("saaspe/session", None, None),
            ("adbc/feedback", None, None),
        ] {
            assert_eq!(class(name, tag), expected, "{name} {tag:?}");
        }
        assert_eq!(policy.days(None), 90);
    }
}
