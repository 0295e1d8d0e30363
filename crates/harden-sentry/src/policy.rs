//! The `[sentry]` table of `harden.toml`. Every default is the guide's value.

use harden_core::{Known, Policy, Unknown, glob_matches_any};
use schemars::JsonSchema;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};

use crate::resources::Project;

/// What is required of the Sentry projects of an estate.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[non_exhaustive]
#[serde(deny_unknown_fields, default)]
pub struct SentryPolicy {
    /// The server: `https://sentry.io`, or the address of a self-hosted server. Default:
    /// SENTRY_URL, else Sentry's cloud, in the region of the organization.
    pub url: Option<String>,
    /// The organization, by slug or by id. The form of a DSN (`o4510247421018112`) is accepted.
    /// Default: SENTRY_ORG.
    pub organization: Option<String>,
    /// The projects to audit, by slug. Default: SENTRY_PROJECT, else all projects of the
    /// organization.
    pub projects: Vec<String>,
    /// The front-end projects, whose stack traces need source maps, by slug. `*` matches anything.
    /// Default: the projects whose platform is JavaScript in a browser or in an app (React Native,
    /// Electron, Capacitor, Ionic, Cordova).
    pub front_end_projects: Vec<String>,
    /// The environment that counts as production in alerts, deploys and events.
    pub environment: String,
    /// The greatest age of the latest release, in days, where no provider reports deployments.
    pub release_days: u32,
    /// The commit that is deployed, as a full SHA. Default: the commit that GitHub or Vercel
    /// report.
    #[serde(deserialize_with = "commit")]
    pub deployed_sha: Option<String>,
    /// The scopes that the audit's token is allowed to have.
    pub token_scopes: Vec<String>,
    /// What alerts are required.
    pub alerts: AlertPolicy,
}

/// Sentry's names of app platforms whose JavaScript is minified as for a browser.
const APP_PLATFORMS: [&str; 5] = ["capacitor", "cordova", "electron", "ionic", "react-native"];

impl SentryPolicy {
    /// Whether a project is a front-end project: by `front_end_projects`, else by its platform.
    pub(crate) fn is_front_end(&self, project: &Project) -> Known<bool> {
        if !self.front_end_projects.is_empty() {
            return Known::Yes(glob_matches_any(&self.front_end_projects, &project.slug));
        }
        project.platform.as_ref().and_then(|platform| {
            let Some(platform) = platform.as_deref() else {
                return Unknown::undetermined(format!(
                    "the project {} has no platform, and the policy does not say whether it is a \
                     front-end project: set its platform in Sentry, or name the front-end projects \
                     in `front_end_projects` of [sentry]",
                    project.slug
                ))
                .into();
            };
            let is_front_end = platform == "javascript"
                || platform.starts_with("javascript-")
                || APP_PLATFORMS.contains(&platform);
            Known::Yes(is_front_end)
        })
    }
}

impl Policy for SentryPolicy {
    const TABLE: &'static str = "sentry";
}

impl Default for SentryPolicy {
    fn default() -> Self {
        let scopes = [
            "alerts:read",
            "event:read",
            "member:read",
            "org:read",
            "project:read",
            "project:releases",
            "team:read",
        ];
        Self {
            url: None,
            organization: None,
            projects: Vec::new(),
            front_end_projects: Vec::new(),
            environment: "production".to_owned(),
            release_days: 14,
            deployed_sha: None,
            token_scopes: scopes.map(str::to_owned).to_vec(),
            alerts: AlertPolicy::default(),
        }
    }
}

/// What alerts are required (the four alert rules of section 2 of the guide).
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[non_exhaustive]
#[serde(deny_unknown_fields, default)]
pub struct AlertPolicy {
    /// Whether each of the four alerts must notify by email.
    pub email: bool,
    /// Whether each of the four alerts must notify by chat too: Slack, Microsoft Teams or Discord.
    pub chat: bool,
    /// High error rate: more than this many events of an issue, or of the project.
    pub error_rate_events: u32,
    /// High error rate: within this many minutes.
    #[serde(deserialize_with = "minutes")]
    pub error_rate_minutes: u32,
    /// High error rate: the most minutes between two notifications about one issue.
    pub error_rate_frequency_minutes: u32,
    /// Fatal errors: the most minutes between two notifications about one issue; 0 for every time.
    /// For an issue rule, 5 minutes are accepted too: Sentry allows no shorter time there.
    pub fatal_frequency_minutes: u32,
    /// Regression in a new release: more than this many errors of a new issue.
    pub regression_errors: u32,
    /// Regression in a new release: in this many minutes after the issue was first seen.
    #[serde(deserialize_with = "minutes")]
    pub regression_minutes: u32,
    /// Latency: the percentile of the duration of transactions.
    #[serde(deserialize_with = "percentile")]
    pub latency_percentile: f64,
    /// Latency: above this many milliseconds.
    #[serde(deserialize_with = "positive")]
    pub latency_milliseconds: f64,
    /// Latency: over a window of this many minutes, at least 5. Sentry has no shorter window.
    #[serde(deserialize_with = "minutes_of_metrics")]
    pub latency_minutes: u32,
    /// Latency: the most minutes between two notifications about one issue.
    pub latency_frequency_minutes: u32,
}

impl Default for AlertPolicy {
    fn default() -> Self {
        Self {
            email: true,
            chat: false,
            error_rate_events: 100,
            error_rate_minutes: 5,
            error_rate_frequency_minutes: 60,
            fatal_frequency_minutes: 0,
            regression_errors: 10,
            regression_minutes: 60,
            latency_percentile: 95.0,
            latency_milliseconds: 2000.0,
            latency_minutes: 5,
            latency_frequency_minutes: 60,
        }
    }
}

fn minutes<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
    let minutes = u32::deserialize(deserializer)?;
    if (1..=43_200).contains(&minutes) {
        return Ok(minutes);
    }
    Err(D::Error::custom(format!(
        "{minutes} minutes is not a valid window: expected 1 to 43200 (30 days)"
    )))
}

fn minutes_of_metrics<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
    let minutes = minutes(deserializer)?;
    if minutes >= 5 {
        return Ok(minutes);
    }
    Err(D::Error::custom(format!(
        "{minutes} minutes is not a valid window of a metric: expected at least 5"
    )))
}

fn positive<'de, D: Deserializer<'de>>(deserializer: D) -> Result<f64, D::Error> {
    let value = f64::deserialize(deserializer)?;
    if value.is_finite() && value > 0.0 {
        return Ok(value);
    }
    Err(D::Error::custom(format!("{value} is not above 0")))
}

fn percentile<'de, D: Deserializer<'de>>(deserializer: D) -> Result<f64, D::Error> {
    let value = f64::deserialize(deserializer)?;
    if value > 0.0 && value < 100.0 {
        return Ok(value);
    }
    Err(D::Error::custom(format!(
        "{value} is not a percentile: expected a number above 0 and below 100"
    )))
}

fn commit<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let sha = Option::<String>::deserialize(deserializer)?;
    match sha {
        Some(sha) if !is_full_sha(&sha) => Err(D::Error::custom(format!(
            "`{sha}` is not a full commit SHA: expected 40 or 64 hexadecimal digits"
        ))),
        sha => Ok(sha),
    }
}

/// Whether a text is a full commit SHA: 40 hexadecimal digits, or 64 in Git's SHA-256 format.
pub(crate) fn is_full_sha(text: &str) -> bool {
    matches!(text.len(), 40 | 64) && text.bytes().all(|b| b.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<SentryPolicy, String> {
        toml::from_str(text).map_err(|e| e.message().to_owned())
    }

    #[test]
    fn an_empty_table_has_the_values_of_the_guide() {
        assert_eq!(read("").unwrap(), SentryPolicy::default());
        assert_eq!(SentryPolicy::default().alerts.error_rate_events, 100);
    }

    #[test]
    fn invalid_values_are_rejected() {
        for (text, expected) in [
            ("projectz = []", "unknown field `projectz`"),
            ("[alerts]\nerror_rate_minutes = 0", "is not a valid window"),
            (
                "[alerts]\nlatency_minutes = 4",
                "is not a valid window of a metric",
            ),
            (
                "[alerts]\nlatency_percentile = 100.0",
                "is not a percentile",
            ),
            ("[alerts]\nlatency_milliseconds = -1.0", "is not above 0"),
            ("deployed_sha = 'abc123'", "not a full commit SHA"),
        ] {
            let error = read(text).unwrap_err();
            assert!(error.contains(expected), "{text}: {error}");
        }
    }
}
