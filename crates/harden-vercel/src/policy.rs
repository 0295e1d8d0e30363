//! The `[vercel]` table of `harden.toml`. Every default is the guide's value.

use harden_core::Policy;
use schemars::JsonSchema;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};

/// What is required of the Vercel projects of an estate.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[non_exhaustive]
#[serde(deny_unknown_fields, default)]
pub struct VercelPolicy {
    /// The base of the API. Default: VERCEL_API_URL, else `https://api.vercel.com`.
    pub api_url: Option<String>,
    /// The team, by its id (`team_…`) or slug. Default: VERCEL_ORG_ID, else the personal account.
    pub team: Option<String>,
    /// The projects to audit, by id or name. Default: VERCEL_PROJECT_ID.
    pub projects: Vec<String>,
    /// The variables that each project must have.
    pub required_variables: Vec<String>,
    /// The environment that must have them: `production`, `preview`, `development`, or the slug of
    /// a custom one.
    #[serde(deserialize_with = "environment")]
    pub environment: String,
    /// Whether a credential must be sensitive, which nobody can read, instead of encrypted.
    pub require_sensitive: bool,
    /// Names of variables that look like names of credentials but are not. `*` matches anything.
    pub not_secret: Vec<String>,
    /// The prefixes of variables whose values are built into the pages that browsers get.
    #[serde(deserialize_with = "prefixes")]
    pub browser_prefixes: Vec<String>,
    /// Names of variables with such a prefix that are made for browsers. `*` matches anything.
    pub browser_keys: Vec<String>,
}

impl Policy for VercelPolicy {
    const TABLE: &'static str = "vercel";
}

impl Default for VercelPolicy {
    fn default() -> Self {
        let strings = |words: &[&str]| words.iter().map(|w| (*w).to_owned()).collect();
        Self {
            api_url: None,
            team: None,
            projects: Vec::new(),
            required_variables: strings(&["SENTRY_AUTH_TOKEN"]),
            environment: "production".to_owned(),
            require_sensitive: false,
            not_secret: Vec::new(),
            browser_prefixes: strings(&["NEXT_PUBLIC_"]),
            browser_keys: strings(&[
                "*FIREBASE_API_KEY",
                "*GOOGLE_MAPS_API_KEY",
                "*GOOGLE_MAPS_KEY",
                "*MAPBOX_ACCESS_TOKEN",
                "*MAPBOX_TOKEN",
                "*POSTHOG_API_KEY",
                "*POSTHOG_KEY",
                "*POSTHOG_PROJECT_API_KEY",
                "*POSTHOG_PROJECT_TOKEN",
                "*POSTHOG_TOKEN",
                "*MIXPANEL_PROJECT_TOKEN",
                "*MIXPANEL_TOKEN",
                "*AMPLITUDE_API_KEY",
                "*SEGMENT_WRITE_KEY",
                "*ALGOLIA_SEARCH_API_KEY",
                "*ALGOLIA_SEARCH_KEY",
                "*DATADOG_CLIENT_TOKEN",
            ]),
        }
    }
}

fn environment<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let name = String::deserialize(deserializer)?;
    let is_slug = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-_".contains(c);
    if !name.is_empty() && name.chars().all(is_slug) {
        return Ok(name);
    }
    Err(D::Error::custom(
        "expected production, preview, development, or the slug of a custom environment",
    ))
}

fn prefixes<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    let prefixes = Vec::<String>::deserialize(deserializer)?;
    if prefixes.iter().any(String::is_empty) {
        return Err(D::Error::custom("a prefix must not be empty"));
    }
    Ok(prefixes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<VercelPolicy, String> {
        toml::from_str(text).map_err(|e| e.message().to_owned())
    }

    #[test]
    fn an_empty_table_has_the_values_of_the_guide() {
        let policy = read("").unwrap();
        assert_eq!(policy, VercelPolicy::default());
        assert_eq!(policy.required_variables, ["SENTRY_AUTH_TOKEN"]);
        assert_eq!(policy.environment, "production");
    }

    #[test]
    fn invalid_values_are_rejected() {
        for (text, expected) in [
            ("project = 'shop'", "unknown field `project`"),
            ("environment = 'Production'", "expected production, preview"),
            ("environment = ''", "expected production, preview"),
            ("browser_prefixes = ['']", "a prefix must not be empty"),
            ("require_sensitive = 'yes'", "invalid type"),
        ] {
            let error = read(text).unwrap_err();
            assert!(error.contains(expected), "{text}: {error}");
        }
    }
}
