//! The `[github]` table of `harden.toml`. Every default is the guide's value.

mod workflows;

use harden_core::Policy;
use schemars::JsonSchema;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};

pub use workflows::WorkflowsPolicy;

/// What is asked of the GitHub part of an estate.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct GithubPolicy {
    /// The address of the API, for GitHub Enterprise Server: `https://github.example.com/api/v3`.
    /// Default: GITHUB_API_URL, else `https://api.github.com`.
    #[serde(deserialize_with = "url")]
    pub api_url: Option<String>,
    /// The repositories to audit, `owner/repo`. Default: GITHUB_REPOSITORY, else the origin of the
    /// checkout.
    #[serde(deserialize_with = "repositories")]
    pub repositories: Vec<String>,
    /// An organization whose repositories are to be audited, beside those of `repositories`.
    pub organization: Option<OrganizationPolicy>,
    /// What must be in force on branches.
    pub protection: ProtectionPolicy,
    /// What secrets and variables there must be.
    pub secrets: SecretsPolicy,
    /// What workflows must do.
    pub workflows: WorkflowsPolicy,
    /// How much of the API's quota an audit leaves for others.
    pub quota: QuotaPolicy,
}

impl Policy for GithubPolicy {
    const TABLE: &'static str = "github";
}

/// An organization whose repositories are to be audited.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OrganizationPolicy {
    /// The organization's login.
    pub name: String,
    /// Names of repositories, with `*` for anything. Default: all.
    #[serde(default = "anything")]
    pub include: Vec<String>,
    /// Names of repositories that are left out, with `*` for anything.
    #[serde(default)]
    pub exclude: Vec<String>,
    /// Whether archived repositories are audited too.
    #[serde(default)]
    pub archived: bool,
    /// Whether forks are audited too.
    #[serde(default)]
    pub forks: bool,
}

/// What must be in force on branches (guide §7).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ProtectionPolicy {
    /// The branches to judge, by name. Default: the default branch.
    pub branches: Vec<String>,
    /// How many approving reviews must be required at least; GitHub can require at most 6.
    #[serde(deserialize_with = "reviews")]
    pub reviews: u32,
    /// The status checks that must be required, by context. Default: at least one, whichever.
    pub checks: Vec<String>,
    /// Whether commits must be signed.
    pub signed_commits: bool,
    /// On how many of the last pull requests (or commits) a required check must have reported at
    /// least once; at most 50.
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

/// What secrets and variables there must be (guide §8).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct SecretsPolicy {
    /// The secrets that there must be, beside those that a workflow reads: `SENTRY_AUTH_TOKEN`.
    pub required: Vec<String>,
    /// The variables that there must be, beside those that a workflow reads.
    pub required_variables: Vec<String>,
    /// How many days a secret may go without being updated.
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

/// How much of the API's quota an audit leaves for others.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct QuotaPolicy {
    /// The part of the hourly quota that is left for others, in percent; what was not read by then
    /// is unknown.
    #[serde(deserialize_with = "percent")]
    pub leave_percent: u32,
}

impl Default for QuotaPolicy {
    fn default() -> Self {
        Self { leave_percent: 20 }
    }
}

fn anything() -> Vec<String> {
    vec!["*".to_owned()]
}

/// Whether this is `owner/repo`, of the characters that GitHub admits.
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
            "`{name}` is no repository: write owner/repo"
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
        "the address of an API starts with https://",
    ))
}

fn percent<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
    let value = u32::deserialize(deserializer)?;
    if value < 100 {
        return Ok(value);
    }
    Err(D::Error::custom("is in percent, from 0 to 99"))
}

fn reviews<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
    let value = u32::deserialize(deserializer)?;
    if value <= 6 {
        return Ok(value);
    }
    Err(D::Error::custom("is at most 6: GitHub can require no more"))
}

fn looked_at<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
    let value = u32::deserialize(deserializer)?;
    if (1..=50).contains(&value) {
        return Ok(value);
    }
    Err(D::Error::custom("is from 1 to 50"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<GithubPolicy, String> {
        toml::from_str(text).map_err(|error| error.to_string())
    }

    #[test]
    fn without_a_word_it_is_the_guides() {
        let policy = read("").unwrap();
        assert_eq!(policy, GithubPolicy::default());
        assert_eq!(policy.protection.reviews, 1);
        assert_eq!(policy.protection.reported_within, 10);
        assert_eq!(policy.secrets.stale_days, 365);
        assert_eq!(policy.quota.leave_percent, 20);
    }

    #[test]
    fn what_is_written_wrong_is_refused() {
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
