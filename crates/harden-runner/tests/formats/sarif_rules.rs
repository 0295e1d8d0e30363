//! The rules of code scanning for a file, from its documentation and its error messages, and the
//! schema of the format.

use std::collections::HashSet;
use std::process::Command;

use serde_json::Value;

fn output(program: &str, arguments: &[&str]) -> String {
    let out = Command::new(program).args(arguments).output().unwrap();
    assert!(
        out.status.success(),
        "{}",
        String::from_utf8_lossy(&out.stderr)
    );
    String::from_utf8(out.stdout).unwrap()
}

/// The official schema, from the sources of the crate `serde-sarif`, which is generated from it.
pub(crate) fn schema() -> jsonschema::Validator {
    let version = output("rustc", &["-vV"]);
    let host = version
        .lines()
        .find_map(|l| l.strip_prefix("host: "))
        .unwrap();
    // Only the packages of this platform: those of other platforms are perhaps not downloaded.
    let metadata = output(
        env!("CARGO"),
        &[
            "metadata",
            "--format-version=1",
            "--locked",
            "--filter-platform",
            host,
        ],
    );
    let metadata: Value = serde_json::from_str(&metadata).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    let package = packages
        .iter()
        .find(|p| p["name"] == "serde-sarif")
        .unwrap();
    let manifest = std::path::Path::new(package["manifest_path"].as_str().unwrap());
    let text = std::fs::read_to_string(manifest.with_file_name("src").join("schema.json")).unwrap();
    let mut schema: Value = serde_json::from_str(&text).unwrap();
    // The schema has an invalid regular expression for this field, which harden does not write.
    for owner in ["run", "toolComponent"] {
        let language = &mut schema["definitions"][owner]["properties"]["language"];
        language.as_object_mut().unwrap().remove("pattern").unwrap();
    }
    jsonschema::options()
        .should_validate_formats(true)
        .build(&schema)
        .unwrap()
}

fn text<'a>(value: &'a Value, pointer: &str) -> &'a str {
    let found = value.pointer(pointer).and_then(Value::as_str);
    found.unwrap_or_else(|| panic!("{pointer} of {value}"))
}

fn short(value: &Value, pointer: &str, max: usize) {
    let text = text(value, pointer);
    assert!(
        !text.is_empty() && text.chars().count() <= max,
        "{pointer}: {text}"
    );
}

/// Fails if a document breaks a rule of code scanning.
pub(crate) fn check(log: &Value) {
    assert_eq!(log["version"], "2.1.0");
    assert!(text(log, "/$schema").ends_with("sarif-2.1.0.json"));
    let runs = log["runs"].as_array().unwrap();
    assert!(runs.len() <= 20);
    let ids: HashSet<&str> = runs
        .iter()
        .map(|r| text(r, "/automationDetails/id"))
        .collect();
    assert_eq!(ids.len(), runs.len(), "one run for each category");
    for run in runs {
        let id = text(run, "/automationDetails/id");
        assert!(id.starts_with("harden/") && id.ends_with('/'), "{id}");
        short(run, "/tool/driver/name", 100);
        let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
        rules.iter().for_each(check_rule);
        let results = run["results"].as_array().unwrap();
        assert!(results.len() <= 5000);
        let mut fingerprints = HashSet::new();
        for result in results {
            check_result(result, rules);
            let print = text(result, "/partialFingerprints/primaryLocationLineHash");
            let (hash, n) = print.split_once(':').unwrap();
            assert!(
                hash.len() == 16 && hash.bytes().all(|b| b.is_ascii_hexdigit()),
                "{print}"
            );
            assert!(n.parse::<u32>().unwrap() > 0);
            assert!(fingerprints.insert(print), "{print} occurs twice");
        }
    }
}

fn check_rule(rule: &Value) {
    assert!(
        text(rule, "/name")
            .bytes()
            .all(|b| b.is_ascii_alphanumeric())
    );
    short(rule, "/shortDescription/text", 1024);
    short(rule, "/fullDescription/text", 1024);
    short(rule, "/help/text", 10_000);
    short(rule, "/help/markdown", 40_000);
    assert!(!text(rule, "/help/markdown").contains("Examples"));
    let properties = &rule["properties"];
    let tags = properties["tags"].as_array().unwrap();
    assert!((1..=10).contains(&tags.len()));
    match properties.get("security-severity") {
        Some(severity) => {
            let severity: f64 = severity.as_str().unwrap().parse().unwrap();
            assert!((0.1..=10.0).contains(&severity));
            assert!(tags.contains(&"security".into()));
        }
        None => assert!(
            ["error", "warning", "recommendation"].contains(&text(properties, "/problem.severity"))
        ),
    }
}

fn check_result(result: &Value, rules: &[Value]) {
    let rule = &rules[usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap()];
    assert_eq!(rule["id"], result["ruleId"]);
    assert!(["note", "warning", "error"].contains(&text(result, "/level")));
    assert_eq!(result.get("kind"), None, "kind=pass becomes an open alert");
    short(result, "/message/text", 1000);
    check_message(text(result, "/message/text"));
    assert_eq!(result["locations"].as_array().unwrap().len(), 1);
    let uri = text(result, "/locations/0/physicalLocation/artifactLocation/uri");
    assert!(
        !uri.is_empty()
            && !uri.starts_with('/')
            && uri
                .bytes()
                .all(|b| b.is_ascii_graphic() && !b"\\:<>\"".contains(&b)),
        "{uri}"
    );
    for field in ["startLine", "startColumn", "endLine", "endColumn"] {
        let region = &result["locations"][0]["physicalLocation"]["region"];
        assert!(region[field].as_u64().unwrap() >= 1);
    }
}

/// Fails if a message has a link or a control character. Each bracket must have an odd number of
/// backslashes before it.
fn check_message(message: &str) {
    let mut backslashes = 0;
    for c in message.chars() {
        assert!(!c.is_control() && c != '\u{202e}', "{message:?}");
        if matches!(c, '[' | ']') {
            assert_eq!(backslashes % 2, 1, "{message}");
        }
        backslashes = if c == '\\' { backslashes + 1 } else { 0 };
    }
}
