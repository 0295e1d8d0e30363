//! A live run and the replay of its snapshot give the same report, and so do two replays.
#![cfg(feature = "live")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests"
)]

use harden_tests::{Done, Estate, Harden, peer};

const FORMATS: [&str; 4] = ["json", "text", "markdown", "sarif"];

fn outputs() -> Vec<String> {
    FORMATS.map(|f| format!("--output={f}=report.{f}")).to_vec()
}

fn args<'a>(fixed: &'a [&'a str], outputs: &'a [String]) -> Vec<&'a str> {
    let outputs = outputs.iter().map(String::as_str);
    fixed.iter().copied().chain(outputs).collect()
}

fn same(variant: &str, what: &str, one: &Done, other: &Done) {
    assert_eq!(one.code, other.code, "{variant}, {what}: exit codes");
    for format in FORMATS {
        let name = format!("report.{format}");
        let (one, other) = (one.text(&name), other.text(&name));
        let cut = |text: &str| match text.rsplit_once("\n  \"run\": ") {
            Some((before, _)) if format == "json" => before.to_owned(),
            _ => text.to_owned(),
        };
        let (one, other) = (cut(&one), cut(&other));
        let differs = one.lines().zip(other.lines()).find(|(a, b)| a != b);
        assert!(one == other, "{variant}, {what}: {format}: {differs:#?}");
    }
}

fn replays(variant: &str) {
    let estate = Estate::build(variant);
    let outputs = outputs();
    let live = [
        "audit",
        "--quiet",
        "--as-of",
        &estate.now,
        "--record",
        "s.json.zst",
        "--sarif-partial",
        "always",
    ];
    let live = Harden::live(&estate, args(&live, &outputs)).run();
    let snapshot = live.path("s.json.zst");
    let snapshot = snapshot.to_str().unwrap();
    let fixed = [
        "audit",
        "--quiet",
        "--snapshot",
        snapshot,
        "--sarif-partial",
        "always",
    ];
    let replay = || Harden::new(args(&fixed, &outputs)).run();
    let (first, second) = (replay(), replay());
    same(variant, "live and replay", &live, &first);
    same(variant, "two replays", &first, &second);
    let report: serde_json::Value = serde_json::from_slice(&first.file("report.json")).unwrap();
    assert_eq!(report["run"]["source"], "snapshot");

    // what `snapshot` records is what `audit --record` records
    if variant == "bad" {
        let fixed = ["snapshot", "--quiet", "--as-of", &estate.now, "s.json"];
        let recorded = Harden::live(&estate, fixed).run().exits(0);
        let plain = zstd::decode_all(&*live.file("s.json.zst")).unwrap();
        let same = plain == recorded.file("s.json");
        assert!(
            same,
            "the snapshots of `audit --record` and `snapshot` differ"
        );
    }
    peer().clear_faults(&estate.account);
}

#[test]
fn good() {
    replays("good");
}

#[test]
fn bad() {
    replays("bad");
}

#[test]
fn unknowns() {
    replays("unknowns");
}

#[test]
fn hostile() {
    replays("hostile");
}

#[test]
fn empty() {
    replays("empty");
}

/// Ages count from the snapshot's own time, or from `--as-of`.
#[test]
fn the_moment_of_a_replay() {
    let estate = Estate::build("good");
    let live = [
        "audit",
        "--quiet",
        "--as-of",
        &estate.now,
        "--record",
        "s.json",
        "--format",
        "json",
    ];
    let live = Harden::live(&estate, live).run().exits(0);
    let snapshot = live.path("s.json");
    let snapshot = snapshot.to_str().unwrap();
    let replay = |more: &[&str]| {
        let fixed = [
            "audit",
            "--quiet",
            "--snapshot",
            snapshot,
            "--format",
            "json",
        ];
        Harden::new(fixed.iter().chain(more)).run()
    };
    assert_eq!(
        replay(&[]).exits(0).report().json["as_of"],
        live.report().json["as_of"]
    );
    // a year on, every backup is stale and every drill overdue
    let later = replay(&["--as-of", "2030-01-01"]).exits(1).report();
    let stale = later.verdict("aws/rds-backup-stale", estate.named("postgres"));
    assert_eq!(stale, Some("fail"));
}
