//! Finds out whether the token is accepted, and which repositories there are to read.

use std::path::{Path, PathBuf};
use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures::future::{Either, select};
use harden_core::CancellationToken;
use jiff::Timestamp;

use super::GithubProvider;
use super::api::Keep;
use super::client::api;
use super::error::ConnectError;
use super::failure::Said;
use super::origin::{Origin, origin_of};
use super::token::Token;
use crate::GithubPolicy;
use crate::operation::RATE_LIMIT;
use crate::policy::is_repository;

/// The address of GitHub's own API.
pub const DEFAULT_API_URL: &str = "https://api.github.com";

/// Where to read, and as whom.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Connect {
    /// The address of the API: [`DEFAULT_API_URL`], or of a GitHub Enterprise Server
    /// `https://HOST/api/v3`.
    pub api_url: String,
    /// What to show to be let in.
    pub token: Option<Token>,
    /// The repositories, `owner/repo`; they count before those of the policy.
    pub repositories: Vec<String>,
    /// The repository of the environment (GITHUB_REPOSITORY): counts where none is named.
    pub default_repository: Option<String>,
    /// The root of the checkout that the audit runs in, if it does. Workflows are read from it
    /// where it is of the repository that is audited.
    pub checkout: Option<PathBuf>,
    /// The URL of the checkout's remote `origin`.
    pub origin: Option<String>,
    /// The policy.
    pub policy: Arc<GithubPolicy>,
    /// The moment from which windows of time are counted back.
    pub now: Timestamp,
    /// Ends connecting early. Listings heed the one of their facts.
    pub stop: CancellationToken,
    /// The folder of the cache of answers; without it nothing is kept.
    pub cache: Option<PathBuf>,
    /// How many calls are in flight at once.
    pub in_flight: usize,
    /// How long one call may take.
    pub timeout: Duration,
    /// The longest that a call waits for a limit to pass.
    pub patience: Duration,
    /// The wait before the first retry of what the server could not do; it doubles each time.
    pub backoff: Duration,
}

impl Connect {
    /// GitHub's own API, with nothing named; 8 calls in flight, 30 s for each, 90 s of patience.
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

    /// What the environment says: `GITHUB_API_URL` (the policy's `api_url` counts before it),
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
        let caches = set("XDG_CACHE_HOME").map(PathBuf::from);
        let caches = caches.or_else(|| set("HOME").map(|home| Path::new(&home).join(".cache")));
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

/// The host of an address.
pub(super) fn host_of(url: &str) -> Option<String> {
    let url = reqwest::Url::parse(url.trim()).ok()?;
    url.host_str().map(str::to_owned)
}

pub(super) async fn connect(connect: Connect) -> Result<GithubProvider, ConnectError> {
    let stop = connect.stop.clone();
    match select(pin!(stop.cancelled()), Box::pin(connected(connect))).await {
        Either::Left((reason, _)) => Err(ConnectError::Stopped(reason)),
        Either::Right((result, _)) => result,
    }
}

async fn connected(connect: Connect) -> Result<GithubProvider, ConnectError> {
    let base = base(&connect.api_url)?;
    let host = host_of(&base).unwrap_or_default();
    let origin = connect.origin.as_deref().and_then(origin_of);
    let origin = origin.filter(|origin| origin.is_served_by(&host));
    let repositories = repositories(&connect, origin.as_ref(), &host)?;
    let root = connect.checkout.as_deref().map(Arc::from);
    let checkout = root.zip(origin.map(|o| o.repository));
    let policy = Arc::clone(&connect.policy);
    let api = api(connect, &base).await?;
    // costs no quota, and tells a wrong token before every listing would
    let asked = api
        .get::<super::answers::Present>(RATE_LIMIT, "/rate_limit", Keep::Nothing)
        .await;
    match asked {
        Ok(_) => {}
        // a server without limits answers 404
        Err(failure) if failure.said == Said::NotFound => {}
        Err(failure) if failure.said == Said::Unauthorized => {
            return Err(ConnectError::Refused { host });
        }
        Err(failure) => return Err(ConnectError::Failed(failure.unknown)),
    }
    Ok(GithubProvider {
        api,
        repositories,
        policy,
        checkout,
        made: Mutex::new(vec![RATE_LIMIT.name]),
    })
}

/// The address of the API in the form that paths are put to. A token does not go over a line that
/// anybody can read, but on the machine itself.
pub(super) fn base(api_url: &str) -> Result<String, ConnectError> {
    let bad = |reason| ConnectError::BadUrl {
        url: harden_core::one_line(api_url, 120),
        reason,
    };
    let url = reqwest::Url::parse(api_url.trim()).map_err(|_| bad("it is no URL"))?;
    let host = url.host_str().ok_or_else(|| bad("it names no host"))?;
    let local = matches!(host, "localhost" | "127.0.0.1" | "[::1]");
    if url.scheme() != "https" && !(url.scheme() == "http" && local) {
        return Err(bad("it is not https"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(ConnectError::BadUrl {
            url: "https://…".to_owned(),
            reason: "it holds a user or a password",
        });
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(bad("it has a query or a fragment"));
    }
    Ok(url.as_str().trim_end_matches('/').to_owned())
}

/// The repositories that are named: by the caller, by the policy, by the environment, by the
/// checkout; the first of these that names any.
fn repositories(
    connect: &Connect,
    origin: Option<&Origin>,
    host: &str,
) -> Result<Vec<String>, ConnectError> {
    let policy = &connect.policy;
    let named = [&connect.repositories, &policy.repositories];
    let named = named.into_iter().find(|names| !names.is_empty());
    let names = match (named, &policy.organization) {
        (Some(names), _) => names.clone(),
        (None, Some(_)) => Vec::new(),
        (None, None) => {
            let default = connect.default_repository.clone();
            let found = default.or_else(|| origin.map(|o| o.repository.clone()));
            vec![found.ok_or_else(|| ConnectError::NoRepository {
                host: host.to_owned(),
            })?]
        }
    };
    match names.iter().find(|name| !is_repository(name)) {
        Some(bad) => Err(ConnectError::BadRepository(harden_core::one_line(bad, 120))),
        None => Ok(names),
    }
}
