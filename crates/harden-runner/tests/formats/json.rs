//! The JSON report conforms to its schema.

use harden_runner::json;
use serde_json::{Value, json};

use crate::house::{self, BARN, BARN_BROKEN};

/// The schema without additional fields, so that a field that the schema does not describe is an error.
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
fn reports_conform_to_the_schema() {
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
fn the_schema_refuses_wrong_reports() {
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
fn the_order_of_fields_is_fixed_and_the_same_report_gives_the_same_bytes() {
    let text = json::to_string(&house::everything()).unwrap();
    let start = "{\n  \"harden_report\": 1,\n  \"tool\": {\n    \"name\": ";
    assert!(text.starts_with(start), "{text:.80}");
    assert_eq!(text, json::to_string(&house::everything()).unwrap());
}
