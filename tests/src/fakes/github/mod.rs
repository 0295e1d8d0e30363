//! GitHub's REST API, as far as an audit reads it, and as far as remediations write to it.
//!
//! What its description does not tell, and the fake believes, with where that is known from:
//! - the texts of refusals ("Branch not protected", "Upgrade to GitHub Pro …", "Resource not
//!   accessible by personal access token" with `X-Accepted-GitHub-Permissions`): answers quoted in
//!   public issues, and docs.github.com, "Troubleshooting the REST API";
//! - 404 to who is no administrator, for classic protection: the same;
//! - 301 for a renamed repository, to `/repositories/{id}`: docs.github.com, "Best practices for
//!   using the REST API";
//! - paging by `Link`, ETags that cost no quota, limits: docs.github.com, "Using pagination in the
//!   REST API", "Rate limits for the REST API";
//! - operations that the cut of the description lacks: [`deviations`].

mod answers;
mod bodies;
mod deviations;
mod estate;
mod parts;
mod repository;
mod write;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::HeaderMap;
use axum::response::Response;
use serde_json::Value;

use super::{Served, serve};
use crate::contract::{Contract, Unions};

pub use deviations::deviations;
pub use estate::{Estate, Limits, Sarif};
pub use repository::{Environment, Repo, Ruleset, Workflow, checks, pull_request, sha};

/// The token that the fake takes.
pub const TOKEN: &str = "github_pat_CANARYOFSECRET0123456789";
/// What each secret and each variable of the fake holds: nothing may ever show it.
pub const VALUE: &str = "VVVV-never-to-be-seen-VVVV";

type Shared = Arc<Mutex<Estate>>;

/// A fake that listens.
#[derive(Debug)]
pub struct Github {
    /// Where, and what it was asked.
    pub served: Served,
    /// What it has.
    pub estate: Shared,
}

/// A request.
#[derive(Debug, Clone, Default)]
pub struct Ask {
    /// `GET`.
    pub method: String,
    /// The path, as it was sent.
    pub path: String,
    /// The query, decoded.
    pub query: BTreeMap<String, String>,
    /// The body.
    pub body: Option<Value>,
    /// The fake's own base, for the addresses that answers name.
    pub base: String,
    /// The ETag that the client has.
    pub etag: Option<String>,
    /// The token that was shown.
    pub token: Option<String>,
}

/// An answer.
#[derive(Debug, Clone)]
pub struct Reply {
    /// The status.
    pub status: u16,
    /// Headers beside the usual.
    pub headers: Vec<(&'static str, String)>,
    /// The body.
    pub body: Option<Value>,
    /// The permission that the operation needs.
    pub permission: &'static str,
}

impl Github {
    /// Serves an estate, held to GitHub's own description.
    ///
    /// # Panics
    /// When loopback has no free port.
    pub async fn start(estate: Estate) -> Self {
        // made once: its schemas take longer to build than an audit takes
        static CONTRACT: OnceLock<Option<Contract>> = OnceLock::new();
        let contract = CONTRACT
            .get_or_init(|| Contract::load("github-cut.json", Unions::Exact, &deviations()));
        Self::serve(estate, vec![contract.clone()]).await
    }

    /// Serves an estate that answers otherwise than described, on purpose.
    ///
    /// # Panics
    /// When loopback has no free port.
    pub async fn start_unwatched(estate: Estate) -> Self {
        Self::serve(estate, Vec::new()).await
    }

    async fn serve(estate: Estate, contracts: Vec<Option<Contract>>) -> Self {
        let estate = Arc::new(Mutex::new(estate));
        let router = Router::new()
            .fallback(answer)
            .with_state(Arc::clone(&estate));
        Self {
            served: serve(router, contracts).await,
            estate,
        }
    }

    /// What it has, to look at or to change.
    ///
    /// # Panics
    /// When a test panicked while it held it.
    pub fn lock(&self) -> std::sync::MutexGuard<'_, Estate> {
        self.estate.lock().expect("not poisoned")
    }
}

async fn answer(State(estate): State<Shared>, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let body = to_bytes(body, usize::MAX).await.unwrap_or_default();
    let text = |name: &str, headers: &HeaderMap| {
        let value = headers.get(name)?.to_str().ok()?;
        Some(value.to_owned())
    };
    let host = text("host", &head.headers).unwrap_or_default();
    let ask = Ask {
        method: head.method.to_string(),
        path: head.uri.path().to_owned(),
        query: pairs(head.uri.query().unwrap_or_default()),
        body: serde_json::from_slice(&body).ok(),
        base: format!("http://{host}"),
        etag: text("if-none-match", &head.headers),
        token: text("authorization", &head.headers),
    };
    let reply = estate.lock().expect("not poisoned").reply(&ask);
    let mut response = Response::builder().status(reply.status);
    for (name, value) in reply.headers {
        response = response.header(name, value);
    }
    let body = match reply.body {
        Some(body) => {
            response = response.header("content-type", "application/json; charset=utf-8");
            Body::from(body.to_string())
        }
        None => Body::empty(),
    };
    response.body(body).expect("it is a response")
}

fn pairs(query: &str) -> BTreeMap<String, String> {
    let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    pairs.map(|(k, v)| (k.to_owned(), decoded(v))).collect()
}

/// A part of a path or a query, its escapes undone.
pub(crate) fn decoded(part: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = part.as_bytes();
    while let [first, after @ ..] = rest {
        let hex = after.get(..2).and_then(|two| std::str::from_utf8(two).ok());
        match hex.and_then(|two| u8::from_str_radix(two, 16).ok()) {
            Some(byte) if *first == b'%' => {
                bytes.push(byte);
                rest = &after[2..];
            }
            _ => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
