//! The client of a server, as the caller.

use std::time::Duration;

use octocrab::Octocrab;
use reqwest::header::{ACCEPT, HeaderName};
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::Semaphore;

use super::api::{Api, Inner};
use super::cache::Cache;
use super::connect::{Connect, host_of};
use super::error::ConnectError;
use super::quota::Quota;
use super::token::Token;

/// The version of the API that is asked for.
const API_VERSION: &str = "2022-11-28";

/// What is shown, with all that is read of files.
enum Shown {
    Bearer(SecretString),
    App {
        app_id: u64,
        installation_id: u64,
        key_file: String,
        pem: Vec<u8>,
    },
}

/// The API of a server, as the caller.
pub(super) async fn api(connect: Connect, base: &str) -> Result<Api, ConnectError> {
    let host = host_of(base).unwrap_or_default();
    let shown = shown(connect.token.ok_or(ConnectError::NoToken { host })?).await?;
    let is_app = matches!(shown, Shown::App { .. });
    // built between two waits: octocrab's builder can't go from one thread to another
    let (crab, key) = client(connect.timeout, base, shown)?;
    if is_app {
        // asked for now, so that a wrong key is told before every listing would
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
    Ok(Api::new(Inner {
        crab,
        base: base.to_owned(),
        quota: Quota::new(leave, connect.patience, connect.now),
        gate: Semaphore::new(connect.in_flight.max(1)),
        cache,
        backoff: connect.backoff,
    }))
}

async fn shown(token: Token) -> Result<Shown, ConnectError> {
    match token {
        Token::Bearer(token) => {
            let shown = token.expose_secret();
            if shown.is_empty() || !shown.chars().all(|c| c.is_ascii_graphic()) {
                return Err(ConnectError::BadToken);
            }
            Ok(Shown::Bearer(token))
        }
        Token::App {
            app_id,
            installation_id,
            key_file,
        } => {
            let pem = tokio::fs::read(&key_file).await;
            let key_file = key_file.display().to_string();
            let pem = pem.map_err(|error| ConnectError::App {
                reason: format!("can't read its key {key_file}: {error}"),
            })?;
            Ok(Shown::App {
                app_id,
                installation_id,
                key_file,
                pem,
            })
        }
    }
}

/// A client that shows it, and what tells its cache from that of others.
fn client(
    timeout: Duration,
    base: &str,
    shown: Shown,
) -> Result<(Octocrab, SecretString), ConnectError> {
    let failed = |error: &dyn std::fmt::Display| ConnectError::Client(error.to_string());
    let http = reqwest::Client::builder()
        .user_agent(concat!("harden/", env!("CARGO_PKG_VERSION")))
        .redirect(reqwest::redirect::Policy::none())
        .connect_timeout(timeout.min(Duration::from_secs(10)))
        .timeout(timeout)
        .build()
        .map_err(|error| failed(&error))?;
    let builder = Octocrab::builder()
        .base_uri(base)
        .and_then(|builder| builder.upload_uri(base))
        .map_err(|error| failed(&error))?
        .add_header(ACCEPT, "application/vnd.github+json".to_owned())
        .add_header(
            HeaderName::from_static("x-github-api-version"),
            API_VERSION.to_owned(),
        );
    match shown {
        Shown::Bearer(token) => {
            let crab = builder
                .personal_token(token.clone())
                .build_with_reqwest(http);
            Ok((crab.map_err(|error| failed(&error))?, token))
        }
        Shown::App {
            app_id,
            installation_id,
            key_file,
            pem,
        } => {
            let crab = builder
                .app_from_rsa_pem(app_id.into(), pem)
                .map_err(|_| ConnectError::App {
                    reason: format!("{key_file} holds no RSA key in PEM form"),
                })?
                .build_with_reqwest(http)
                .and_then(|crab| crab.installation(installation_id.into()))
                .map_err(|error| failed(&error))?;
            // its tokens change each hour
            let key = SecretString::from(format!("app {app_id} {installation_id}"));
            Ok((crab, key))
        }
    }
}
