//! Which variables contain a credential, from their name and the class of their value.

use harden_core::credential_name::{CredentialName, classify};

use crate::resources::ValueClass;

/// Why a named value is a credential, or `None`: it has a known format, or contains a password in a
/// URL, or looks like a credential while the name is that of a credential.
pub(crate) fn why(name: &str, value: &ValueClass) -> Option<String> {
    let name = classify(name);
    match value {
        // publishable keys are often JSON Web Tokens; their names show that they are public
        ValueClass::Token(whose) if name == CredentialName::Public && whose == "JSON Web Token" => {
            None
        }
        ValueClass::Token(whose) => Some(format!("{whose} by its format")),
        ValueClass::UrlPassword => Some("a password inside a URL".to_owned()),
        ValueClass::Opaque if name.counts_with_opaque_value() => {
            Some("the name of a credential, and a value that looks like one".to_owned())
        }
        // a simple word can be a password, but only under the name of a password
        ValueClass::Word | ValueClass::Short if name == CredentialName::Password => {
            Some("the name of a password, and a value that is not a reference".to_owned())
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use harden_core::testing::{Measured, variables};

    use super::*;
    use crate::resources::EnvironmentVariable;

    #[test]
    fn the_name_and_the_value_decide_together() {
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
            ("AUTH_DOMAIN", "dev-x1y2z3.eu.auth0.com", false),
            ("AUTH_SCHEME", "Bearer1-token", false),
            ("KMS_KEY", "alias/prod-key-1", false),
            ("JWT_AUDIENCES", "api1.example.com", false),
            ("FEATURE_FLAG_KEY", "new-checkout-v2", false),
            ("RELEASE_TOKEN", "2026-01-15T12:00:00Z", false),
            ("DOWNLOAD_TOKEN", "https://example.com/a", false),
            (
                "ADMIN_PASSWORD_HASH",
                "$2b$10$N9qo8uLOickgx2ZMRZoMye",
                false,
            ),
            ("SMTP_PASSWORD", "0", false),
            ("ADMIN_PASSWORD", "123", true),
            ("DB_PASSWORD2", "Sup3rS3cret!", true),
            ("DBPASS_1", "Sup3rS3cret!", true),
            ("LDAP_BIND_PW", "admin", true),
            ("SECRET_KEY", "dev", true),
            (
                "FEED",
                "https://example.com/?token=9f86d081884c7d659a2feaa0",
                true,
            ),
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
            let why = why(&variable.name, &variable.value);
            assert_eq!(why.is_some(), holds, "{name}: {variable:?}");
        }
    }

    #[test]
    #[expect(clippy::print_stdout, reason = "the numbers are the purpose")]
    fn over_95_percent_of_real_variables_are_judged_right() {
        let mut measured = Measured::default();
        let all = variables();
        assert!(all.len() >= 400);
        for variable in &all {
            let class = ValueClass::of(variable.value);
            let taken = why(variable.name, &class).is_some();
            measured.add(variable, variable.secret, taken);
        }
        println!("{} variables with values: {measured}", all.len());
        assert!(
            measured.precision() > 95 && measured.recall() > 95,
            "{measured}"
        );
    }

    #[test]
    fn the_value_is_never_kept() {
        let secret = "Tr0ub4dor&3-and-more-of-it";
        let variable = EnvironmentVariable::classified("DB_PASSWORD".to_owned(), secret);
        let text = format!("{variable:?} {:?}", why(&variable.name, &variable.value));
        let json = serde_json::to_string(&variable).unwrap();
        assert!(
            !text.contains("Tr0ub") && !json.contains("Tr0ub"),
            "{text} {json}"
        );
    }
}
