//! Where to read, and with which credentials.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use harden_core::CancellationToken;
use jiff::Timestamp;

use super::address::host_of;
use super::token::Token;
use crate::policy::GithubPolicy;

/// The URL of GitHub's own API.
pub const DEFAULT_API_URL: &str = "https://api.github.com";

/// Where to read, and with which credentials.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Connect {
    /// The URL of the API: [`DEFAULT_API_URL`], or `https://HOST/api/v3` of a GitHub Enterprise
    /// Server.
    pub api_url: String,
    /// The credentials.
    pub token: Option<Token>,
    /// The repositories, `owner/repo`; they count before those of the policy.
    pub repositories: Vec<String>,
    /// The repository of the environment (GITHUB_REPOSITORY), for when no other is named.
    pub default_repository: Option<String>,
    /// The root of the checkout that the audit runs in, if any. If it is a checkout of an audited
    /// repository, the workflows are read from it.
    pub checkout: Option<PathBuf>,
    /// The URL of the checkout's remote `origin`.
    pub origin: Option<String>,
    /// The policy.
    pub policy: Arc<GithubPolicy>,
    /// The moment from which windows of time are counted back.
    pub now: Timestamp,
    /// Ends connecting early. Listings use the one of their facts.
    pub stop: CancellationToken,
    /// The folder of the cache of answers; without one nothing is kept.
    pub cache: Option<PathBuf>,
    /// How many calls are in flight at the same time.
    pub in_flight: usize,
    /// How long one attempt of a call can take.
    pub timeout: Duration,
    /// How long a call waits for a rate limit at most.
    pub patience: Duration,
    /// The wait before the second attempt of a call; it doubles from attempt to attempt.
    pub backoff: Duration,
}

impl Connect {
    /// GitHub's own API, without a token and repositories; 8 calls in flight, 30 s for an attempt, 90 s
    /// for a rate limit.
    #[must_use]
    pub fn new(policy: Arc<GithubPolicy>, now: Timestamp) -> Self {
        Self {
            api_url: DEFAULT_API_URL.to_owned(),
            token: None,
            repositories: Vec::new(),
            default_repository: None,
            checkout: None,
            origin: None,
            policy,
            now,
            stop: CancellationToken::never(),
            cache: None,
            in_flight: 8,
            timeout: Duration::from_secs(30),
            patience: Duration::from_secs(90),
            backoff: Duration::from_millis(500),
        }
    }

    /// The settings of the environment: `GITHUB_API_URL` (the policy's `api_url` counts before it),
    /// `GITHUB_REPOSITORY`, the token ([`Token::from_env`]), and the cache in `XDG_CACHE_HOME` or
    /// `HOME/.cache`.
    #[must_use]
    pub fn from_env(
        env: &dyn Fn(&str) -> Option<String>,
        policy: Arc<GithubPolicy>,
        now: Timestamp,
        stop: CancellationToken,
    ) -> Self {
        let set = |name: &str| env(name).filter(|value| !value.trim().is_empty());
        let api_url = policy
            .api_url
            .clone()
            .or_else(|| set("GITHUB_API_URL"))
            .unwrap_or_else(|| DEFAULT_API_URL.to_owned());
        let host = host_of(&api_url).unwrap_or_default();
        // a relative path would be in the checkout: the specification of XDG says to ignore it
        let absolute = |name| {
            set(name)
                .map(PathBuf::from)
                .filter(|path| path.is_absolute())
        };
        let caches =
            absolute("XDG_CACHE_HOME").or_else(|| absolute("HOME").map(|home| home.join(".cache")));
        Self {
            token: Token::from_env(env, &host),
            default_repository: set("GITHUB_REPOSITORY"),
            cache: caches.map(|caches| caches.join("harden").join("github")),
            api_url,
            stop,
            ..Self::new(policy, now)
        }
    }

    /// The host of the API, for messages and for `gh`'s `--hostname`.
    #[must_use]
    pub fn host(&self) -> String {
        host_of(&self.api_url).unwrap_or_default()
    }
}
