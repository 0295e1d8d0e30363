//! The client of a server, with the credentials of the caller.

use std::time::Duration;

use harden_collect::rest::{is_loopback, parse_base_url};
use harden_collect::{CallLimit, RetryPolicy};
use octocrab::Octocrab;
use reqwest::header::{ACCEPT, HeaderName};
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest as _, Sha256};

use super::address::host_of;
use super::api::{Api, Inner};
use super::cache::Cache;
use super::connect::Connect;
use super::error::ConnectError;
use super::quota::Quota;
use super::token::Token;

/// The version of the API.
const API_VERSION: &str = "2022-11-28";

/// The credentials, with what was read from files.
enum Credentials {
    Bearer(SecretString),
    App {
        app_id: u64,
        installation_id: u64,
        key_file: String,
        pem: Vec<u8>,
    },
}

/// The API of a server, with the credentials of the caller.
pub(super) async fn api(connect: Connect, base: &str) -> Result<Api, ConnectError> {
    let host = host_of(base).unwrap_or_default();
    let credentials = credentials(connect.token.ok_or(ConnectError::NoToken { host })?).await?;
    let is_app = matches!(credentials, Credentials::App { .. });
    // octocrab's builder cannot be sent between threads, so it must not live across an await
    let (crab, key) = client(connect.timeout, base, credentials)?;
    if is_app {
        // checked here, so that a wrong key is one error and not a gap in each listing
        crab.installation_token().await.map_err(|error| {
            let reason = match error {
                octocrab::Error::GitHub { source, .. } => {
                    format!("GitHub answered {} to its key", source.status_code.as_u16())
                }
                _ => "GitHub could not be reached".to_owned(),
            };
            ConnectError::App { reason }
        })?;
    }
    let cache = match connect.cache {
        Some(directory) => {
            let key = format!("{} {base}", key.expose_secret());
            Cache::open(directory, key.into()).await
        }
        None => None,
    };
    let leave = connect.policy.quota.leave_percent;
    let mut retry = RetryPolicy::default();
    retry.first_wait = connect.backoff;
    // each attempt can take the whole time limit, after the longest wait for a rate limit
    let attempt = connect.timeout.saturating_add(connect.patience);
    let attempts = u32::try_from(retry.attempts).unwrap_or(u32::MAX);
    retry.total_limit = attempt.saturating_mul(attempts);
    Ok(Api::new(Inner {
        crab,
        base: base.to_owned(),
        quota: Quota::new(leave, connect.patience, connect.now),
        limit: CallLimit::new(connect.in_flight),
        retry,
        cache,
    }))
}

async fn credentials(token: Token) -> Result<Credentials, ConnectError> {
    match token {
        Token::Bearer(token) => {
            let text = token.expose_secret();
            if text.is_empty() || !text.chars().all(|c| c.is_ascii_graphic()) {
                return Err(ConnectError::BadToken);
            }
            Ok(Credentials::Bearer(token))
        }
        Token::App {
            app_id,
            installation_id,
            key_file,
        } => {
            let pem = read_key(&key_file).await;
            let key_file = key_file.display().to_string();
            let pem = pem.map_err(|error| ConnectError::App {
                reason: format!("could not read its key {key_file}: {error}"),
            })?;
            Ok(Credentials::App {
                app_id,
                installation_id,
                key_file,
                pem,
            })
        }
    }
}

/// The longest key file, in bytes. An RSA key of 16,384 bits takes a tenth of it.
const MAX_KEY: u64 = 128 * 1024;

/// Reads the key of an App. A pipe or a device is refused before it is opened.
async fn read_key(path: &std::path::Path) -> std::io::Result<Vec<u8>> {
    use tokio::io::AsyncReadExt as _;

    if !tokio::fs::metadata(path).await?.is_file() {
        return Err(std::io::Error::other("it is not a regular file"));
    }
    let file = tokio::fs::File::open(path).await?;
    let mut pem = Vec::new();
    file.take(MAX_KEY).read_to_end(&mut pem).await?;
    Ok(pem)
}

/// A client with these credentials, and the secret that its cache entries are named by.
fn client(
    timeout: Duration,
    base: &str,
    credentials: Credentials,
) -> Result<(Octocrab, SecretString), ConnectError> {
    let failed = |error: &dyn std::fmt::Display| ConnectError::Client(error.to_string());
    let mut http = reqwest::Client::builder()
        .user_agent(concat!("harden/", env!("CARGO_PKG_VERSION")))
        .redirect(reqwest::redirect::Policy::none())
        .connect_timeout(timeout.min(Duration::from_secs(10)))
        .timeout(timeout);
    if parse_base_url(base).is_ok_and(|url| is_loopback(&url)) {
        // a proxy is for other machines, and would see the token
        http = http.no_proxy();
    }
    let http = http.build().map_err(|error| failed(&error))?;
    let builder = Octocrab::builder()
        .base_uri(base)
        .and_then(|builder| builder.upload_uri(base))
        .map_err(|error| failed(&error))?
        .add_header(ACCEPT, "application/vnd.github+json".to_owned())
        .add_header(
            HeaderName::from_static("x-github-api-version"),
            API_VERSION.to_owned(),
        );
    match credentials {
        Credentials::Bearer(token) => {
            let crab = builder
                .personal_token(token.clone())
                .build_with_reqwest(http);
            Ok((crab.map_err(|error| failed(&error))?, token))
        }
        Credentials::App {
            app_id,
            installation_id,
            key_file,
            pem,
        } => {
            // the tokens of an installation change every hour, so they cannot name the cache
            let pem_digest: String = Sha256::digest(&pem)
                .iter()
                .map(|byte| format!("{byte:02x}"))
                .collect();
            let key = format!("app {app_id} {installation_id} {pem_digest}");
            let crab = builder
                .app_from_rsa_pem(app_id.into(), pem)
                .map_err(|_| ConnectError::App {
                    reason: format!("{key_file} is not an RSA key in PEM form"),
                })?
                .build_with_reqwest(http)
                .and_then(|crab| crab.installation(installation_id.into()))
                .map_err(|error| failed(&error))?;
            Ok((crab, key.into()))
        }
    }
}
