//! Vercel's REST API, as far as an audit reads it.
//!
//! What its description does not tell, and the fake believes: a token that is wrong, or that does not
//! reach the team, gets 403 (`forbidden`); a project that is not there gets 404 (`not_found`), a status
//! that the description lacks; pages are asked for by `until`, which it describes for deployments only.

mod estate;

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::{Path, Query, Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde_json::{Value, json};

use super::{Served, serve};
use crate::contract::{Contract, Deviation, Otherwise, Unions};

pub use estate::{Estate, Shape, variable};

/// The operations of the API that the fake has, as reports name them.
pub const OPERATIONS: [&str; 4] = [
    "GET /v9/projects/{idOrName}",
    "GET /v10/projects/{idOrName}/env",
    "GET /v1/env",
    "GET /v6/deployments",
];

/// The token that the fake takes.
pub const TOKEN: &str = "vcp_CANARYOFSECRET0123456789token";

const NOT_FOUND: &str = "https://vercel.com/docs/rest-api/errors (not_found)";
const PAGES: &str = "https://vercel.com/docs/rest-api#pagination";

const DEVIATIONS: [Deviation; 4] = [
    deviation("/v9/projects/{idOrName}", Otherwise::Status(404), NOT_FOUND),
    deviation(
        "/v10/projects/{idOrName}/env",
        Otherwise::Status(404),
        NOT_FOUND,
    ),
    deviation(
        "/v10/projects/{idOrName}/env",
        Otherwise::Query(&["until"]),
        PAGES,
    ),
    deviation("/v1/env", Otherwise::Query(&["until"]), PAGES),
];

const fn deviation(path: &'static str, what: Otherwise, source: &'static str) -> Deviation {
    Deviation {
        method: "GET",
        path,
        what,
        source,
    }
}

type Shared = Arc<Mutex<Estate>>;

/// A fake that listens.
#[derive(Debug)]
pub struct Vercel {
    /// Where, and what it was asked.
    pub served: Served,
    /// What it has.
    pub estate: Shared,
}

impl Vercel {
    /// Serves an estate.
    ///
    /// # Panics
    /// When loopback has no free port.
    pub async fn start(estate: Estate) -> Self {
        let estate = Arc::new(Mutex::new(estate));
        let router = Router::new()
            .route("/v9/projects/{project}", get(project))
            .route("/v10/projects/{project}/env", get(variables))
            .route("/v1/env", get(shared))
            .route("/v6/deployments", get(deployments))
            .layer(from_fn_with_state(Arc::clone(&estate), gate))
            .with_state(Arc::clone(&estate));
        let contract = Contract::load("vercel-cut.json", Unions::Loose, &DEVIATIONS);
        Self {
            served: serve(router, vec![contract]).await,
            estate,
        }
    }
}

/// The operation that a path is of.
fn operation(path: &str) -> &'static str {
    match path {
        "/v1/env" => OPERATIONS[2],
        "/v6/deployments" => OPERATIONS[3],
        path if path.ends_with("/env") => OPERATIONS[1],
        _ => OPERATIONS[0],
    }
}

/// What is asked of every request, and what is done to every answer.
async fn gate(State(estate): State<Shared>, request: Request, next: Next) -> Response {
    let operation = operation(request.uri().path());
    let (team, refused, broken) = {
        let mut estate = estate.lock().unwrap();
        let refused = estate.refuse.iter().find(|(o, _)| *o == operation);
        let refused = refused.map(|(_, status)| *status);
        let broken = estate.fail_first.remove(operation);
        (estate.team.clone(), refused, broken)
    };
    let query = request.uri().query().unwrap_or_default().to_owned();
    if broken {
        return refusal(StatusCode::TOO_MANY_REQUESTS, "rate_limited", "Slow down");
    }
    if let Some(status) = refused {
        let status = StatusCode::from_u16(status).unwrap();
        return refusal(status, "forbidden", "Not authorized");
    }
    let says_team = query.split('&').any(|pair| {
        pair.split_once('=')
            .is_some_and(|(name, value)| name == "teamId" && Some(value) == team.as_deref())
    });
    if !bears(request.headers()) || (team.is_some() && !says_team) {
        return refusal(StatusCode::FORBIDDEN, "forbidden", "Not authorized");
    }
    next.run(request).await
}

fn bears(headers: &HeaderMap) -> bool {
    let given = headers.get("authorization").and_then(|v| v.to_str().ok());
    given == Some(&format!("Bearer {TOKEN}"))
}

fn refusal(status: StatusCode, code: &str, message: &str) -> Response {
    let body = json!({"error": {"code": code, "message": message}});
    (status, axum::Json(body)).into_response()
}

fn no_project() -> Response {
    refusal(StatusCode::NOT_FOUND, "not_found", "Project not found")
}

type Pairs = Query<std::collections::HashMap<String, String>>;

async fn project(State(estate): State<Shared>, Path(name): Path<String>) -> Response {
    let estate = estate.lock().unwrap();
    match estate.project(&name) {
        Some(project) => estate.answer(OPERATIONS[0], project.clone()),
        None => no_project(),
    }
}

async fn variables(
    State(estate): State<Shared>,
    Path(name): Path<String>,
    Query(query): Pairs,
) -> Response {
    let estate = estate.lock().unwrap();
    let Some(project) = estate.project(&name) else {
        return no_project();
    };
    let id = project["id"].as_str().unwrap_or_default();
    let all = estate.variables.get(id).cloned().unwrap_or_default();
    let body = match (estate.shape, &*all) {
        (Shape::One, [one]) => one.clone(),
        (Shape::Bare, _) => json!({"envs": all}),
        _ => {
            let (page, pagination) = estate.page(&all, &query);
            json!({"envs": page, "pagination": pagination})
        }
    };
    estate.answer(OPERATIONS[1], body)
}

async fn shared(State(estate): State<Shared>, Query(query): Pairs) -> Response {
    let estate = estate.lock().unwrap();
    let (page, pagination) = estate.page(&estate.shared, &query);
    estate.answer(
        OPERATIONS[2],
        json!({"data": page, "pagination": pagination}),
    )
}

async fn deployments(State(estate): State<Shared>, Query(query): Pairs) -> Response {
    let estate = estate.lock().unwrap();
    let wanted = |name: &str| query.get(name).cloned().map(Value::String);
    let matches = |deployment: &&Value| {
        Some(&deployment["projectId"]) == wanted("projectId").as_ref()
            && Some(&deployment["target"]) == wanted("target").as_ref()
            && Some(&deployment["state"]) == wanted("state").as_ref()
    };
    let mut all: Vec<Value> = estate.deployments.iter().filter(matches).cloned().collect();
    all.sort_by_key(|deployment| -deployment["created"].as_i64().unwrap_or_default());
    let limit = query.get("limit").and_then(|l| l.parse().ok());
    all.truncate(limit.unwrap_or(20));
    let pagination = json!({"count": all.len(), "next": null, "prev": null});
    estate.answer(
        OPERATIONS[3],
        json!({"deployments": all, "pagination": pagination}),
    )
}
