//! The validation by the vendors' descriptions finds what is wrong.
#![cfg(feature = "web")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

use axum::routing::get;
use axum::{Json, Router};
use harden_tests::contract::{Contract, Deviation, Otherwise, Unions, schema_2020_12};
use harden_tests::fakes::serve;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// A description with one of everything.
fn described() -> Value {
    json!({
        "openapi": "3.0.3",
        "paths": {
            "/things/{name}": {
                "parameters": [{"name": "name", "in": "path", "required": true, "schema": {"type": "string", "maxLength": 8}}],
                "get": {
                    "parameters": [
                        {"name": "limit", "in": "query", "schema": {"type": "integer", "maximum": 100}},
                        {"name": "kind", "in": "query", "required": true, "schema": {"type": "array", "items": {"enum": ["a", "b"], "type": "string"}}}
                    ],
                    "responses": {
                        "200": {"description": "", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/thing"},
                            "examples": {"good": {"value": {"name": "x", "size": 1}}, "bad": {"$ref": "#/components/examples/bad"}}}}},
                        "404": {"$ref": "#/components/responses/not_found"},
                        "204": {"description": ""}
                    }
                },
                "put": {
                    "requestBody": {"required": true, "content": {"application/json": {"schema": {"$ref": "#/components/schemas/thing"}}}},
                    "responses": {"2XX": {"description": ""}}
                }
            },
            "/things/all": {"get": {"responses": {"200": {"description": "", "content": {"application/json": {"schema": {"type": "array"}}}}}}},
            "/files/{path}": {"get": {
                "parameters": [{"name": "path", "in": "path", "required": true, "schema": {"type": "string"}, "x-multi-segment": true}],
                "responses": {"200": {"description": ""}}
            }}
        },
        "components": {
            "schemas": {
                "thing": {
                    "type": "object",
                    "required": ["name", "size"],
                    "properties": {
                        "name": {"type": "string", "nullable": true, "example": "shop"},
                        "size": {"type": "integer", "minimum": 0, "exclusiveMinimum": true},
                        "parent": {"$ref": "#/components/schemas/thing"}
                    }
                },
                "error": {"type": "object", "required": ["message"], "properties": {"message": {"type": "string"}}}
            },
            "responses": {"not_found": {"description": "", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/error"}}}}},
            "examples": {"bad": {"value": {"name": "x"}}}
        }
    })
}

fn contract(deviations: &[Deviation]) -> Contract {
    Contract::new("things", described(), Unions::Exact, deviations)
}

fn assert_wrong(wrong: &[String], words: &str) {
    assert!(
        wrong.iter().any(|w| w.contains(words)),
        "no `{words}` in {wrong:?}"
    );
}

#[test]
fn answers_that_break_the_schema_are_found() {
    let contract = contract(&[]);
    let wrong = |status, body: Value| contract.answer("GET", "/things/x", status, Some(&body));
    for good in [
        json!({"name": null, "size": 1}),
        json!({"name": "x", "size": 2, "parent": {"name": "y", "size": 1}}),
    ] {
        assert_eq!(wrong(200, good), [""; 0]);
    }
    assert_wrong(
        &wrong(200, json!({"name": "x"})),
        "\"size\" is a required property",
    );
    assert_wrong(&wrong(200, json!({"name": 1, "size": 1})), "at `/name`");
    assert_wrong(
        &wrong(200, json!({"name": "x", "size": 0})),
        "less than or equal to the minimum",
    );
    // through a reference of a reference
    assert_wrong(
        &wrong(200, json!({"name": "x", "size": 1, "parent": {}})),
        "at `/parent`",
    );
    assert_eq!(wrong(404, json!({"message": "no"})), [""; 0]);
    assert_wrong(
        &wrong(404, json!({"error": "no"})),
        "\"message\" is a required property",
    );
    assert_wrong(&wrong(500, json!({})), "status 500 is not described");
    assert_wrong(
        &contract.answer("GET", "/things/x", 200, None),
        "no JSON body",
    );
    assert_eq!(contract.answer("GET", "/things/x", 204, None), [""; 0]);
    // a class of status, and the path with the fewest parameters
    assert_eq!(contract.answer("PUT", "/things/x", 201, None), [""; 0]);
    assert_wrong(
        &contract.answer("GET", "/things/all", 200, Some(&json!({}))),
        "at ``",
    );
}

#[test]
fn requests_that_break_the_description_are_found() {
    let contract = contract(&[]);
    let get = |path, query| contract.request("GET", path, query, None);
    for good in ["kind=a", "kind=a&kind=b&limit=100", "kind=a,b"] {
        assert_eq!(get("/things/x", good), [""; 0], "{good}");
    }
    assert_wrong(&get("/things/x", ""), "the query's kind is missing");
    assert_wrong(&get("/things/x", "kind=c"), "the query's kind");
    assert_wrong(&get("/things/x", "kind=a&limit=101"), "the query's limit");
    assert_wrong(&get("/things/x", "kind=a&limit=many"), "the query's limit");
    assert_wrong(
        &get("/things/x", "kind=a&other=1"),
        "the query's other is not described",
    );
    assert_wrong(
        &get("/things/much%20too%20long", "kind=a"),
        "the path's name",
    );
    assert_wrong(&get("/things/x/y", "kind=a"), "is not described");
    assert_wrong(
        &contract.request("DELETE", "/things/x", "", None),
        "is not described",
    );
    assert_wrong(
        &contract.request("GET", "/things/x", "kind=a", Some(&json!({}))),
        "takes no body",
    );
    assert_wrong(
        &contract.request("PUT", "/things/x", "", None),
        "the body is missing",
    );
    let body = json!({"name": "x", "size": "big"});
    assert_wrong(
        &contract.request("PUT", "/things/x", "", Some(&body)),
        "at `/size`",
    );
    // a parameter that may have slashes
    assert_eq!(get("/files/.github/workflows/a.yml", ""), [""; 0]);
}

#[test]
fn deviations_admit_what_they_name_and_no_more() {
    let get = |what| Deviation {
        method: "GET",
        path: "/things/{name}",
        what,
        source: "a test",
    };
    let undescribed = Deviation {
        path: "/others/{id}",
        ..get(Otherwise::Undescribed)
    };
    let contract = contract(&[
        get(Otherwise::Status(410)),
        get(Otherwise::Query(&["cursor"])),
        get(Otherwise::Body(200)),
        undescribed,
    ]);
    let answer = |method, path, status| contract.answer(method, path, status, Some(&json!([])));
    assert_eq!(answer("GET", "/things/x", 410), [""; 0]);
    assert_eq!(answer("GET", "/things/x", 200), [""; 0]);
    assert_wrong(&answer("GET", "/things/x", 411), "status 411");
    assert_wrong(&answer("PUT", "/things/x", 410), "status 410");
    assert_eq!(
        contract.request("GET", "/things/x", "kind=a&cursor=1", None),
        [""; 0]
    );
    assert_wrong(
        &contract.request("GET", "/things/x", "kind=a&page=1", None),
        "page",
    );
    assert_eq!(answer("GET", "/others/7", 418), [""; 0]);
    assert!(contract.knows("GET", "/others/7") && !contract.knows("PUT", "/others/7"));
    assert_wrong(&answer("PUT", "/others/7", 200), "is not described");
}

#[test]
fn schemas_of_openapi_mean_the_same_in_2020_12() {
    let exact = |schema| schema_2020_12(&schema, Unions::Exact);
    // a property may have the name of a keyword
    let named = json!({"properties": {"example": {"type": "string", "example": 1}, "nullable": {"type": "boolean"}}});
    assert_eq!(
        exact(named),
        json!({"properties": {"example": {"type": "string"}, "nullable": {"type": "boolean"}}})
    );
    // nullable holds with an enum, with a reference, and beside other keywords; a reference's
    // neighbours do not count
    for schema in [
        json!({"type": "string", "enum": ["a"], "nullable": true}),
        json!({"nullable": true, "allOf": [{"type": "string"}]}),
    ] {
        let schema = exact(schema);
        assert!(jsonschema::is_valid(&schema, &Value::Null), "{schema}");
        assert!(jsonschema::is_valid(&schema, &json!("a")), "{schema}");
        assert!(!jsonschema::is_valid(&schema, &json!(1)), "{schema}");
    }
    let reference = json!({"$ref": "#/x", "type": "string", "description": "y"});
    assert_eq!(exact(reference), json!({"$ref": "#/x"}));
    assert!(!jsonschema::is_valid(
        &exact(json!({"oneOf": []})),
        &json!("a")
    ));
    // one alternative within another
    let union = json!({"oneOf": [{"required": ["envs"]}, {"required": ["envs", "pagination"]}]});
    let both = json!({"envs": [], "pagination": {}});
    assert!(!jsonschema::is_valid(&exact(union.clone()), &both));
    assert!(jsonschema::is_valid(
        &schema_2020_12(&union, Unions::Loose),
        &both
    ));
}

#[test]
fn examples_are_found_with_what_is_wrong_with_them() {
    let examples = contract(&[]).examples();
    let found: Vec<_> = examples
        .iter()
        .map(|(name, wrong)| (&**name, wrong.len()))
        .collect();
    let at = "GET /things/{name} 200 application/json";
    assert_eq!(
        found,
        [(&*format!("{at} bad"), 1), (&*format!("{at} good"), 0)]
    );
}

/// Some of GitHub's own examples break GitHub's own schema: to serve the examples is no test. Pinned,
/// so that a new description is looked at.
#[test]
fn githubs_own_examples_break_githubs_own_schema() {
    let Some(github) = Contract::load("github-cut.json", Unions::Exact, &[]) else {
        return;
    };
    let examples = github.examples();
    let broken: Vec<&str> = examples
        .iter()
        .filter(|(_, wrong)| !wrong.is_empty())
        .map(|(name, _)| &**name)
        .collect();
    assert_eq!(
        broken,
        [
            "GET /repos/{owner}/{repo} 200 application/json default-response",
            "GET /repos/{owner}/{repo}/actions/runs/{run_id}/jobs 200 application/json default",
            "GET /repos/{owner}/{repo}/branches/{branch}/protection 200 application/json default",
            "GET /repos/{owner}/{repo}/rulesets 200 application/json default",
        ],
        "of {}: {examples:#?}",
        examples.len()
    );
    assert!(examples.len() > 38, "{}", examples.len());
}

/// The descriptions are read whole: each schema of each operation builds.
#[test]
fn every_description_builds() {
    for (file, unions) in [
        ("github-cut.json", Unions::Exact),
        ("sentry-cut.json", Unions::Exact),
        ("sentry-legacy-rules-cut.json", Unions::Exact),
        ("vercel-cut.json", Unions::Loose),
    ] {
        if let Some(contract) = Contract::load(file, unions, &[]) {
            assert!(contract.build() >= 7, "{file}");
        }
    }
}

#[tokio::test]
async fn a_fake_that_answers_otherwise_is_found_out() {
    let router = Router::new()
        .route("/things/all", get(|| async { Json(json!({"no": "list"})) }))
        .route("/unknown", get(|| async { "" }));
    let fake = serve(router, vec![None, Some(contract(&[]))]).await;
    fake.violations.assert_none();
    for path in ["/things/all?x=1", "/things/all", "/unknown"] {
        ask(&fake.url, path).await;
    }
    let all = fake.violations.all();
    assert_wrong(&all, "the query's x is not described");
    assert_wrong(&all, "is not of type \"array\"");
    assert_wrong(&all, "GET /unknown is not described");
    assert_eq!(all.len(), 3, "each once: {all:?}");
    assert_eq!(fake.asked()[0].line, "GET /things/all?x=1");
}

/// One request, and no more of the answer than that it came.
async fn ask(url: &str, path: &str) {
    let mut stream = TcpStream::connect(url.strip_prefix("http://").unwrap())
        .await
        .unwrap();
    let request = format!("GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
}
