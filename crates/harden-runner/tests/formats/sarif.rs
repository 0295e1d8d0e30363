//! The SARIF file: code scanning accepts it, and no alert closes because its state is unknown.

use std::collections::HashMap;

use harden_runner::Report;
use harden_runner::sarif::{self, Partial, Written};
use serde_json::{Value, json};

use crate::house::{self, BARN, BARN_BROKEN, WINDOWS};
use crate::sarif_rules;

fn document(report: &Report, partial: Partial) -> (Value, Written) {
    let mut out = Vec::new();
    let written = sarif::write(report, partial, &mut out).unwrap();
    let log: Value = serde_json::from_slice(&out).unwrap();
    assert_eq!(log["runs"].as_array().unwrap().len(), written.runs);
    sarif_rules::check(&log);
    (log, written)
}

fn run<'a>(log: &'a Value, id: &str) -> &'a Value {
    let runs = log["runs"].as_array().unwrap();
    let found = runs.iter().find(|r| r["automationDetails"]["id"] == id);
    found.unwrap_or_else(|| panic!("no {id}"))
}

/// The level and the message of each result of a check, by fingerprint.
fn results(run: &Value, check: &str) -> HashMap<String, (String, String)> {
    let of_check = |r: &&Value| r["ruleId"] == check;
    let string = |v: &Value| v.as_str().unwrap().to_owned();
    let all = run["results"].as_array().unwrap().iter().filter(of_check);
    all.map(|r| {
        let print = &r["partialFingerprints"]["primaryLocationLineHash"];
        (
            string(print),
            (string(&r["level"]), string(&r["message"]["text"])),
        )
    })
    .collect()
}

fn notifications(run: &Value) -> String {
    run["invocations"][0]["toolExecutionNotifications"].to_string()
}

#[test]
fn files_conform_to_the_schema_and_the_rules_of_code_scanning() {
    let schema = sarif_rules::schema();
    for report in [
        house::everything(),
        house::report(&[], "[]", 0, ""),
        house::report(&[], &house::windows_with_gap("failed"), BARN_BROKEN, ""),
    ] {
        for partial in Partial::ALL {
            let (log, _) = document(&report, partial);
            let errors: Vec<String> = schema.iter_errors(&log).map(|e| e.to_string()).collect();
            assert!(errors.is_empty(), "{errors:#?}");
            serde_json::from_value::<serde_sarif::sarif::Sarif>(log).unwrap();
        }
    }
    // The schema refuses a wrong file.
    let (mut log, _) = document(&house::everything(), Partial::Always);
    *log.pointer_mut("/runs/0/results/0/level").unwrap() = json!("critical");
    assert!(!schema.is_valid(&log));
}

#[test]
fn each_provider_and_estate_has_its_own_run() {
    let (log, written) = document(&house::everything(), Partial::Denied);
    assert_eq!(written.left_out, []);
    let barn = run(&log, "harden/barn/production/");
    let place = &barn["results"][0]["locations"][0]["physicalLocation"];
    assert_eq!(
        place["artifactLocation"]["uri"],
        "a%20barn/gates%3A%20all.yml"
    );
    assert_eq!(place["region"]["startLine"], 7);
    // two findings on one resource stay two alerts
    assert_eq!(results(barn, "barn/gate-open").len(), 2);
    let house = run(&log, "harden/house/production/");
    let place = &house["results"][0]["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "README.md");
    let rules = house["tool"]["driver"]["rules"].to_string();
    assert!(
        !rules.contains("house/window-dirty"),
        "a check that is off is no rule"
    );
    assert!(rules.contains(r#""security-severity":"8.0""#));
    assert!(
        rules.contains("Every door is locked."),
        "the summary, on one line"
    );
}

#[test]
fn an_unknown_finding_keeps_its_alert_open() {
    let doors = |state| vec![("cellar".to_owned(), state)];
    let of = |state| {
        let report = house::report(&doors(state), WINDOWS, 0, "");
        let (log, _) = document(&report, Partial::Denied);
        results(run(&log, "harden/house/default/"), "house/door-unlocked")
    };
    let (open, unknown) = (of("open"), of(""));
    assert_eq!(open.len(), 1);
    assert!(open.keys().eq(unknown.keys()), "the same fingerprint");
    assert_eq!(open.values().next().unwrap().0, "error");
    let (level, message) = unknown.values().next().unwrap();
    assert_eq!(level, "note");
    assert!(message.contains("could not be judged") && message.contains("house:ReadLock"));
    assert!(of("locked").is_empty() && of("none").is_empty());
}

#[test]
fn a_permanent_gap_is_one_note_for_each_check() {
    let report = house::report(&[], &house::windows_with_gap("denied"), 0, "");
    let (log, written) = document(&report, Partial::Denied);
    assert_eq!(written.left_out, []);
    let run = run(&log, "harden/house/default/");
    for check in ["house/window-open", "house/window-cold"] {
        let all = results(run, check);
        let notes = all
            .values()
            .filter(|(_, m)| m.starts_with("Could not be judged in full"));
        assert_eq!(notes.count(), 1, "{all:?}");
    }
    assert_eq!(run["invocations"][0]["executionSuccessful"], false);
    assert_eq!(
        notifications(run)
            .matches("could not read house/window")
            .count(),
        2
    );
}

#[test]
fn a_temporary_gap_leaves_its_run_out() {
    for cause in ["throttled", "failed", "deadline", "credentials"] {
        let report = house::report(&[], &house::windows_with_gap(cause), BARN, "");
        let (log, written) = document(&report, Partial::Denied);
        assert_eq!(written.runs, 1, "the other provider's run stays");
        assert_eq!(written.left_out[0].run, "harden/house/default/");
        assert!(written.left_out[0].reason.contains("could not list"));
        run(&log, "harden/barn/default/");
        let (log, written) = document(&report, Partial::Always);
        assert_eq!((written.runs, written.left_out.len()), (2, 0));
        let run = run(&log, "harden/house/default/");
        assert_eq!(run["invocations"][0]["executionSuccessful"], false);
    }
    let report = house::report(&[], &house::windows_with_gap("plan"), 0, "");
    let (log, written) = document(&report, Partial::Never);
    assert_eq!((written.runs, written.left_out.len()), (0, 1));
    assert_eq!(log["runs"], json!([]));
}

#[test]
fn a_check_that_could_not_run_leaves_its_run_out() {
    let report = house::report(&[], WINDOWS, BARN_BROKEN, "");
    let (_, written) = document(&report, Partial::Denied);
    assert_eq!(written.left_out[0].run, "harden/barn/default/");
    assert!(written.left_out[0].reason.contains("out of reach"));
}

#[test]
fn accepted_risks_are_counted_until_they_expire() {
    let of = |expires| {
        let policy = house::accept("house://door-*", expires);
        let report = house::report(&house::doors(3, "open"), WINDOWS, 0, &policy);
        let (log, _) = document(&report, Partial::Denied);
        let run = run(&log, "harden/house/default/");
        let counted = notifications(run).contains("accepts 3 failures");
        (results(run, "house/door-unlocked").len(), counted)
    };
    assert_eq!(of("2026-01-15"), (0, true));
    assert_eq!(of("2026-01-14"), (3, false));
}

#[test]
fn the_most_severe_results_are_kept_if_there_are_too_many() {
    let windows: Vec<String> = (0..3000)
        .map(|i| format!(r#"{{"name": "w{i}", "open": true}}"#))
        .collect();
    let windows = format!("[{}]", windows.join(","));
    let report = house::report(&house::doors(4000, "open"), &windows, 0, "");
    let (log, _) = document(&report, Partial::Denied);
    let run = run(&log, "harden/house/default/");
    assert_eq!(results(run, "house/door-unlocked").len(), 4000);
    assert_eq!(results(run, "house/window-open").len(), 1000);
    assert_eq!(results(run, "house/window-cold").len(), 0);
    assert!(notifications(run).contains("5000 results are left out"));
}

#[test]
fn the_same_report_gives_the_same_bytes() {
    let bytes = |report: &Report| {
        let mut out = Vec::new();
        sarif::write(report, Partial::Always, &mut out).unwrap();
        out
    };
    let mut later = house::everything();
    later.run.started_at = Some(later.as_of);
    later.run.duration_ms = 99;
    assert_eq!(bytes(&house::everything()), bytes(&later));
}

#[test]
fn every_mode_parses_from_its_name() {
    for partial in Partial::ALL {
        assert_eq!(partial.to_string().parse(), Ok(partial));
    }
    assert_eq!(Partial::default(), Partial::Denied);
    assert!("sometimes".parse::<Partial>().is_err());
}
