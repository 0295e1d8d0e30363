//! Sends a SARIF file to code scanning, and waits until GitHub has processed it.
//!
//! Source: docs.github.com, "REST API endpoints for code scanning", POST
//! /repos/{owner}/{repo}/code-scanning/sarifs and GET …/sarifs/{sarif_id}.

use std::io::Write as _;
use std::pin::pin;
use std::sync::OnceLock;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::write::GzEncoder;
use futures::future::{Either, select};
use harden_core::{Unknown, one_line};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::address::base_url;
use super::api::Keep;
use super::client::api;
use super::connect::Connect;
use super::error::ConnectError;
use crate::operation::{SARIF, UPLOAD_SARIF};
use crate::path::segment;
use crate::policy::is_repository;

/// What to send, and where to.
#[derive(Debug, Clone)]
pub struct Upload {
    /// `owner/repo`.
    pub repository: String,
    /// The commit that the findings are about: 40 hexadecimal digits (64 in a SHA-256 repository).
    pub commit: String,
    /// The branch, tag or pull request: `refs/heads/main`, `refs/pull/7/merge`.
    pub git_ref: String,
    /// The SARIF file.
    pub sarif: String,
    /// The root of the checkout, as a `file:` URI, where locations are absolute.
    pub checkout_uri: Option<String>,
    /// When the audit began.
    pub started_at: Option<Timestamp>,
    /// How long to wait for GitHub to process it. The state is read until then.
    pub wait: Duration,
    /// The pause between two reads of the state.
    pub every: Duration,
}

/// What became of a file that GitHub accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Processed {
    /// Its results are shown.
    Complete {
        /// The upload's id.
        id: String,
    },
    /// GitHub still processes it.
    Pending {
        /// The upload's id.
        id: String,
    },
}

/// Why a file was not accepted.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum UploadError {
    /// The API could not be used at all.
    #[error(transparent)]
    Connect(#[from] ConnectError),
    /// A part of the upload is wrong.
    #[error("{0}")]
    Bad(String),
    /// The file cannot be packed.
    #[error("could not pack the SARIF file")]
    Pack(#[from] std::io::Error),
    /// The file is too large: GitHub accepts 10 MB, packed.
    #[error("the SARIF file is too large: GitHub accepts 10 MB, packed")]
    TooLarge,
    /// Code scanning is off for the repository, or the token cannot write to it.
    #[error(
        "GitHub did not accept the SARIF file: {0}; code scanning may be off for this repository (a \
         private one needs GitHub Code Security), or the token may lack security_events=write"
    )]
    Refused(Unknown),
    /// It could not be sent.
    #[error("could not send the SARIF file: {0}")]
    Failed(Unknown),
    /// The run was cancelled before GitHub answered.
    #[error("{0}; GitHub may have received the SARIF file")]
    Cancelled(Unknown),
    /// GitHub accepted it, and found errors in it.
    #[error("GitHub could not process the SARIF file: {}", .errors.join("; "))]
    Rejected {
        /// The upload's id.
        id: String,
        /// The errors that GitHub states, one line each.
        errors: Vec<String>,
    },
}

#[derive(Deserialize)]
struct Accepted {
    id: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct State {
    processing_status: Option<String>,
    errors: Option<Vec<String>>,
}

/// Sends a SARIF file to a repository's code scanning, and waits until it is processed. Of
/// `connect` only the URL, the token, the limits and the cancellation are used. A file that GitHub
/// accepted before the cancellation is [`Processed::Pending`].
///
/// # Errors
/// When the file could not be sent, was refused, or GitHub found errors in it.
pub async fn upload(connect: Connect, upload: &Upload) -> Result<Processed, UploadError> {
    let stop = connect.stop.clone();
    let accepted = OnceLock::new();
    let sending = Box::pin(send(connect, upload, &accepted));
    match select(pin!(stop.cancelled()), sending).await {
        Either::Right((result, _)) => result,
        Either::Left((reason, _)) => match accepted.get() {
            Some(id) => Ok(Processed::Pending { id: id.clone() }),
            None => Err(UploadError::Cancelled(reason)),
        },
    }
}

async fn send(
    connect: Connect,
    upload: &Upload,
    accepted_id: &OnceLock<String>,
) -> Result<Processed, UploadError> {
    let path = check(upload)?;
    let base = base_url(&connect.api_url)?;
    let connect = Connect {
        cache: None,
        ..connect
    };
    let api = api(connect, &base).await?;
    let mut body = json!({
        "commit_sha": upload.commit,
        "ref": upload.git_ref,
        "sarif": pack(&upload.sarif)?,
        "tool_name": "harden",
    });
    if let Some(uri) = &upload.checkout_uri {
        body["checkout_uri"] = json!(uri);
    }
    if let Some(time) = upload.started_at {
        body["started_at"] = json!(time.to_string());
    }
    let accepted: Accepted =
        api.post(UPLOAD_SARIF, &path, &body)
            .await
            .map_err(|(status, failure)| match status {
                413 => UploadError::TooLarge,
                403 | 404 => UploadError::Refused(failure.unknown),
                _ => UploadError::Failed(failure.unknown),
            })?;
    let id = accepted
        .id
        .ok_or_else(|| UploadError::Failed(Unknown::missing(UPLOAD_SARIF.name, "id")))?;
    let _ = accepted_id.set(id.clone());
    let state = format!("{path}/{}", segment(&id));
    let mut waited = Duration::ZERO;
    loop {
        let answer = api.get::<State>(SARIF, &state, Keep::Nothing).await;
        let answer = answer
            .map_err(|failure| UploadError::Failed(failure.unknown))?
            .body;
        match answer.processing_status.as_deref() {
            Some("complete") => return Ok(Processed::Complete { id }),
            Some("failed") => {
                let errors = answer.errors.unwrap_or_default();
                let errors = errors.iter().map(|error| one_line(error, 500)).collect();
                return Err(UploadError::Rejected { id, errors });
            }
            Some("pending") => {}
            _ => {
                let unknown = Unknown::missing(SARIF.name, "processing_status");
                return Err(UploadError::Failed(unknown));
            }
        }
        if waited >= upload.wait {
            return Ok(Processed::Pending { id });
        }
        tokio::time::sleep(upload.every).await;
        waited += upload.every.max(Duration::from_millis(1));
    }
}

/// Checks the upload before anything is sent, and returns the path to send it to.
fn check(upload: &Upload) -> Result<String, UploadError> {
    let bad = |what: String| Err(UploadError::Bad(what));
    if !is_repository(&upload.repository) {
        let name = one_line(&upload.repository, 120);
        return bad(format!("`{name}` is not a repository: write owner/repo"));
    }
    let commit = &upload.commit;
    let hex = commit
        .bytes()
        .all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
    if !hex || !matches!(commit.len(), 40 | 64) {
        return bad(format!(
            "`{}` is not a full commit: write 40 hexadecimal digits",
            one_line(commit, 80)
        ));
    }
    let known = ["refs/heads/", "refs/tags/", "refs/pull/"];
    let named = |prefix: &&str| {
        let rest = upload.git_ref.strip_prefix(prefix);
        rest.is_some_and(|rest| !rest.is_empty())
    };
    if !known.iter().any(named) {
        return bad(format!(
            "`{}` is not a full ref: write refs/heads/…, refs/tags/… or refs/pull/…",
            one_line(&upload.git_ref, 120)
        ));
    }
    if let Err(error) = serde_json::from_str::<serde::de::IgnoredAny>(&upload.sarif) {
        return bad(format!("the SARIF file is not JSON: {error}"));
    }
    let (owner, name) = upload.repository.split_once('/').unwrap_or_default();
    Ok(format!(
        "/repos/{}/{}/code-scanning/sarifs",
        segment(owner),
        segment(name)
    ))
}

/// The file in the form that the API accepts: gzip, base64.
fn pack(sarif: &str) -> Result<String, std::io::Error> {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
    gzip.write_all(sarif.as_bytes())?;
    Ok(STANDARD.encode(gzip.finish()?))
}
