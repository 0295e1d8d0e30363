//! The `[github]` table of `harden.toml`. The defaults are the values of the guide.

mod workflows;

use harden_core::Policy;
use schemars::JsonSchema;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};

pub use workflows::WorkflowsPolicy;

/// The requirements for repositories, branches and workflows on GitHub.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct GithubPolicy {
    /// The URL of the API, for GitHub Enterprise Server: `https://github.example.com/api/v3`. Default:
    /// GITHUB_API_URL, or `https://api.github.com` if it is not set.
    #[serde(deserialize_with = "url")]
    pub api_url: Option<String>,
    /// The repositories to audit, as `owner/repo`. Default: GITHUB_REPOSITORY, or the remote `origin` of
    /// the checkout if it is not set.
    #[serde(deserialize_with = "repositories")]
    pub repositories: Vec<String>,
    /// An organization whose repositories are audited, in addition to `repositories`.
    pub organization: Option<OrganizationPolicy>,
    /// The required protection of branches.
    pub protection: ProtectionPolicy,
    /// The required secrets and variables.
    pub secrets: SecretsPolicy,
    /// The requirements for workflows.
    pub workflows: WorkflowsPolicy,
    /// How much of the API's rate limit an audit leaves for other programs.
    pub quota: QuotaPolicy,
}

impl Policy for GithubPolicy {
    const TABLE: &'static str = "github";
}

/// An organization whose repositories are audited.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OrganizationPolicy {
    /// The organization's login.
    pub name: String,
    /// Names of repositories to audit; `*` matches any text. Default: all.
    #[serde(default = "match_all")]
    pub include: Vec<String>,
    /// Names of repositories that are not audited; `*` matches any text.
    #[serde(default)]
    pub exclude: Vec<String>,
    /// Whether archived repositories are audited too.
    #[serde(default)]
    pub archived: bool,
    /// Whether forks are audited too.
    #[serde(default)]
    pub forks: bool,
}

/// The required protection of branches (guide §7).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ProtectionPolicy {
    /// The names of the branches to check. Default: the default branch.
    pub branches: Vec<String>,
    /// The smallest number of approving reviews that the branch must require, from 0 to 6 (GitHub's
    /// maximum).
    #[serde(deserialize_with = "reviews")]
    pub reviews: u32,
    /// The names of the status checks that the branch must require. Default: at least one check, with any
    /// name.
    pub checks: Vec<String>,
    /// Whether the branch must require signed commits.
    pub signed_commits: bool,
    /// The number of the last pull requests (or commits) on which a required check must have reported
    /// at least once, from 1 to 50.
    #[serde(deserialize_with = "looked_at")]
    pub reported_within: u32,
}

impl Default for ProtectionPolicy {
    fn default() -> Self {
        Self {
            branches: Vec::new(),
            reviews: 1,
            checks: Vec::new(),
            signed_commits: false,
            reported_within: 10,
        }
    }
}

/// The required secrets and variables (guide §8).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct SecretsPolicy {
    /// The names of secrets that must exist, in addition to those that workflows read:
    /// `SENTRY_AUTH_TOKEN`.
    pub required: Vec<String>,
    /// The names of variables that must exist, in addition to those that workflows read.
    pub required_variables: Vec<String>,
    /// The largest number of days since a secret was updated.
    pub stale_days: u32,
}

impl Default for SecretsPolicy {
    fn default() -> Self {
        Self {
            required: Vec::new(),
            required_variables: Vec::new(),
            stale_days: 365,
        }
    }
}

/// How much of the API's rate limit an audit leaves for other programs.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct QuotaPolicy {
    /// The part of the rate limit that the audit leaves for other programs, in percent. When it is
    /// reached, the audit stops reading, and the rest is unknown.
    #[serde(deserialize_with = "percent")]
    pub leave_percent: u32,
}

impl Default for QuotaPolicy {
    fn default() -> Self {
        Self { leave_percent: 20 }
    }
}

fn match_all() -> Vec<String> {
    vec!["*".to_owned()]
}

/// Whether the name is `owner/repo`, with only the characters that GitHub allows.
pub(crate) fn is_repository(name: &str) -> bool {
    let part = |p: &str| {
        !p.is_empty()
            && !matches!(p, "." | "..")
            && p.chars()
                .all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c))
    };
    name.split_once('/')
        .is_some_and(|(owner, repo)| part(owner) && part(repo))
}

fn repositories<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    let names = Vec::<String>::deserialize(deserializer)?;
    match names.iter().find(|name| !is_repository(name)) {
        Some(name) => Err(D::Error::custom(format!(
            "`{name}` is not a repository: write owner/repo"
        ))),
        None => Ok(names),
    }
}

fn url<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let url = String::deserialize(deserializer)?;
    if url.starts_with("https://") || url.starts_with("http://") {
        return Ok(Some(url));
    }
    Err(D::Error::custom(
        "the URL of an API starts with https:// or http://",
    ))
}

fn percent<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
    let value = u32::deserialize(deserializer)?;
    if value < 100 {
        return Ok(value);
    }
    Err(D::Error::custom("is a percentage from 0 to 99"))
}

fn reviews<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
    let value = u32::deserialize(deserializer)?;
    if value <= 6 {
        return Ok(value);
    }
    Err(D::Error::custom(
        "is at most 6, the largest number that GitHub can require",
    ))
}

fn looked_at<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
    let value = u32::deserialize(deserializer)?;
    if (1..=50).contains(&value) {
        return Ok(value);
    }
    Err(D::Error::custom("is a number from 1 to 50"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<GithubPolicy, String> {
        toml::from_str(text).map_err(|error| error.to_string())
    }

    #[test]
    fn the_defaults_are_the_values_of_the_guide() {
        let policy = read("").unwrap();
        assert_eq!(policy, GithubPolicy::default());
        assert_eq!(policy.protection.reviews, 1);
        assert_eq!(policy.protection.reported_within, 10);
        assert_eq!(policy.secrets.stale_days, 365);
        assert_eq!(policy.quota.leave_percent, 20);
    }

    #[test]
    fn invalid_values_are_refused() {
        for (text, words) in [
            ("repositories = [\"acme\"]", "owner/repo"),
            ("repositories = [\"acme/..\"]", "owner/repo"),
            (
                "repositories = [\"https://github.com/acme/shop\"]",
                "owner/repo",
            ),
            ("api_url = \"github.example.com\"", "https://"),
            ("repository = \"acme/shop\"", "unknown field"),
            ("[protection]\nreviewers = 1", "unknown field"),
            ("[protection]\nreviews = -1", "invalid value"),
            ("[protection]\nreported_within = 0", "from 1 to 50"),
            ("[protection]\nreported_within = 100", "from 1 to 50"),
            ("[quota]\nleave_percent = 100", "from 0 to 99"),
            ("[organization]\ninclude = [\"*\"]", "missing field"),
        ] {
            let error = read(text).unwrap_err();
            assert!(error.contains(words), "{text}: {error}");
        }
        assert_eq!(
            read("[organization]\nname = \"acme\"")
                .unwrap()
                .organization
                .unwrap()
                .include,
            ["*"]
        );
    }
}
