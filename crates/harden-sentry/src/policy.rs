//! The `[sentry]` table of `harden.toml`. Every default is the guide's value.

use harden_core::{Known, Policy, glob_matches_any};
use schemars::JsonSchema;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};

use crate::resources::Project;

/// What is asked of the Sentry part of an estate.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[non_exhaustive]
#[serde(deny_unknown_fields, default)]
pub struct SentryPolicy {
    /// The server: `https://sentry.io`, or the address of one's own. Default: SENTRY_URL, else
    /// Sentry's own cloud, in the region that the organization says it lives in.
    pub url: Option<String>,
    /// The organization, by slug or by number; the form of a DSN (`o4510247421018112`) is
    /// understood. Default: SENTRY_ORG.
    pub organization: Option<String>,
    /// The projects to audit, by slug. Default: SENTRY_PROJECT, else all of the organization.
    pub projects: Vec<String>,
    /// The front-end projects, whose stack traces need source maps: slugs, with `*` for anything.
    /// Default: those whose platform is JavaScript in a browser, or in an app: React Native,
    /// Electron, Capacitor, Ionic, Cordova.
    pub front_end_projects: Vec<String>,
    /// The environment that counts as production, in alerts, deploys and events.
    pub environment: String,
    /// How many days old the latest release may be where deployments can't be read.
    pub release_days: u32,
    /// The commit that is deployed, as a full SHA. Default: what GitHub or Vercel say is deployed.
    #[serde(deserialize_with = "commit")]
    pub deployed_sha: Option<String>,
    /// The scopes that the audit's token may have.
    pub token_scopes: Vec<String>,
    /// What alerts must tell.
    pub alerts: AlertPolicy,
}

/// Sentry's names of platforms whose apps run JavaScript that is built like that of a browser.
const OF_APPS: [&str; 5] = ["capacitor", "cordova", "electron", "ionic", "react-native"];

impl SentryPolicy {
    /// Whether a project is a front end: by `front_end_projects`, or else by its platform.
    pub(crate) fn is_front_end(&self, project: &Project) -> Known<bool> {
        if !self.front_end_projects.is_empty() {
            return Known::Yes(glob_matches_any(&self.front_end_projects, &project.slug));
        }
        project.platform.as_ref().map(|platform| {
            let platform = platform.as_deref().unwrap_or_default();
            platform == "javascript"
                || platform.starts_with("javascript-")
                || OF_APPS.contains(&platform)
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

/// What alerts must tell (guide §2, its four alert rules).
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[non_exhaustive]
#[serde(deny_unknown_fields, default)]
pub struct AlertPolicy {
    /// Whether each of the four must tell somebody by email.
    pub email: bool,
    /// Whether each of the four must tell a chat as well: Slack, Microsoft Teams, Discord.
    pub chat: bool,
    /// High error rate: more than this many events of an issue, or of the project.
    pub error_rate_events: u32,
    /// High error rate: within this many minutes.
    #[serde(deserialize_with = "minutes")]
    pub error_rate_minutes: u32,
    /// High error rate: the most minutes between two notices of one issue.
    pub error_rate_frequency_minutes: u32,
    /// Fatal errors: the most minutes between two notices of one issue; 0 for every time. An issue
    /// rule, which knows no less than 5, may have 5.
    pub fatal_frequency_minutes: u32,
    /// Regression in a new release: more than this many errors of a new issue.
    pub regression_errors: u32,
    /// Regression in a new release: in the first so many minutes of the issue.
    #[serde(deserialize_with = "minutes")]
    pub regression_minutes: u32,
    /// Latency: the percentile of the transactions' duration.
    #[serde(deserialize_with = "percentile")]
    pub latency_percentile: f64,
    /// Latency: above this many milliseconds.
    #[serde(deserialize_with = "positive")]
    pub latency_milliseconds: f64,
    /// Latency: over a window of so many minutes, at least 5: Sentry measures no shorter one.
    #[serde(deserialize_with = "minutes_of_metrics")]
    pub latency_minutes: u32,
    /// Latency: the most minutes between two notices of one issue.
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
        "{minutes} minutes is no window: from 1 to 43200 (30 days)"
    )))
}

fn minutes_of_metrics<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
    let minutes = minutes(deserializer)?;
    if minutes >= 5 {
        return Ok(minutes);
    }
    Err(D::Error::custom(format!(
        "{minutes} minutes is no window of a metric: from 5"
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
        "{value} is no percentile: above 0 and under 100"
    )))
}

fn commit<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let sha = Option::<String>::deserialize(deserializer)?;
    match sha {
        Some(sha) if !is_full_sha(&sha) => Err(D::Error::custom(format!(
            "`{sha}` is no full commit SHA: 40 or 64 hexadecimal digits"
        ))),
        sha => Ok(sha),
    }
}

/// Whether a word is a full commit SHA, of Git's old or new hash.
pub(crate) fn is_full_sha(word: &str) -> bool {
    matches!(word.len(), 40 | 64) && word.bytes().all(|b| b.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<SentryPolicy, String> {
        toml::from_str(text).map_err(|e| e.message().to_owned())
    }

    #[test]
    fn an_empty_table_is_the_guides_values() {
        assert_eq!(read("").unwrap(), SentryPolicy::default());
        assert_eq!(SentryPolicy::default().alerts.error_rate_events, 100);
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        for (text, wanted) in [
            ("projectz = []", "unknown field `projectz`"),
            ("[alerts]\nerror_rate_minutes = 0", "is no window"),
            ("[alerts]\nlatency_minutes = 4", "is no window of a metric"),
            ("[alerts]\nlatency_percentile = 100.0", "is no percentile"),
            ("[alerts]\nlatency_milliseconds = -1.0", "is not above 0"),
            ("deployed_sha = 'abc123'", "no full commit SHA"),
        ] {
            let error = read(text).unwrap_err();
            assert!(error.contains(wanted), "{text}: {error}");
        }
    }
}
