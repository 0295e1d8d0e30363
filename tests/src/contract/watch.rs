//! Every exchange of a fake, validated.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::Request;
use axum::http::HeaderMap;
use axum::middleware::{Next, from_fn};
use axum::response::Response;
use serde_json::Value;

use super::Contract;

/// What was wrong, over all exchanges so far. Cheap to clone; clones share the list.
#[derive(Debug, Clone, Default)]
pub struct Violations(Arc<Mutex<Vec<String>>>);

impl Violations {
    /// What was wrong.
    ///
    /// # Panics
    /// When a test panicked while it noted something.
    #[must_use]
    pub fn all(&self) -> Vec<String> {
        self.0.lock().expect("not poisoned").clone()
    }

    /// Nothing was.
    ///
    /// # Panics
    /// When something was.
    pub fn assert_none(&self) {
        let all = self.all();
        assert!(all.is_empty(), "against the contract:\n{}", all.join("\n"));
    }

    fn note(&self, wrong: Vec<String>) {
        let mut all = self.0.lock().expect("not poisoned");
        for one in wrong {
            if !all.contains(&one) {
                all.push(one);
            }
        }
    }
}

/// A fake whose requests and answers are validated against the first of the descriptions that knows
/// the operation; with none (no descriptions here) nothing is. An operation that none knows is a
/// violation.
pub fn watched(router: Router, contracts: Vec<Option<Contract>>) -> (Router, Violations) {
    let violations = Violations::default();
    let contracts: Arc<Vec<Contract>> = Arc::new(contracts.into_iter().flatten().collect());
    if contracts.is_empty() {
        return (router, violations);
    }
    let noted = violations.clone();
    let layer = from_fn(move |request: Request, next: Next| {
        let (contracts, noted) = (Arc::clone(&contracts), noted.clone());
        async move { exchange(&contracts, &noted, request, next).await }
    });
    (router.layer(layer), violations)
}

async fn exchange(
    contracts: &[Contract],
    noted: &Violations,
    request: Request,
    next: Next,
) -> Response {
    let method = request.method().to_string();
    let path = request.uri().path().to_owned();
    let query = request.uri().query().unwrap_or_default().to_owned();
    let knows = contracts.iter().find(|c| c.knows(&method, &path));
    let Some(contract) = knows.or(contracts.first()) else {
        return next.run(request).await;
    };
    let (head, body) = request.into_parts();
    let body = bytes(body).await;
    let sent = json(&head.headers, &body);
    noted.note(contract.request(&method, &path, &query, sent.as_ref()));
    let answer = next.run(Request::from_parts(head, Body::from(body))).await;
    let (head, body) = answer.into_parts();
    let body = bytes(body).await;
    let told = json(&head.headers, &body);
    let status = head.status.as_u16();
    noted.note(contract.answer(&method, &path, status, told.as_ref()));
    Response::from_parts(head, Body::from(body))
}

async fn bytes(body: Body) -> Bytes {
    // a body that breaks off on purpose is no body
    to_bytes(body, usize::MAX).await.unwrap_or_default()
}

/// A body in JSON.
fn json(headers: &HeaderMap, body: &[u8]) -> Option<Value> {
    let kind = headers.get("content-type")?.to_str().ok()?;
    let is_json = kind.contains("json") || kind.contains("vnd.github");
    is_json.then(|| serde_json::from_slice(body).ok()).flatten()
}
