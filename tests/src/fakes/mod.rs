//! Servers that answer as GitHub, Sentry and Vercel would.
//!
//! They are our belief about the vendors, and no oracle: every request and every answer is held
//! against the vendor's own description (see [`crate::contract`]), and what a description does not
//! tell (the texts of refusals, the paging) rests on the documentation that the fake names.

pub mod github;
pub mod sentry;
pub mod vercel;

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::Request;
use axum::http::HeaderMap;
use axum::middleware::{Next, from_fn};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::contract::{Contract, Violations, watched};

/// A fake that listens on loopback until it is dropped.
#[derive(Debug)]
pub struct Served {
    /// Its base: `http://127.0.0.1:1234`.
    pub url: String,
    /// What was wrong with what it was asked and what it answered.
    pub violations: Violations,
    seen: Seen,
    task: JoinHandle<()>,
}

type Seen = Arc<Mutex<Vec<Asked>>>;

/// A request that a fake got.
#[derive(Debug, Clone)]
pub struct Asked {
    /// `GET /v2/user?teamId=x`.
    pub line: String,
    /// The headers.
    pub headers: HeaderMap,
}

impl Served {
    /// The requests so far, in order.
    ///
    /// # Panics
    /// When a test panicked while it noted one.
    #[must_use]
    pub fn asked(&self) -> Vec<Asked> {
        self.seen.lock().expect("not poisoned").clone()
    }

    /// Their lines, sorted.
    #[must_use]
    pub fn lines(&self) -> Vec<String> {
        let mut lines: Vec<_> = self.asked().into_iter().map(|a| a.line).collect();
        lines.sort();
        lines
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Serves a fake on loopback, each exchange validated by the first description that knows it.
///
/// # Panics
/// When loopback has no free port.
pub async fn serve(router: Router, contracts: Vec<Option<Contract>>) -> Served {
    let (router, violations) = watched(router, contracts);
    let seen = Seen::default();
    let log = Arc::clone(&seen);
    let router = router.layer(from_fn(move |request: Request, next: Next| {
        let asked = Asked {
            line: format!("{} {}", request.method(), request.uri()),
            headers: request.headers().clone(),
        };
        log.lock().expect("not poisoned").push(asked);
        next.run(request)
    }));
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("an address");
    let task = tokio::spawn(async move {
        axum::serve(listener, router).await.expect("it serves");
    });
    Served {
        url: format!("http://{address}"),
        violations,
        seen,
        task,
    }
}
