//! Which names are credentials'. Values are never read, so the name is all there is to tell by.

use harden_core::glob_matches_any;

use crate::VercelPolicy;

/// Words that name a credential by themselves.
const SECRETS: &[&str] = &[
    "SECRET",
    "SECRETS",
    "PASSWORD",
    "PASSWD",
    "PASSPHRASE",
    "PWD",
    "PASS",
    "TOKEN",
    "CREDENTIAL",
    "CREDENTIALS",
    "APIKEY",
    "PAT",
];

/// Words of a name that say how the value is written, or to which of several servers it leads.
const FORMS: &[&str] = &[
    "B64", "BASE64", "ENCODED", "JSON", "NO", "NON", "PEM", "POOLED", "POOLING", "SSL", "UNPOOLED",
];

/// Words before KEY that make it a secret one.
const KEYS: &[&str] = &[
    "API",
    "ACCESS",
    "SECRET",
    "PRIVATE",
    "SIGNING",
    "ENCRYPTION",
    "MASTER",
    "SERVICE",
    "ROLE",
    "AUTH",
    "ADMIN",
    "DEPLOY",
    "LICENSE",
    "WEBHOOK",
    "JWT",
    "SSH",
    // whose only keys are secret ones
    "ANTHROPIC",
    "COHERE",
    "GROQ",
    "MAILGUN",
    "MISTRAL",
    "OPENAI",
    "POSTMARK",
    "RESEND",
    "SENDGRID",
    "TWILIO",
];

/// Words before URL, URI or DSN that make it an address with a password or a secret path in it.
const ADDRESSES: &[&str] = &[
    "DATABASE",
    "DB",
    "POSTGRES",
    "POSTGRESQL",
    "PRISMA",
    "POOLING",
    "MYSQL",
    "MARIADB",
    "MONGO",
    "MONGODB",
    "REDIS",
    "AMQP",
    "RABBITMQ",
    "KV",
    "WEBHOOK",
];

/// Last words of a name that say something about a credential and do not hold it.
const ABOUT: &[&str] = &[
    "TTL",
    "EXPIRY",
    "EXPIRES",
    "EXPIRATION",
    "LIFETIME",
    "AGE",
    "SECONDS",
    "MINUTES",
    "HOURS",
    "DAYS",
    "LENGTH",
    "SIZE",
    "COUNT",
    "LIMIT",
    "ARN",
    "NAME",
    "ID",
    "IDS",
    "HEADER",
    "TYPE",
    "URL",
    "URI",
    "ENDPOINT",
    "HOST",
    "PATH",
    "FILE",
    "PREFIX",
    "SUFFIX",
    "ISSUER",
    "AUDIENCE",
    "ENABLED",
    "DISABLED",
    "REQUIRED",
    "VERSION",
    "ALGORITHM",
    "ALG",
    "REGION",
    "MANAGER",
    "STORE",
    "PROVIDER",
    "POLICY",
];

/// Words that say that a key is meant to be seen.
const OPEN: &[&str] = &["PUBLIC", "PUBLISHABLE", "ANON", "SITE", "SITEKEY"];

/// Whether a variable's name is a credential's, unless the policy says that it is none.
pub(crate) fn is_credential(name: &str, policy: &VercelPolicy) -> bool {
    let bare = without_prefix(name, policy).unwrap_or(name);
    !glob_matches_any(&policy.not_secret, name) && holds_credential(bare)
}

/// Whether the value is built into the pages that browsers get, and is not meant for them.
pub(crate) fn is_exposed(name: &str, policy: &VercelPolicy) -> bool {
    without_prefix(name, policy).is_some()
        && is_credential(name, policy)
        && !glob_matches_any(&policy.browser_keys, name)
}

/// The name without the prefix that builds it into pages, if it has one.
pub(crate) fn without_prefix<'a>(name: &'a str, policy: &VercelPolicy) -> Option<&'a str> {
    let mut prefixes = policy.browser_prefixes.iter();
    prefixes.find_map(|prefix| name.strip_prefix(prefix.as_str()))
}

fn holds_credential(name: &str) -> bool {
    let upper = name.to_ascii_uppercase();
    let mut words: Vec<&str> = upper
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect();
    // numbered: API_KEY_2
    let numbered = |word: &&str| word.bytes().all(|b| b.is_ascii_digit());
    while words
        .pop_if(|word| numbered(&&**word) || FORMS.contains(word))
        .is_some()
    {}
    let Some((last, before)) = words.split_last() else {
        return false;
    };
    let one_before = before.last().copied().unwrap_or_default();
    let has = |wanted: &[&str]| words.iter().any(|word| wanted.contains(word));
    if is_open(last, before) {
        return false;
    }
    match *last {
        // an address over HTTPS, whose token stands apart: KV_REST_API_URL
        "URL" | "URI" if has(&["REST"]) => false,
        "URL" | "URI" | "DSN" if before.iter().any(|word| ADDRESSES.contains(word)) => true,
        // Prisma's, past the pool
        "URL" if before == ["DIRECT"] => true,
        "STRING" => one_before == "CONNECTION",
        "ID" if one_before == "SECRET" && has(&["VAULT"]) => true,
        about if ABOUT.contains(&about) => false,
        "KEY" => KEYS.contains(&one_before),
        _ => words.iter().any(|word| {
            SECRETS.contains(word)
                || ["TOKEN", "SECRET", "PASSWORD", "APIKEY"]
                    .iter()
                    .any(|end| word.ends_with(end))
        }),
    }
}

/// Whether a name is of a key that is meant to be seen. A secret or a password never is, whatever
/// stands beside it: SITE_PASSWORD.
fn is_open(last: &str, before: &[&str]) -> bool {
    let says = |word: &&str| OPEN.contains(word);
    match last {
        "SITEKEY" => true,
        "KEY" | "TOKEN" => before.iter().any(says) && !before.iter().any(|w| never_open(w)),
        _ => false,
    }
}

/// Words of keys that no browser may get.
fn never_open(word: &str) -> bool {
    matches!(
        word,
        "SECRET" | "PASSWORD" | "PERSONAL" | "PRIVATE" | "SERVER" | "ADMIN"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_hold_credentials() {
        for name in [
            "SENTRY_AUTH_TOKEN",
            "JWT_SECRET",
            "DB_PASSWORD",
            "STRIPE_SECRET_KEY",
            "OPENAI_API_KEY",
            "AWS_SECRET_ACCESS_KEY",
            "SUPABASE_SERVICE_ROLE_KEY",
            "DATABASE_URL",
            "REDIS_URL",
            "POSTGRES_PRISMA_URL",
            "MONGODB_URI",
            "SLACK_WEBHOOK_URL",
            "apiKey_secret",
            "AUTHTOKEN",
            "API_KEY_2",
            "AZURE_CONNECTION_STRING",
            "SECRET_KEY_BASE",
            "npm_token",
            "POSTGRES_URL_NON_POOLING",
            "POSTGRES_URL_NO_SSL",
            "DATABASE_URL_UNPOOLED",
            "SITE_PASSWORD",
            "PUBLIC_API_SECRET",
            "OPENAI_KEY",
            "GITHUB_PAT",
            "DIRECT_URL",
            "JWT_PRIVATE_KEY_BASE64",
            "VAULT_SECRET_ID",
            "GOOGLE_CREDENTIALS_JSON",
        ] {
            assert!(is_credential(name, &VercelPolicy::default()), "{name}");
        }
    }

    #[test]
    fn names_that_do_not() {
        for name in [
            "TOKEN_TTL",
            "SECRET_ARN",
            "SENTRY_DSN",
            "TOKEN_URL",
            "AWS_ACCESS_KEY_ID",
            "NODE_ENV",
            "API_URL",
            "CACHE_KEY",
            "MONKEY",
            "PASSWORD_MIN_LENGTH",
            "STRIPE_PUBLISHABLE_KEY",
            "SUPABASE_ANON_KEY",
            "RECAPTCHA_SITE_KEY",
            "JWT_PUBLIC_KEY",
            "",
            "___",
            "42",
            "SECRETS_MANAGER_REGION",
            "OAUTH_CLIENT_ID",
            "AWS_SECRET_ID",
            "UPSTASH_REDIS_REST_URL",
            "KV_REST_API_URL",
            "DATABASE_URL_TTL",
            "STRIPE_KEY",
            "CONFIG_JSON",
            "NO_SSL",
            "PUBLIC_ACCESS_TOKEN",
            "DIRECT_UPLOAD_URL",
        ] {
            assert!(!is_credential(name, &VercelPolicy::default()), "{name}");
        }
    }

    #[test]
    fn what_browsers_get() {
        let mut policy = VercelPolicy::default();
        let exposed = |name, policy: &VercelPolicy| is_exposed(name, policy);
        assert!(exposed("NEXT_PUBLIC_STRIPE_SECRET_KEY", &policy));
        assert!(exposed("NEXT_PUBLIC_OPENAI_API_KEY", &policy));
        for meant in [
            "NEXT_PUBLIC_API_URL",
            "NEXT_PUBLIC_STRIPE_PUBLISHABLE_KEY",
            "NEXT_PUBLIC_FIREBASE_API_KEY",
            "NEXT_PUBLIC_MAPBOX_ACCESS_TOKEN",
            "NEXT_PUBLIC_SENTRY_DSN",
            "OPENAI_API_KEY",
            "VITE_API_KEY",
            "NEXT_PUBLIC_POSTHOG_KEY",
            "NEXT_PUBLIC_GOOGLE_MAPS_API_KEY",
        ] {
            assert!(!exposed(meant, &policy), "{meant}");
        }
        for never in [
            "NEXT_PUBLIC_POSTHOG_PERSONAL_API_KEY",
            "NEXT_PUBLIC_MAPBOX_SECRET_TOKEN",
            "NEXT_PUBLIC_GOOGLE_MAPS_SERVER_SECRET_KEY",
            "NEXT_PUBLIC_POSTGRES_URL_NON_POOLING",
            "NEXT_PUBLIC_SITE_PASSWORD",
        ] {
            assert!(exposed(never, &policy), "{never}");
        }
        policy.browser_prefixes.push("VITE_".to_owned());
        assert!(exposed("VITE_API_KEY", &policy));
        policy.not_secret.push("*_OPENAI_*".to_owned());
        assert!(!exposed("NEXT_PUBLIC_OPENAI_API_KEY", &policy));
        assert!(!is_credential("NEXT_PUBLIC_OPENAI_API_KEY", &policy));
    }
}
