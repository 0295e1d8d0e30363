//! Which variables hold a credential, by their name and the class of their value.

use crate::resources::{EnvironmentVariable, ValueClass};
use crate::words::words;

/// Words that, at the end of a name, say that the value is something about a credential: how long
/// it lives, where it is kept, whose it is.
const ABOUT: &[&str] = &[
    "ttl",
    "arn",
    "dsn",
    "url",
    "uri",
    "host",
    "port",
    "name",
    "id",
    "ids",
    "path",
    "file",
    "dir",
    "expiry",
    "expires",
    "expiration",
    "in",
    "timeout",
    "length",
    "size",
    "count",
    "limit",
    "enabled",
    "required",
    "algorithm",
    "alg",
    "type",
    "issuer",
    "audience",
    "region",
    "version",
    "prefix",
    "suffix",
    "header",
    "cookie",
    "rotation",
    "days",
    "hours",
    "minutes",
    "seconds",
    "ms",
    "age",
    "policy",
    "endpoint",
    "bucket",
    "alias",
    "stage",
    "location",
    "provider",
    "format",
    "rounds",
    "field",
    "column",
    "scope",
    "scopes",
    "mode",
    "env",
    "ref",
    "manager",
    "store",
    "interval",
    "window",
    "attempts",
    "min",
    "max",
];

/// Words that make what they stand in public.
const PUBLIC: &[&str] = &["public", "publishable", "anon", "pub"];

/// Words whose value is a password however simple it is.
const PASSWORDS: &[&str] = &["password", "passwd", "passphrase", "pass", "pwd", "secret"];

/// Words whose value is a credential if it looks like one.
const CREDENTIALS: &[&str] = &[
    "secret",
    "secrets",
    "token",
    "apikey",
    "credential",
    "credentials",
    "key",
    "keys",
    "salt",
    "jwt",
    "auth",
    "pat",
    "bearer",
    "signature",
];

/// Why a variable holds a credential, if it does: a known format of its value, a password in a
/// URL, or a credential's name with a value that looks like one.
pub(crate) fn why(variable: &EnvironmentVariable) -> Option<String> {
    let words = words(&variable.name);
    let has = |any: &[&str]| words.iter().any(|word| any.contains(&&**word));
    let is_public = has(PUBLIC);
    match &variable.value {
        // keys for browsers are often JSON Web Tokens, and say so
        ValueClass::Token(whose) if is_public && whose == "JSON Web Token" => None,
        ValueClass::Token(whose) => Some(format!("{whose} by its format")),
        ValueClass::UrlPassword => Some("a password inside a URL".to_owned()),
        _ if is_public || words.last().is_none_or(|last| ABOUT.contains(&&**last)) => None,
        // the shell's working directory
        _ if matches!(&*variable.name, "PWD" | "OLDPWD") => None,
        ValueClass::Opaque if has(CREDENTIALS) || has(PASSWORDS) => {
            Some("a credential's name, and a value that looks like one".to_owned())
        }
        ValueClass::Word
            if words
                .last()
                .is_some_and(|last| PASSWORDS.contains(&&**last)) =>
        {
            Some("a password's name, and a value of its own".to_owned())
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_values_together_tell() {
        let github = format!("ghp_{}", "aB3dE6gH9j".repeat(4));
        let jwt = format!("eyJhbGciOi.eyJzdWIiOi.{}", "c2lnbmF0dXJlc2ln");
        let opaque = "9f86d081884c7d659a2feaa0c55ad015";
        for (name, value, holds) in [
            ("TOKEN_TTL", "3600", false),
            ("TOKEN_TTL", opaque, false),
            (
                "SECRET_ARN",
                "arn:aws:secretsmanager:us-east-2:1:secret:x-AbCdEf",
                false,
            ),
            (
                "SENTRY_DSN",
                "https://0123456789abcdef@o1.ingest.sentry.io/2",
                false,
            ),
            ("JWT_EXPIRES_IN", "7d", false),
            ("AWS_SECRET_NAME", "saaspe/jwt", false),
            ("CACHE_KEY", "users", false),
            ("PASSWORD_MIN", "12345678", false),
            ("LOG_LEVEL", opaque, false),
            ("PWD", "/app", false),
            ("NEXT_PUBLIC_SUPABASE_ANON_KEY", &jwt, false),
            ("JWT_SECRET", "${JWT_SECRET}", false),
            ("JWT_SECRET_FILE", "/run/secrets/jwt", false),
            ("COMPASS", "hunter2", false),
            ("JWTSecretARN", opaque, false),
            ("AuthTokenURL", "https://auth.saaspe.com/token", false),
            ("MAXTOKENS", "4096", false),
            ("PUBLICTOKEN", opaque, false),
            ("OAuthTenant", opaque, false),
            ("USEPASSWORD", "true", false),
            ("JWT_SECRET", opaque, true),
            ("JWT_SECRET", "saaspe", true),
            ("DB_PASSWORD", "hunter2", true),
            ("dbPassword", "12345678", true),
            ("PGPASSWORD", opaque, true),
            ("PGPASSWORD", "hunter2", true),
            ("DBPASSWORD", opaque, true),
            ("DBPassword", opaque, true),
            ("JWTSecret", opaque, true),
            ("AUTHTOKEN", opaque, true),
            ("CLIENTSECRET", opaque, true),
            ("PRIVATEKEY", opaque, true),
            ("STRIPE_APIKEY", opaque, true),
            ("OPENAI_API_KEY", opaque, true),
            ("GIT_AUTH", opaque, true),
            ("ANYTHING", &github, true),
            ("DATABASE_URL", "postgres://app:hunter2@db/app", true),
            ("NEXT_PUBLIC_GITHUB", &github, true),
        ] {
            let variable = EnvironmentVariable::classified(name.to_owned(), value);
            assert_eq!(why(&variable).is_some(), holds, "{name}: {variable:?}");
        }
    }

    #[test]
    fn the_value_is_nowhere() {
        let secret = "Tr0ub4dor&3-and-more-of-it";
        let variable = EnvironmentVariable::classified("DB_PASSWORD".to_owned(), secret);
        let text = format!("{variable:?} {:?}", why(&variable));
        let json = serde_json::to_string(&variable).unwrap();
        assert!(
            !text.contains("Tr0ub") && !json.contains("Tr0ub"),
            "{text} {json}"
        );
    }
}
