//! A server that answers as Sentry would: its own cloud with workflows, a server of one's own with
//! rules, or one with both.
//!
//! It keeps what it is sent, so that a remediation can be carried out and audited again. Every
//! exchange is held against Sentry's description (see [`deviations`] for what that does not have);
//! conditions and actions, which the description leaves open, are held against what the handlers in
//! Sentry's source take (see `typed.rs`). Paging is as docs.sentry.io/api/pagination/ has it: a
//! cursor, and `rel="next"` even on the last page.

mod answers;
pub mod deviations;
mod state;
mod typed;
mod writes;

use std::sync::{Arc, Mutex};

use axum::body::to_bytes;
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::{Json, Router};
use serde_json::{Value, json};

pub use state::{Estate, Retired, condition_ids};

use super::{Served, serve};
use crate::contract::{Contract, Unions};

/// The token that the fake takes. Whatever holds it after an audit has leaked it.
pub const TOKEN: &str = "sntryu_0d15ea5e0d15ea5e0d15ea5e0d15ea5e0d15ea5e0d15ea5e0d15ea5e";

/// A fake that listens, and what it keeps.
pub struct Sentry {
    /// The server.
    pub served: Served,
    estate: Arc<Mutex<Estate>>,
}

impl Sentry {
    /// Serves an estate, each exchange held against the description.
    pub async fn serve(estate: Estate) -> Self {
        Self::against(estate, contracts()).await
    }

    /// Serves an estate that is damaged on purpose.
    pub async fn unwatched(estate: Estate) -> Self {
        Self::against(estate, Vec::new()).await
    }

    async fn against(estate: Estate, contracts: Vec<Option<Contract>>) -> Self {
        let estate = Arc::new(Mutex::new(estate));
        let kept = Arc::clone(&estate);
        let router = Router::new().fallback(move |request: Request| {
            let kept = Arc::clone(&kept);
            async move { answer(&kept, request).await }
        });
        Self {
            served: serve(router, contracts).await,
            estate,
        }
    }

    /// Changes the estate, or looks at it.
    pub fn with<T>(&self, change: impl FnOnce(&mut Estate) -> T) -> T {
        change(&mut self.estate.lock().expect("not poisoned"))
    }
}

/// Sentry's descriptions; none where they are not at hand.
#[must_use]
pub fn contracts() -> Vec<Option<Contract>> {
    vec![
        Contract::load("sentry-cut.json", Unions::Exact, deviations::TODAY),
        Contract::load(
            "sentry-legacy-rules-cut.json",
            Unions::Exact,
            deviations::RULES,
        ),
    ]
}

#[derive(Debug)]
/// An answer in the making: a status and a document, or a list that is paged.
pub enum Told {
    /// A document.
    One(u16, Value),
    /// A list.
    List(Vec<Value>),
    /// A document whose field of this name is a list that is paged.
    ListIn(&'static str, Value),
}

/// A request, taken apart.
pub(crate) struct Sent {
    method: Method,
    /// Below `/api/0`.
    path: Vec<String>,
    query: Vec<(String, String)>,
    body: Value,
    /// As the client reached the server.
    base: String,
}

impl Sent {
    fn get(&self, name: &str) -> Option<&str> {
        let found = self.query.iter().find(|(key, _)| key == name);
        found.map(|(_, value)| value.as_str())
    }

    fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let found = self.query.iter().filter(move |(key, _)| key == name);
        found.map(|(_, value)| value.as_str())
    }
}

pub(crate) fn refusal(status: u16, detail: &str) -> Told {
    Told::One(status, json!({"detail": detail}))
}

async fn answer(estate: &Mutex<Estate>, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let bearer = head.headers.get(header::AUTHORIZATION);
    if bearer.and_then(|b| b.to_str().ok()) != Some(&format!("Bearer {TOKEN}")) {
        return respond(StatusCode::UNAUTHORIZED, json!({"detail": "Invalid token"}));
    }
    let host = head.headers.get(header::HOST);
    let host = host.and_then(|h| h.to_str().ok()).unwrap_or_default();
    let bytes = to_bytes(body, usize::MAX).await.expect("a body");
    let path = head.uri.path().strip_prefix("/api/0/").unwrap_or("?");
    let sent = Sent {
        method: head.method,
        path: path.split('/').map(unescaped).collect(),
        query: pairs(head.uri.query().unwrap_or_default()),
        body: serde_json::from_slice(&bytes).unwrap_or(Value::Null),
        base: format!("http://{host}"),
    };
    let mut estate = estate.lock().expect("not poisoned");
    let told = match sent.method {
        Method::GET => answers::read(&mut estate, &sent),
        _ => writes::write(&mut estate, &sent),
    };
    // a link has the address without a query, as the vendor's has the query as well
    let at = format!("{}{}", sent.base, head.uri.path());
    match told {
        Told::One(status, mut document) => {
            estate.damage(&sent.path, &mut document);
            let status = StatusCode::from_u16(status).expect("a status");
            respond(status, document)
        }
        Told::List(items) => {
            let (page, link) = paged(&estate, &sent, items, &at);
            let mut document = Value::Array(page);
            estate.damage(&sent.path, &mut document);
            linked(document, &link)
        }
        Told::ListIn(field, mut document) => {
            let items = document[field].as_array().cloned().unwrap_or_default();
            let (page, link) = paged(&estate, &sent, items, &at);
            document[field] = Value::Array(page);
            estate.damage(&sent.path, &mut document);
            linked(document, &link)
        }
    }
}

/// A page, and its `Link`: the next is always named, and `results` says whether it has anything.
fn paged(estate: &Estate, sent: &Sent, items: Vec<Value>, at: &str) -> (Vec<Value>, String) {
    let asked = sent.get("per_page").and_then(|n| n.parse().ok());
    let size: usize = asked.unwrap_or(100_usize).min(estate.page_size).max(1);
    let offset = sent.get("cursor").and_then(|c| c.split(':').nth(1));
    let offset: usize = offset.and_then(|o| o.parse().ok()).unwrap_or(0);
    let more = items.len() > offset + size;
    let page = items.into_iter().skip(offset).take(size).collect();
    let link = |relation: &str, offset: usize, last: u8, results: bool| {
        let cursor = format!("0:{offset}:{last}");
        format!(
            "<{at}?&cursor={cursor}>; rel=\"{relation}\"; results=\"{results}\"; cursor=\"{cursor}\""
        )
    };
    let previous = link("previous", offset.saturating_sub(size), 1, offset > 0);
    let next = if estate.without_cursor && more {
        format!("<{at}>; rel=\"next\"; results=\"true\"")
    } else {
        link("next", offset + size, 0, more)
    };
    (page, format!("{previous}, {next}"))
}

fn linked(document: Value, link: &str) -> Response {
    let mut headers = HeaderMap::new();
    headers.insert(header::LINK, HeaderValue::from_str(link).expect("a header"));
    (headers, Json(document)).into_response()
}

fn respond(status: StatusCode, document: Value) -> Response {
    if document.is_null() {
        return status.into_response();
    }
    (status, Json(document)).into_response()
}

fn pairs(query: &str) -> Vec<(String, String)> {
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    pairs
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (unescaped(name), unescaped(&value.replace('+', " ")))
        })
        .collect()
}

fn unescaped(text: &str) -> String {
    crate::contract::unescaped(text)
}
