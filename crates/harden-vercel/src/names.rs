//! Which variables are credentials, by their names. Values are never read, so the name alone
//! decides.

use harden_core::credential_name::classify;
use harden_core::{Known, glob_matches_any};

use crate::VercelPolicy;
use crate::frameworks::{builds_in, prefix_of};

/// Whether a variable has the name of a credential, and the policy does not exempt it.
pub(crate) fn is_credential(name: &str, policy: &VercelPolicy) -> bool {
    // in `PUBLIC_ACCESS_TOKEN` the first word is the prefix of a framework, or says what the token is
    let bare = match prefix_of(name) {
        Some("PUBLIC_") => name,
        _ => without_prefix(name, policy).unwrap_or(name),
    };
    !glob_matches_any(&policy.not_secret, name) && classify(bare).counts_by_name()
}

/// Whether the value would be a credential in pages, and the policy does not exempt it.
pub(crate) fn is_exposed(name: &str, policy: &VercelPolicy) -> bool {
    let published = |bare: &str| {
        let class = classify(bare);
        class.counts_by_name() && class.counts_when_published()
    };
    without_prefix(name, policy).is_some_and(published)
        && !glob_matches_any(&policy.not_secret, name)
        && !glob_matches_any(&policy.browser_keys, name)
}

/// The name without its browser prefix, of the policy or of any framework; `None` for a name without
/// one.
pub(crate) fn without_prefix<'a>(name: &'a str, policy: &VercelPolicy) -> Option<&'a str> {
    let mut prefixes = policy.browser_prefixes.iter();
    let by_policy = prefixes.find_map(|prefix| name.strip_prefix(prefix.as_str()));
    by_policy.or_else(|| name.strip_prefix(prefix_of(name)?))
}

/// Whether a variable with a browser prefix is built into the pages of one of these projects: by the
/// policy always, else by the framework.
pub(crate) fn is_built_in(
    name: &str,
    frameworks: &[Known<Option<String>>],
    policy: &VercelPolicy,
) -> Known<bool> {
    let mut prefixes = policy.browser_prefixes.iter();
    if prefixes.any(|prefix| name.starts_with(prefix.as_str())) {
        return Known::Yes(true);
    }
    prefix_of(name).map_or(Known::Yes(false), |prefix| builds_in(prefix, frameworks))
}

#[cfg(test)]
mod tests {
    use harden_core::testing::{Measured, variables};

    use super::*;

    #[test]
    fn names_of_credentials_are_recognized() {
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
            "STRIPE_KEY",
            "APP_KEY",
            "HMAC_KEY",
            "CLICKHOUSE_URL",
            "SMTP_URL",
            "SLACK_WEBHOOK",
            "FIREBASE_SERVICE_ACCOUNT",
            "EDGE_CONFIG",
        ] {
            assert!(is_credential(name, &VercelPolicy::default()), "{name}");
        }
    }

    #[test]
    fn other_names_are_not_credentials() {
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
            "ENABLE_PASSWORD_LOGIN",
            "FEATURE_PASSWORD_RESET",
            "ERC20_TOKEN_ADDRESS",
            "SORT_KEY",
            "CONFIG_JSON",
            "NO_SSL",
            "PUBLIC_ACCESS_TOKEN",
            "DIRECT_UPLOAD_URL",
        ] {
            assert!(!is_credential(name, &VercelPolicy::default()), "{name}");
        }
    }

    #[test]
    #[expect(clippy::print_stdout, reason = "the numbers are the purpose")]
    fn over_95_percent_of_real_names_are_judged_right() {
        let mut measured = Measured::default();
        let all = variables();
        for variable in &all {
            let taken = is_credential(variable.name, &VercelPolicy::default());
            measured.add(variable, variable.secret_by_name, taken);
        }
        println!("{} names: {measured}", all.len());
        assert!(
            measured.precision() > 95 && measured.recall() > 95,
            "{measured}"
        );
    }

    #[test]
    fn credentials_behind_a_browser_prefix_are_exposed() {
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
            "NEXT_PUBLIC_POSTHOG_KEY",
            "NEXT_PUBLIC_ZENDESK_KEY",
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
        assert!(exposed("VITE_API_KEY", &policy));
        let vite = [Known::Yes(Some("vite".to_owned()))];
        let next = [Known::Yes(Some("nextjs".to_owned()))];
        assert_eq!(
            is_built_in("VITE_API_KEY", &vite, &policy),
            Known::Yes(true)
        );
        assert!(!is_built_in("VITE_API_KEY", &next, &policy).is_known());
        assert_eq!(is_built_in("API_KEY", &vite, &policy), Known::Yes(false));
        policy.browser_prefixes.push("VITE_".to_owned());
        assert_eq!(
            is_built_in("VITE_API_KEY", &next, &policy),
            Known::Yes(true)
        );
        policy.not_secret.push("*_OPENAI_*".to_owned());
        assert!(!exposed("NEXT_PUBLIC_OPENAI_API_KEY", &policy));
        assert!(!is_credential("NEXT_PUBLIC_OPENAI_API_KEY", &policy));
    }
}
