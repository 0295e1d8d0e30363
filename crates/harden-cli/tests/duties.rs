//! `attest`, `duties` and `checklist`, as a user runs them.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

fn run(folder: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_harden-cli"))
        .args(args)
        .current_dir(folder)
        .env_remove("HARDEN_LOG")
        .output()
        .unwrap()
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

const FILE: &str = "harden.attestations.toml";

#[test]
fn an_attested_duty_is_done_until_the_end_of_its_period() {
    let folder = tempfile::tempdir().unwrap();
    let attest = [
        "attest",
        "cost-review",
        "--by",
        "ops",
        "--note",
        "no change",
    ];
    let first = run(
        folder.path(),
        &[&attest[..], &["--on", "2026-01-10"]].concat(),
    );
    assert_eq!(first.status.code(), Some(0), "{}", stderr(&first));
    let duties = |as_of: &str| {
        let output = run(
            folder.path(),
            &["duties", "--format", "json", "--as-of", as_of],
        );
        let list: Vec<Value> = serde_json::from_str(&stdout(&output)).unwrap();
        list.into_iter()
            .find(|one| one["duty"] == "cost-review")
            .unwrap()
    };
    let on_the_last_day = duties("2026-02-10T23:00:00Z");
    assert_eq!(on_the_last_day["state"], "done", "{on_the_last_day}");
    assert_eq!(on_the_last_day["due_by"], "2026-02-10");
    assert_eq!(duties("2026-02-11T01:00:00Z")["state"], "overdue");

    let text = stdout(&run(folder.path(), &["duties"]));
    assert!(
        text.lines().all(|line| line.chars().count() <= 120),
        "{text}"
    );
    let calendar = stdout(&run(folder.path(), &["duties", "--format", "ical"]));
    assert!(calendar.starts_with("BEGIN:VCALENDAR\r\n"), "{calendar}");
    assert!(
        calendar.contains("RRULE:FREQ=DAILY;INTERVAL=31"),
        "{calendar}"
    );
    assert!(calendar.contains("DTSTART;VALUE=DATE:"), "{calendar}");
}

#[test]
fn an_invalid_attestation_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(FILE);
    let before = "# ours\n[[attestation]]\nduty = 'cost-review'\non = '2026-01-02'\nby = 'ops'\nnote = 'x'\n";
    std::fs::write(&path, before).unwrap();
    let base = ["attest", "cost-review", "--by", "ops", "--note", "n"];
    for (args, expected) in [
        (["--on", "2999-01-01"], "in the future"),
        (["--on", "2026-02-30"], "write it as 2026-01-15"),
        (["--link", "ftp://x"], "not an http or https address"),
        (["--attestations", "missing/x.toml"], "could not write"),
    ] {
        let output = run(folder.path(), &[&base[..], &args].concat());
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        assert!(
            stderr(&output).contains(expected),
            "{args:?}: {}",
            stderr(&output)
        );
    }
    let unknown = run(
        folder.path(),
        &["attest", "cost-revue", "--by", "ops", "--note", "n"],
    );
    assert_eq!(unknown.status.code(), Some(2));
    assert!(
        stderr(&unknown).contains("cost-review"),
        "{}",
        stderr(&unknown)
    );
    assert_eq!(std::fs::read_to_string(&path).unwrap(), before);

    std::fs::write(&path, "[[attestation]]\nduty = 'x'\n").unwrap();
    let output = run(folder.path(), &base);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("attestations file has an error"));
    assert_eq!(
        std::fs::read_to_string(&path).unwrap(),
        "[[attestation]]\nduty = 'x'\n"
    );
}

#[test]
fn the_checklist_of_a_report_is_that_of_its_audit() {
    let folder = tempfile::tempdir().unwrap();
    let report = folder.path().join("report.json");
    let written = run(
        folder.path(),
        &["audit", "--demo", "-q", "--format", "json"],
    );
    std::fs::write(&report, &written.stdout).unwrap();
    let of = |args: &[&str]| run(folder.path(), &[&["checklist", "-q"], args].concat());
    for format in ["text", "markdown", "json"] {
        let live = of(&["--demo", "--format", format]);
        let saved = of(&["--report", "report.json", "--format", format]);
        assert_eq!(live.status.code(), Some(1), "{}", stderr(&live));
        assert_eq!(stdout(&live), stdout(&saved), "{format}");
        assert_eq!(live.status.code(), saved.status.code());
    }
    let list: Value = serde_json::from_str(&stdout(&of(&["--demo", "--format", "json"]))).unwrap();
    let schema = include_str!("../../../docs/schema/checklist-1.schema.json");
    let schema = jsonschema::validator_for(&serde_json::from_str(schema).unwrap()).unwrap();
    let errors: Vec<_> = schema.iter_errors(&list).map(|e| e.to_string()).collect();
    assert!(errors.is_empty(), "{errors:?}");
    let items = list["items"].as_array().unwrap();
    assert_eq!(items.len(), 19);
    let state = |text: &str| {
        let item = items
            .iter()
            .find(|i| i["item"].as_str().unwrap().contains(text));
        item.unwrap()["state"].clone()
    };
    assert_eq!(
        state("Weekly"),
        "open",
        "the history of alarms is 12 days old"
    );
    assert_eq!(state("Slack"), "not-applicable");
}

#[test]
fn a_file_that_is_not_a_report_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("v2.json"), r#"{"harden_report": 2}"#).unwrap();
    std::fs::write(folder.path().join("not.json"), "hello").unwrap();
    for (file, expected) in [
        ("v2.json", "has version 2 of the format"),
        ("not.json", "not a JSON report of harden"),
        ("missing.json", "could not read missing.json"),
    ] {
        let output = run(folder.path(), &["checklist", "--report", file]);
        assert_eq!(output.status.code(), Some(2), "{file}");
        assert!(stderr(&output).contains(expected), "{}", stderr(&output));
        assert!(output.stdout.is_empty());
    }
}
