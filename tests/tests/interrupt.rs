//! A deadline and Ctrl-C end a run with the report of what was judged by then.
#![cfg(feature = "live")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests"
)]

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use harden_tests::{Estate, Harden, Report, peer};
use serde_json::json;

/// One test at a time: they look at the clock, and building an estate takes a core.
fn alone() -> MutexGuard<'static, ()> {
    static ALONE: Mutex<()> = Mutex::new(());
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What hangs: all of one service. What rests on the others is judged.
fn hang(estate: &Estate) {
    peer().fault(&estate.account, &json!({"kind": "hang", "service": "rds"}));
}

fn check(report: &Report, estate: &Estate, cause: &str) {
    // what was read is judged
    for (check, name) in [
        ("aws/sns-topic-public", "topic"),
        ("aws/ecs-cpu-alarm-missing", "service"),
        ("aws/alb-latency-alarm-missing", "alb"),
        ("aws/budget-exceeded", "budget"),
    ] {
        assert_eq!(
            report.verdict(check, estate.named(name)),
            Some("pass"),
            "{check}"
        );
    }
    // the rest is unknown for this reason, and never passes
    let unknown = report.with("unknown");
    assert!(unknown.len() > 5, "{}", unknown.len());
    for finding in unknown {
        assert_eq!(finding.0["unknown"]["cause"], cause, "{}", finding.0);
    }
    let databases = report
        .findings()
        .filter(|f| f.check().starts_with("aws/rds-"));
    for finding in databases {
        assert_eq!(finding.verdict(), "unknown", "{}", finding.check());
    }
    assert_eq!(report.with("fail").len(), 0);
}

#[test]
fn a_deadline() {
    let _alone = alone();
    let estate = Estate::build("good");
    hang(&estate);
    let args = [
        "audit",
        "--format",
        "json",
        "--deadline",
        "2s",
        "--as-of",
        &estate.now,
        "--record",
        "s.json",
    ];
    let done = Harden::live(&estate, args).run().exits(3);
    assert!(done.elapsed >= Duration::from_secs(2), "{:?}", done.elapsed);
    assert!(done.elapsed < Duration::from_secs(4), "{:?}", done.elapsed);
    check(&done.report(), &estate, "deadline");
    // and so is the replay of what was recorded
    let snapshot = done.path("s.json");
    let replay = [
        "audit",
        "--format",
        "json",
        "--snapshot",
        snapshot.to_str().unwrap(),
    ];
    let replay = Harden::new(replay).run().exits(3);
    assert_eq!(replay.report().without_run(), done.report().without_run());
    peer().clear_faults(&estate.account);
}

#[test]
fn ctrl_c() {
    let _alone = alone();
    let estate = Estate::build("good");
    hang(&estate);
    let args = ["audit", "--format", "json", "--as-of", &estate.now];
    let run = Harden::live(&estate, args).start();
    // once nothing but the service that hangs is asked
    let mut calls = 0;
    loop {
        std::thread::sleep(Duration::from_millis(500));
        let log = peer().log(&estate.account);
        let hung = log.iter().any(|e| e["status"].is_null());
        if hung && log.len() == calls {
            break;
        }
        calls = log.len();
        assert!(
            run.elapsed() < Duration::from_secs(30),
            "nothing hangs: {log:?}"
        );
    }
    let interrupted = Instant::now();
    run.interrupt();
    let done = run.wait().exits(3);
    let took = interrupted.elapsed();
    assert!(took < Duration::from_secs(2), "{took:?}");
    check(&done.report(), &estate, "interrupted");
    peer().clear_faults(&estate.account);
}

/// A deadline before anything was read: everything is unknown, and it ends at once.
#[test]
fn everything_hangs() {
    let _alone = alone();
    let estate = Estate::build("empty");
    peer().fault(&estate.account, &json!({"kind": "hang"}));
    let args = ["audit", "--format", "json", "--deadline", "1s"];
    let done = Harden::live(&estate, args)
        .within(Duration::from_secs(10))
        .run();
    assert!(done.elapsed < Duration::from_secs(3), "{:?}", done.elapsed);
    // who the credentials are was not told: it could not run
    assert!(matches!(done.code, 2 | 3), "{}", done.stderr);
    peer().clear_faults(&estate.account);
}

/// Ctrl-C and the signals of a CI service leave no half report: a file of before stays or is replaced as a
/// whole, and no temporary file stays.
#[test]
fn a_signal_writes_whole_files() {
    // SIGHUP is handled in the same way, but `nohup` makes programs ignore it
    for signal in ["INT", "TERM"] {
        writes_whole_files_on(signal);
    }
}

fn writes_whole_files_on(signal: &str) {
    let _alone = alone();
    let estate = Estate::build("empty");
    peer().fault(&estate.account, &json!({"kind": "hang", "service": "rds"}));
    let args = [
        "audit",
        "--quiet",
        "--output",
        "json=report.json",
        "--record",
        "s.json.zst",
    ];
    let run = Harden::live(&estate, args)
        .file("report.json", "old")
        .start();
    std::thread::sleep(Duration::from_millis(1_500));
    run.signal(signal);
    let done = run.wait();
    // what had failed before the signal counts
    assert!(
        [1, 3].contains(&done.code),
        "{}: {}",
        done.code,
        done.stderr
    );
    let word = format!("interrupted by SIG{signal}");
    assert!(done.stderr.contains(&word), "{}", done.stderr);
    let report = Report::parse(&done.text("report.json")).unwrap();
    assert!(!report.with("unknown").is_empty());
    assert_eq!(done.files(), ["report.json", "s.json.zst"]);
    zstd::decode_all(&*done.file("s.json.zst")).unwrap();
    peer().clear_faults(&estate.account);
}
