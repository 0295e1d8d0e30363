//! SARIF of audited estates holds to the schema, to what code scanning asks, and to `sarif.md`.
//!
//! The schema and the rules are those that harden-runner's own tests hold a made-up estate to.
#![cfg(feature = "live")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests"
)]

#[path = "../../crates/harden-runner/tests/formats/sarif_rules.rs"]
mod sarif_rules;

use harden_tests::{Done, Estate, Harden, Report, peer};
use serde_json::{Value, json};

const POLICY: &str = "# what this repository asks of its estate\n\n[estate]\nname = \"production\"\n\n[aws]\nregions = [\"us-east-2\"]\n";

/// Audits inside of a checkout with a policy file, as CI does.
fn audit(estate: &Estate, more: &[&str]) -> (Done, Report) {
    let args = [
        "audit",
        "--quiet",
        "--as-of",
        &estate.now,
        "--output",
        "sarif=out.sarif",
        "--output",
        "json=out.json",
        // the recurring duties are a run of their own
        "--skip",
        "ops/*",
    ];
    let done = Harden::live(estate, args.iter().chain(more))
        .file(".git/HEAD", "ref: refs/heads/main\n")
        .file("harden.toml", POLICY)
        .run();
    let report = Report::parse(&done.text("out.json")).unwrap();
    (done, report)
}

fn held(variant: &str, done: &Done) -> Value {
    let text = done.text("out.sarif");
    assert!(text.len() < 10_000_000, "{variant}: {} bytes", text.len());
    // HARDEN_KEEP_SARIF names a folder that keeps them, for a validator outside
    if let Some(folder) = std::env::var_os("HARDEN_KEEP_SARIF") {
        let folder = std::path::PathBuf::from(folder);
        std::fs::write(folder.join(format!("{variant}.sarif")), &text).unwrap();
    }
    let log: Value = serde_json::from_str(&text).unwrap();
    let errors: Vec<String> = sarif_rules::schema()
        .iter_errors(&log)
        .map(|error| format!("{error} at {}", error.instance_path()))
        .collect();
    assert_eq!(errors, Vec::<String>::new(), "{variant}");
    sarif_rules::check(&log);
    // each result stands at a line of a file that the checkout has
    for result in results(&log) {
        let place = &result["locations"][0]["physicalLocation"];
        let file = done.text(place["artifactLocation"]["uri"].as_str().unwrap());
        let line = usize::try_from(place["region"]["startLine"].as_u64().unwrap()).unwrap();
        let line = file.lines().nth(line - 1);
        assert_eq!(line, Some("[aws]"), "{variant}: {place}");
    }
    log
}

fn results(log: &Value) -> impl Iterator<Item = &Value> {
    let runs = log["runs"].as_array().unwrap();
    runs.iter()
        .flat_map(|run| run["results"].as_array().unwrap())
}

fn levels(log: &Value, level: &str) -> usize {
    results(log).filter(|r| r["level"] == level).count()
}

#[test]
fn bad() {
    let estate = Estate::build("bad");
    let (done, report) = audit(&estate, &[]);
    let log = held("bad", &done);
    // failures, all of them and nothing else
    assert_eq!(results(&log).count(), report.with("fail").len());
    assert_eq!(
        log["runs"][0]["automationDetails"]["id"],
        "harden/aws/production/"
    );
    let rules = log["runs"][0]["tool"]["driver"]["rules"]
        .as_array()
        .unwrap();
    let ran = report.json["checks"].as_array().unwrap().iter();
    assert_eq!(rules.len(), ran.filter(|c| c["state"] == "ran").count());
    for finding in report.with("fail") {
        let found = results(&log).any(|result| {
            result["ruleId"] == finding.check()
                && result["message"]
                    .to_string()
                    .contains(&*escaped(finding.resource()))
        });
        assert!(found, "{} on {}", finding.check(), finding.resource());
    }
    // fingerprints are of what is wrong, not of when it was seen
    let prints = |log: &Value| -> Vec<Value> {
        results(log)
            .map(|r| r["partialFingerprints"].clone())
            .collect()
    };
    let (again, _) = audit(&estate, &[]);
    let again: Value = serde_json::from_str(&again.text("out.sarif")).unwrap();
    assert_eq!(prints(&again), prints(&log));
}

/// Text as it stands inside of a JSON string.
fn escaped(text: &str) -> String {
    let quoted = Value::from(text).to_string();
    quoted.trim_matches('"').to_owned()
}

#[test]
fn good_and_empty() {
    let (done, _) = audit(&Estate::build("good"), &[]);
    let log = held("good", &done);
    assert_eq!(results(&log).count(), 0);
    assert_eq!(log["runs"].as_array().unwrap().len(), 1, "alerts close");

    let (done, _) = audit(&Estate::build("empty"), &[]);
    let log = held("empty", &done);
    assert_eq!(results(&log).count(), 2);
    assert_eq!(
        results(&log).next().unwrap()["ruleId"],
        "aws/budget-missing"
    );
}

/// What stands denied is told: the run is there, with notes, and says that it is not whole.
#[test]
fn unknowns() {
    let estate = Estate::build("unknowns");
    let (done, _) = audit(&estate, &[]);
    let log = held("unknowns", &done);
    assert!(levels(&log, "note") > 0);
    assert_eq!(levels(&log, "error") + levels(&log, "warning"), 0);
    let invocation = &log["runs"][0]["invocations"][0];
    assert_eq!(invocation["executionSuccessful"], false);
    assert!(
        !invocation["toolExecutionNotifications"]
            .as_array()
            .unwrap()
            .is_empty()
    );

    let (never, _) = audit(&estate, &["--sarif-partial", "never"]);
    let log: Value = serde_json::from_str(&never.text("out.sarif")).unwrap();
    assert_eq!(log["runs"].as_array().unwrap().len(), 0);
    assert!(never.stderr.contains("left out"), "{}", never.stderr);
    peer().clear_faults(&estate.account);
}

/// What may pass (here a deadline) must close no alert: the run is left out, and that is said.
#[test]
fn a_passing_failure() {
    let estate = Estate::build("bad");
    peer().fault(&estate.account, &json!({"kind": "hang", "service": "rds"}));
    let (done, report) = audit(&estate, &["--deadline", "2s"]);
    let unknown = report.with("unknown");
    assert!(unknown.iter().any(|f| f.check().starts_with("aws/rds-")));
    let log: Value = serde_json::from_str(&done.text("out.sarif")).unwrap();
    let runs = log["runs"].as_array().unwrap();
    assert_eq!(runs.len(), 0, "the run is left out");
    let told = "harden/aws/production/ is left out";
    assert!(done.stderr.contains(told), "{}", done.stderr);

    let (always, _) = audit(&estate, &["--deadline", "2s", "--sarif-partial", "always"]);
    let log = held("partial", &always);
    assert_eq!(log["runs"].as_array().unwrap().len(), 1);
    peer().clear_faults(&estate.account);
}
