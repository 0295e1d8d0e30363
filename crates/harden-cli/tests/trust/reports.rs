//! What a report states about itself: what was judged, and that nothing was.

use serde_json::{Value, json};

use super::*;

#[test]
fn a_report_has_the_digest_of_the_facts_that_were_judged() {
    let machine = Machine::new();
    let digest = |args: &[&str]| {
        let report = machine
            .run(&[&["audit", "-q", "--format", "json"], args].concat())
            .json();
        report["facts"]["sha256"].as_str().unwrap().to_owned()
    };
    let demo = digest(&["--demo", "--record", "estate.json"]);
    assert_eq!(demo.len(), 64);
    assert_eq!(digest(&["--snapshot", "estate.json"]), demo);
    let mut estate: Value = serde_json::from_str(&machine.text("estate.json")).unwrap();
    estate["kinds"]["aws/db-instance"]["resources"][0]["deletion_protection"] = json!("changed");
    machine.file("estate.json", &estate.to_string());
    assert_ne!(digest(&["--snapshot", "estate.json"]), demo);
}

#[test]
fn the_first_lines_state_what_was_audited() {
    let machine = Machine::new();
    let done = machine.run(&["audit", "-q", "--demo"]);
    let first: Vec<&str> = done.stdout.lines().take(4).collect();
    assert!(first[0].starts_with("audited aws: "), "{first:?}");
    assert!(
        first
            .iter()
            .any(|line| line.starts_with("audited github: ")),
        "{first:?}"
    );
    let report = machine
        .run(&["audit", "-q", "--demo", "--format", "json"])
        .json();
    let account = report["facts"]["places"]["aws"][0]["account"]
        .as_str()
        .unwrap();
    assert!(first[0].contains(account));
}

#[test]
fn a_run_that_saw_nothing_is_not_a_success() {
    let machine = Machine::new();
    machine.run(&["snapshot", "-q", "--demo", "demo.json"]);
    let demo: Value = serde_json::from_str(&machine.text("demo.json")).unwrap();
    // No account, no repository, no project.
    let mut empty = demo.clone();
    for kind in empty["kinds"].as_object_mut().unwrap().values_mut() {
        *kind = json!({"scope": [], "resources": []});
    }
    machine.file("empty.json", &empty.to_string());
    let args = ["audit", "--snapshot", "empty.json", "--format", "json"];
    let done = machine.run(&args).exits(3);
    let report = done.json();
    assert_eq!(report["summary"]["pass"], 0, "{}", report["summary"]);
    // A token that sees no project; everything else is judged as before.
    for (provider, stdout, stderr) in [
        ("sentry", "", "harden/sentry/default/ is left out"),
        (
            "vercel",
            "nothing of vercel was judged",
            "harden/vercel/default/ is left out",
        ),
    ] {
        let mut estate = demo.clone();
        for (name, kind) in estate["kinds"].as_object_mut().unwrap() {
            if name.starts_with(provider) {
                kind["resources"] = json!([]);
            }
        }
        machine.file("estate.json", &estate.to_string());
        let only = format!("{provider}/*");
        let args = [
            "audit",
            "--snapshot",
            "estate.json",
            "--only",
            &only,
            "--format",
            "json",
            "--output",
            "sarif=out.sarif",
        ];
        let done = machine.run(&args).exits(3).says(&[stderr]);
        assert!(done.stdout.contains(stdout), "{}", done.stdout);
        assert!(!machine.text("out.sarif").contains("harden/"));
        let allowed = [&args[..], &["--allow-unknown"]].concat();
        machine.run(&allowed).exits(0);
    }
}
