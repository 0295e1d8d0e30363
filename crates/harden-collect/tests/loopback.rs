//! The client against a real server.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use harden_collect::Operation;
use harden_collect::rest::{Client, Options, RestError, SetupError, Vendor};
use harden_core::{CancellationToken, Cause, Facts, StopHandle, Unknown};
use secrecy::SecretString;
use serde_json::{Value, json};
use tokio::net::TcpListener;

const TOKEN: &str = "secret-Token-0123456789abcdef";
const THING: Operation = Operation::new("GET /things/{name}", "things:read");

const VENDOR: Vendor = Vendor {
    message: |body| body["detail"].as_str(),
    reset_header: Some("x-ratelimit-reset"),
    is_transient: |refusal| refusal.status == 410 && refusal.header("x-brownout").is_some(),
    is_plan_limit: |refusal| refusal.status == 403 && refusal.mentions("upgrade"),
};

/// A server whose answers are a function of the number of the request; it keeps what it was asked.
struct Server {
    base: String,
    seen: Arc<Mutex<Vec<(String, HeaderMap)>>>,
}

impl Server {
    async fn start(answer: impl Fn(usize, &Request) -> Response + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let seen: Arc<Mutex<Vec<(String, HeaderMap)>>> = Arc::default();
        let (log, count, answer) = (Arc::clone(&seen), AtomicUsize::new(0), Arc::new(answer));
        let count = Arc::new(count);
        let app = Router::new().fallback(move |request: Request| {
            let (log, count, answer) = (Arc::clone(&log), Arc::clone(&count), Arc::clone(&answer));
            async move {
                let line = format!("{} {}", request.method(), request.uri());
                log.lock().unwrap().push((line, request.headers().clone()));
                answer(count.fetch_add(1, Ordering::SeqCst), &request)
            }
        });
        tokio::spawn(async move { axum::serve(listener, app).await });
        Self { base, seen }
    }

    fn options(&self) -> Options {
        let mut options = Options::new(&*self.base, SecretString::from(TOKEN), VENDOR);
        options.retry.first_wait = Duration::from_millis(1);
        options
    }

    fn client(&self) -> Client {
        Client::new(self.options()).unwrap()
    }

    fn lines(&self) -> Vec<String> {
        let seen = self.seen.lock().unwrap();
        seen.iter().map(|(line, _)| line.clone()).collect()
    }
}

fn facts(stop: CancellationToken) -> Facts {
    Facts::builder().cancellation(stop).build()
}

async fn ask(client: &Client) -> Result<Value, RestError> {
    let facts = facts(CancellationToken::never());
    let answer = client
        .get(&facts, THING, &["a/b"], &[("page", "1 2")])
        .await;
    assert_eq!(
        facts.calls()[THING.name()],
        1,
        "counted once, however many attempts"
    );
    answer.map(|answer| answer.body)
}

fn refusal(status: u16, detail: &str) -> Response {
    let status = StatusCode::from_u16(status).unwrap();
    (status, axum::Json(json!({"detail": detail}))).into_response()
}

fn ok() -> Response {
    axum::Json(json!({"ok": true})).into_response()
}

#[tokio::test]
async fn a_call_carries_the_token_and_says_who_asks() {
    let server = Server::start(|_, _| {
        let link = r#"</things?cursor=0:1:0>; rel="next"; results="true""#;
        ([("link", link), ("x-more", "7")], axum::Json(json!([1]))).into_response()
    })
    .await;
    let facts = facts(CancellationToken::never());
    let answer = server
        .client()
        .get::<Vec<u32>>(&facts, THING, &["a/b"], &[("q", "x&y")])
        .await;
    let answer = answer.unwrap();
    assert_eq!(answer.body, [1]);
    assert_eq!(answer.header("X-More"), Some("7"));
    let next = answer.link("next").unwrap();
    assert_eq!(next.query("cursor").as_deref(), Some("0:1:0"));
    assert!(answer.link("previous").is_none());
    assert_eq!(server.lines(), ["GET /things/a%2Fb?q=x%26y"]);
    let (_, headers) = server.seen.lock().unwrap()[0].clone();
    assert_eq!(headers["authorization"], format!("Bearer {TOKEN}"));
    assert!(
        headers["user-agent"]
            .to_str()
            .unwrap()
            .starts_with("harden/")
    );
}

#[tokio::test]
async fn refusals_are_told_apart_and_are_not_repeated() {
    for (status, wanted, cause) in [
        (400, "Failed", Cause::Failed),
        (401, "Credentials", Cause::Credentials),
        (402, "Plan", Cause::Plan),
        (403, "Denied", Cause::Denied),
        (404, "NotFound", Cause::Denied),
        (410, "Gone", Cause::Plan),
        (501, "Failed", Cause::Failed),
    ] {
        let server = Server::start(move |_, _| refusal(status, "no \u{1b}[31m way")).await;
        let error = ask(&server.client()).await.unwrap_err();
        assert!(
            format!("{error:?}").starts_with(wanted),
            "{status}: {error:?}"
        );
        assert_eq!(error.refusal().unwrap().status, status);
        assert_eq!(server.lines().len(), 1, "{status}");
        let unknown = Unknown::from(error);
        assert_eq!(unknown.cause, cause, "{status}");
        assert_eq!(unknown.action.as_deref(), Some("things:read"));
        assert!(unknown.message.contains("no \\u{1b}[31m way"), "{unknown}");
        assert!(unknown.message.contains(THING.name()), "{unknown}");
    }
    let server = Server::start(|_, _| refusal(403, "Upgrade to the big plan")).await;
    let error = ask(&server.client()).await.unwrap_err();
    assert!(matches!(error, RestError::Plan(_)), "{error:?}");
}

#[tokio::test]
async fn what_may_pass_is_tried_again() {
    for status in [429, 500, 502, 503, 504] {
        let server = Server::start(move |n, _| if n < 2 { refusal(status, "soon") } else { ok() });
        let server = server.await;
        assert_eq!(
            ask(&server.client()).await.unwrap(),
            json!({"ok": true}),
            "{status}"
        );
        assert_eq!(server.lines().len(), 3, "{status}");
    }
    // a brown-out that the vendor's header tells from an endpoint that is retired
    let server = Server::start(|n, _| {
        if n == 0 {
            ([("x-brownout", "1")], refusal(410, "gone")).into_response()
        } else {
            ok()
        }
    })
    .await;
    ask(&server.client()).await.unwrap();
}

#[tokio::test]
async fn attempts_come_to_an_end_with_what_was_said_last() {
    let server = Server::start(|_, _| refusal(429, "slow down")).await;
    let error = ask(&server.client()).await.unwrap_err();
    assert!(matches!(error, RestError::Throttled(_)), "{error:?}");
    assert_eq!(server.lines().len(), 4);
    let server = Server::start(|_, _| refusal(503, "down")).await;
    let error = ask(&server.client()).await.unwrap_err();
    assert_eq!(Unknown::from(error).cause, Cause::Failed);
}

#[tokio::test]
async fn a_wait_that_the_vendor_asks_for_is_kept() {
    let server = Server::start(|n, _| {
        if n == 0 {
            ([("retry-after", "1")], refusal(429, "slow down")).into_response()
        } else {
            ok()
        }
    })
    .await;
    let client = server.client();
    let early = tokio::time::timeout(Duration::from_millis(700), ask(&client)).await;
    assert!(early.is_err(), "asked again before the second was over");
    assert_eq!(server.lines().len(), 1);
    // a wait over the limit of the call is not begun
    let hour = Server::start(|_, _| {
        ([("retry-after", "3600")], refusal(429, "slow down")).into_response()
    })
    .await;
    let error = ask(&hour.client()).await.unwrap_err();
    assert!(matches!(error, RestError::Throttled(_)), "{error:?}");
    assert_eq!(hour.lines().len(), 1);
}

#[tokio::test]
async fn a_server_that_hangs_or_breaks_off_is_no_answer() {
    let hangs = Server::start(|_, _| {
        let body = futures::stream::pending::<Result<Vec<u8>, std::io::Error>>();
        Response::new(Body::from_stream(body))
    })
    .await;
    let mut options = hangs.options();
    options.attempt_timeout = Duration::from_millis(50);
    options.retry.attempts = 2;
    let error = ask(&Client::new(options).unwrap()).await.unwrap_err();
    assert!(matches!(error, RestError::Timeout { .. }), "{error:?}");
    assert_eq!(hangs.lines().len(), 2);
    let mut options = hangs.options();
    options.retry.total_limit = Duration::from_millis(50);
    let error = ask(&Client::new(options).unwrap()).await.unwrap_err();
    assert!(matches!(error, RestError::Timeout { .. }), "{error:?}");

    let breaks = Server::start(|_, _| {
        let parts = [
            Ok(b"{\"ok\"".to_vec()),
            Err(std::io::Error::other("broken")),
        ];
        Response::new(Body::from_stream(futures::stream::iter(parts)))
    })
    .await;
    let error = ask(&breaks.client()).await.unwrap_err();
    assert!(matches!(error, RestError::Unreachable { .. }), "{error:?}");
    assert_eq!(breaks.lines().len(), 4);
    // nobody listens there
    let free = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mut options = breaks.options();
    options.base_url = format!("http://{}", free.local_addr().unwrap());
    drop(free);
    let error = ask(&Client::new(options).unwrap()).await.unwrap_err();
    assert!(matches!(error, RestError::Unreachable { .. }), "{error:?}");
}

#[tokio::test]
async fn answers_that_are_too_long_or_no_json_are_errors() {
    let server = Server::start(|_, _| "\"secret value\"".into_response()).await;
    let mut options = server.options();
    options.max_body_bytes = 4;
    let error = ask(&Client::new(options).unwrap()).await.unwrap_err();
    assert!(
        matches!(error, RestError::TooLarge { limit: 4, .. }),
        "{error:?}"
    );
    let facts = facts(CancellationToken::never());
    let answer = server.client().get::<u32>(&facts, THING, &["a"], &[]).await;
    let error = answer.unwrap_err();
    assert!(
        matches!(error, RestError::Decode { line: 1, .. }),
        "{error:?}"
    );
    assert!(
        !format!("{error} {error:?}").contains("secret"),
        "{error:?}"
    );
}

#[tokio::test]
async fn the_token_does_not_follow_a_redirect_to_another_host() {
    let other = Server::start(|_, _| ok()).await;
    let to = format!("{}/stolen", other.base);
    let server = Server::start(move |_, request| match request.uri().path() {
        "/things/away" => (StatusCode::FOUND, [("location", &*to)]).into_response(),
        "/things/round" => (StatusCode::FOUND, [("location", "/things/round")]).into_response(),
        "/things/old" => {
            (StatusCode::MOVED_PERMANENTLY, [("location", "/things/new")]).into_response()
        }
        _ => ok(),
    })
    .await;
    let (client, facts) = (server.client(), facts(CancellationToken::never()));
    let get = |name: &'static str| {
        let (client, facts) = (client.clone(), facts.clone());
        async move { client.get::<Value>(&facts, THING, &[name], &[]).await }
    };
    let error = get("away").await.unwrap_err();
    assert!(matches!(error, RestError::Redirected { .. }), "{error:?}");
    assert_eq!(other.lines(), [""; 0]);
    let error = get("round").await.unwrap_err();
    assert!(matches!(error, RestError::Redirected { .. }), "{error:?}");
    // within the host it does, and a renamed project is read
    get("old").await.unwrap();
    let (_, headers) = server.seen.lock().unwrap().last().unwrap().clone();
    assert_eq!(headers["authorization"], format!("Bearer {TOKEN}"));
}

#[tokio::test]
async fn a_run_that_ends_ends_its_calls_and_begins_no_more() {
    let server = Server::start(|_, _| {
        let body = futures::stream::pending::<Result<Vec<u8>, std::io::Error>>();
        Response::new(Body::from_stream(body))
    })
    .await;
    let (stopper, stop) = StopHandle::new();
    let (client, facts) = (server.client(), facts(stop));
    let asked = client.get::<Value>(&facts, THING, &["a"], &[]);
    let ended = async {
        tokio::time::sleep(Duration::from_millis(50)).await;
        stopper.stop(Unknown::new(Cause::Deadline, "the deadline passed"));
    };
    let (answer, ()) = futures::future::join(asked, ended).await;
    let unknown = Unknown::from(answer.unwrap_err());
    assert_eq!(unknown.cause, Cause::Deadline);
    assert_eq!(unknown.action.as_deref(), Some("things:read"));
    let count = server.lines().len();
    client
        .get::<Value>(&facts, THING, &["b"], &[])
        .await
        .unwrap_err();
    assert_eq!(
        (server.lines().len(), facts.calls()[THING.name()]),
        (count, 1)
    );
}

#[tokio::test]
async fn no_more_calls_are_in_flight_than_allowed() {
    let (now, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let (n, m) = (Arc::clone(&now), Arc::clone(&most));
    let server = Server::start(move |_, _| {
        m.fetch_max(n.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
        let n = Arc::clone(&n);
        let body = futures::stream::once(async move {
            tokio::time::sleep(Duration::from_millis(20)).await;
            n.fetch_sub(1, Ordering::SeqCst);
            Ok::<_, std::io::Error>(b"1".to_vec())
        });
        Response::new(Body::from_stream(body))
    })
    .await;
    let mut options = server.options();
    options.in_flight = 3;
    let (client, facts) = (
        Client::new(options).unwrap(),
        facts(CancellationToken::never()),
    );
    let calls = (0..12).map(|_| client.get::<u32>(&facts, THING, &["a"], &[]));
    for answer in futures::future::join_all(calls).await {
        answer.unwrap();
    }
    assert_eq!(most.load(Ordering::SeqCst), 3);
    assert_eq!(facts.calls()[THING.name()], 12);
}

#[tokio::test]
async fn the_token_is_nowhere_but_in_the_header() {
    let server = Server::start(|_, _| refusal(403, &format!("the token {TOKEN} may not"))).await;
    let client = server.client();
    let error = ask(&client).await.unwrap_err();
    let shown = format!(
        "{error} {error:?} {client:?} {:?} {:?}",
        server.options(),
        Unknown::from(error.clone())
    );
    assert!(!shown.contains(TOKEN), "{shown}");
    assert!(shown.contains("the token [redacted] may not"), "{shown}");
}

#[test]
fn what_is_no_token_or_no_place_for_one_is_refused() {
    let new = |base: &str, token: &str| {
        Client::new(Options::new(base, SecretString::from(token), VENDOR)).unwrap_err()
    };
    for token in ["", "  ", "new\nline"] {
        assert!(
            matches!(new("https://a.example", token), SetupError::Token),
            "{token:?}"
        );
    }
    let plain = new("http://sentry.example", TOKEN);
    assert!(
        plain.to_string().contains("sentry.example in the clear"),
        "{plain}"
    );
    let user = new("https://me:password@a.example", TOKEN);
    assert!(!format!("{user} {user:?}").contains("password@"), "{user}");
}
