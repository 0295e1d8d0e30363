//! The JSON holds to its schema.

use harden_runner::json;
use serde_json::{Value, json};

use crate::house::{self, BARN, BARN_BROKEN};

/// The schema without its promise that new fields may come: every field that is written is
/// described.
fn strict() -> jsonschema::Validator {
    fn close(schema: &mut Value) {
        if let Some(object) = schema.as_object_mut() {
            let described = object.contains_key("type") && object.contains_key("properties");
            if described {
                object.insert("additionalProperties".to_owned(), json!(false));
            }
            object.values_mut().for_each(close);
        } else if let Some(all) = schema.as_array_mut() {
            all.iter_mut().for_each(close);
        }
    }
    let mut schema: Value = serde_json::from_str(json::SCHEMA).unwrap();
    close(&mut schema);
    jsonschema::options()
        .should_validate_formats(true)
        .build(&schema)
        .unwrap()
}

fn document(report: &harden_runner::Report) -> Value {
    serde_json::from_str(&json::to_string(report).unwrap()).unwrap()
}

#[test]
fn reports_hold_to_the_schema() {
    let schema = strict();
    let mut timed = house::everything();
    timed.run.started_at = Some(timed.as_of);
    timed.run.calls.insert("house:ListDoors".to_owned(), 3);
    for report in [
        timed,
        house::report(&[], "[]", 0, ""),
        house::report(&[], &house::windows_with_gap("throttled"), BARN_BROKEN, ""),
    ] {
        let document = document(&report);
        let errors: Vec<String> = schema
            .iter_errors(&document)
            .map(|e| format!("{e} at {}", e.instance_path()))
            .collect();
        assert!(errors.is_empty(), "{errors:#?}");
    }
}

#[test]
fn the_schema_refuses_what_is_wrong() {
    let schema = strict();
    let good = document(&house::report(&house::doors(1, "open"), "[]", BARN, ""));
    assert!(schema.is_valid(&good));
    for (pointer, value) in [
        ("/harden_report", json!(2)),
        ("/as_of", json!("yesterday")),
        ("/findings/0/verdict", json!("maybe")),
        ("/findings/0/severity", json!("worst")),
        ("/findings/0/verdict", json!("unknown")),
        ("/findings/0/resource", json!(null)),
        ("/summary/fail", json!(-1)),
        ("/tool", json!({"name": "x", "version": "1", "more": true})),
    ] {
        let mut bad = good.clone();
        *bad.pointer_mut(pointer).expect(pointer) = value;
        assert!(!schema.is_valid(&bad), "{pointer}");
    }
}

#[test]
fn fields_are_in_their_order_and_bytes_are_the_same() {
    let text = json::to_string(&house::everything()).unwrap();
    let start = "{\n  \"harden_report\": 1,\n  \"tool\": {\n    \"name\": ";
    assert!(text.starts_with(start), "{text:.80}");
    assert_eq!(text, json::to_string(&house::everything()).unwrap());
}

/// The crate carries its schema, and `docs` has a copy for readers.
#[test]
fn the_schema_in_docs_is_that_of_the_crate() {
    let docs = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../docs/schema/report-1.schema.json"
    );
    if std::env::var_os("HARDEN_BLESS").is_some() {
        std::fs::write(docs, harden_runner::json::SCHEMA).unwrap();
    }
    assert!(
        std::fs::read_to_string(docs).unwrap() == harden_runner::json::SCHEMA,
        "HARDEN_BLESS=1 cargo test copies the schema to docs/schema"
    );
}
