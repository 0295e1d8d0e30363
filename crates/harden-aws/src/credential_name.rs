//! Which variables hold a credential, by their name and the class of their value.

use harden_core::credential_name::{CredentialName, classify};

use crate::resources::{EnvironmentVariable, ValueClass};

/// Why a variable holds a credential, if it does: a known format of its value, a password in a
/// URL, or a credential's name with a value that looks like one.
pub(crate) fn why(variable: &EnvironmentVariable) -> Option<String> {
    let name = classify(&variable.name);
    match &variable.value {
        // keys for browsers are often JSON Web Tokens, and their names show it
        ValueClass::Token(whose) if name == CredentialName::Public && whose == "JSON Web Token" => {
            None
        }
        ValueClass::Token(whose) => Some(format!("{whose} by its format")),
        ValueClass::UrlPassword => Some("a password inside a URL".to_owned()),
        ValueClass::Opaque if name.counts_with_opaque_value() => {
            Some("a credential's name, and a value that looks like one".to_owned())
        }
        // a simple word is a password too, but only where the name asks for a password
        ValueClass::Word if name == CredentialName::Password => {
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
