//! Audits over recorded estates, as somebody would run them in a hurry: nothing is written over,
//! and nothing that was not read looks clean.
#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests"
)]

use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::Path;
use std::process::{Command, Output};

use serde_json::{Value, json};
use tempfile::TempDir;

/// A folder with the example estate on record.
fn folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let record = ["snapshot", "--demo", "--quiet", "estate.json"];
    let output = run(&folder, &record);
    assert!(
        folder.path().join("estate.json").is_file(),
        "{}",
        stderr(&output)
    );
    folder
}

fn run(folder: &TempDir, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_harden-cli"))
        .args(args)
        .env_clear()
        .current_dir(folder.path())
        .output()
        .unwrap()
}

fn audit(folder: &TempDir, args: &[&str]) -> Output {
    let all = [&["audit", "--quiet", "--snapshot", "estate.json"], args].concat();
    run(folder, &all)
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn read(path: &Path) -> Value {
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

fn change(folder: &TempDir, change: impl FnOnce(&mut Value)) {
    let path = folder.path().join("estate.json");
    let mut estate = read(&path);
    change(&mut estate);
    std::fs::write(path, estate.to_string()).unwrap();
}

/// The verdicts of a report that start with a check's id, each once.
fn verdicts(report: &Value, check: &str) -> Vec<String> {
    let findings = report["findings"].as_array().unwrap().iter();
    let of_check = findings.filter(|one| one["check"].as_str().unwrap().starts_with(check));
    let mut all: Vec<_> = of_check
        .map(|one| one["verdict"].as_str().unwrap().to_owned())
        .collect();
    all.sort();
    all.dedup();
    all
}

fn report(folder: &TempDir, args: &[&str]) -> Value {
    let output = audit(folder, &[args, &["--format", "json"]].concat());
    serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", stderr(&output)))
}

#[test]
fn reports_go_where_links_lead_and_leave_what_is_no_file() {
    let folder = folder();
    let path = |name: &str| folder.path().join(name);
    std::fs::write(path("real.json"), "old").unwrap();
    symlink("real.json", path("link.json")).unwrap();
    audit(&folder, &["--output", "json=link.json"]);
    assert!(path("link.json").is_symlink());
    assert!(read(&path("real.json"))["findings"].is_array());

    let output = audit(&folder, &["--output", "json=/dev/stdout"]);
    assert!(Path::new("/dev/stdout").is_symlink());
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(
        text.starts_with("{\n") || text.starts_with("{\""),
        "{}",
        stderr(&output)
    );

    symlink("nowhere/x.json", path("lost.json")).unwrap();
    let output = audit(&folder, &["--output", "json=lost.json"]);
    assert_eq!(output.status.code(), Some(2), "{}", stderr(&output));
}

#[test]
fn the_umask_counts_and_a_file_stays_as_open_as_it_was() {
    let folder = folder();
    let script = format!(
        "umask 077; {} audit -q --snapshot estate.json --output json=a.json",
        env!("CARGO_BIN_EXE_harden-cli")
    );
    let mut shell = Command::new("sh");
    let status = shell
        .args(["-c", &script])
        .current_dir(folder.path())
        .status();
    assert_eq!(status.unwrap().code(), Some(1));
    let mode = |name: &str| {
        let found = folder.path().join(name).metadata().unwrap();
        found.permissions().mode() & 0o777
    };
    assert_eq!(mode("a.json"), 0o600);
    let open = std::fs::Permissions::from_mode(0o644);
    std::fs::set_permissions(folder.path().join("a.json"), open).unwrap();
    audit(&folder, &["--output", "json=a.json"]);
    assert_eq!(mode("a.json"), 0o644);
}

#[test]
fn nothing_is_written_over() {
    let folder = folder();
    let before = std::fs::read(folder.path().join("estate.json")).unwrap();
    for args in [
        &["--output", "json=x", "--output", "sarif=./x"][..],
        &["--output", "json=-", "--output", "sarif=-"],
        &["--output", "json=x", "--record", "x"],
        &["--record", "estate.json"],
        &["--output", "json=estate.json"],
        &["--record", "-"],
    ] {
        let output = audit(&folder, args);
        let told = stderr(&output);
        assert_eq!(output.status.code(), Some(2), "{args:?}: {told}");
        assert!(told.contains("help:"), "{args:?}: {told}");
        assert!(output.stdout.is_empty(), "{args:?}");
    }
    assert_eq!(
        std::fs::read(folder.path().join("estate.json")).unwrap(),
        before
    );
    assert!(!folder.path().join("x").exists());
}

#[test]
fn nothing_read_is_not_clean() {
    let folder = folder();
    change(&folder, |estate| estate["kinds"] = json!({}));
    let output = audit(&folder, &[]);
    assert_eq!(output.status.code(), Some(3), "{}", stderr(&output));
    std::fs::write(folder.path().join("harden.toml"), "[checks]\noff = ['*']\n").unwrap();
    let output = run(&folder, &["audit", "--quiet", "--demo"]);
    assert_eq!(output.status.code(), Some(3), "{}", stderr(&output));
}

#[test]
fn what_the_policy_asks_for_and_the_snapshot_lacks_is_unknown() {
    let folder = folder();
    let policy = folder.path().join("harden.toml");
    let sentry_gone = |kinds: &mut Value| {
        let kinds = kinds["kinds"].as_object_mut().unwrap();
        kinds.retain(|kind, _| !kind.starts_with("sentry/"));
    };
    change(&folder, sentry_gone);
    assert_eq!(verdicts(&report(&folder, &[]), "sentry/"), [""; 0]);
    std::fs::write(&policy, "[sentry]\norganization = 'acme'\n").unwrap();
    assert_eq!(verdicts(&report(&folder, &[]), "sentry/"), ["unknown"]);

    // another region than those that were recorded
    std::fs::write(&policy, "").unwrap();
    let before = report(&folder, &["--only", "aws/rds-single-az"]);
    std::fs::write(&policy, "[aws]\nregions = ['us-east-2', 'eu-west-1']\n").unwrap();
    let after = report(&folder, &["--only", "aws/rds-single-az"]);
    let places = |report: &Value| report["gaps"].to_string().matches("eu-west-1").count();
    assert_eq!(places(&before), 0);
    assert!(places(&after) > 0, "{}", after["gaps"]);
    // of instances and of clusters
    let added = after["summary"]["unknown"].as_u64().unwrap();
    assert_eq!(added, before["summary"]["unknown"].as_u64().unwrap() + 2);
}

/// A policy that names what a snapshot does not hold: another repository, another organization or
/// another project, for every provider. Nothing of it is known, so nothing passes.
#[test]
fn a_snapshot_of_something_else_never_looks_clean() {
    let folder = folder();
    let policy = folder.path().join("harden.toml");
    let unknown_in = |place: &str, only: &str| {
        let report = report(&folder, &["--only", only]);
        let gaps = report["gaps"].as_array().unwrap().clone();
        let count = gaps.iter().filter(|gap| gap.to_string().contains(place));
        (
            count.count(),
            report["summary"]["unknown"].as_u64().unwrap(),
        )
    };
    for (table, place, only) in [
        (
            "[aws]\n[[aws.accounts]]\nid = '999999999999'",
            "999999999999",
            "aws/rds-*",
        ),
        (
            "[github]\nrepositories = ['acme/other']",
            "acme/other",
            "github/*",
        ),
        (
            "[github.organization]\nname = 'elsewhere'",
            "elsewhere/*",
            "github/*",
        ),
        (
            "[sentry]\norganization = 'elsewhere'",
            "elsewhere",
            "sentry/*",
        ),
        (
            "[sentry]\nprojects = ['elsewhere']",
            "elsewhere",
            "sentry/*",
        ),
        ("[vercel]\nteam = 'elsewhere'", "elsewhere", "vercel/*"),
        (
            "[vercel]\nprojects = ['elsewhere']",
            "elsewhere",
            "vercel/*",
        ),
    ] {
        std::fs::write(&policy, "").unwrap();
        let (before, unknown_before) = unknown_in(place, only);
        std::fs::write(&policy, table).unwrap();
        let (after, unknown_after) = unknown_in(place, only);
        assert_eq!(before, 0, "{table}");
        assert!(after > 0, "{table}");
        assert!(unknown_after > unknown_before, "{table}");
    }
    // what is named and is there changes nothing
    for table in [
        "[github]\nrepositories = ['SAASPE/saaspe']",
        "[sentry]\norganization = 'saaspe'\nprojects = ['saaspe-web']",
        "[vercel]\nprojects = ['saaspe-web']",
    ] {
        std::fs::write(&policy, table).unwrap();
        let gaps = report(&folder, &[])["gaps"].to_string();
        std::fs::write(&policy, "").unwrap();
        assert_eq!(gaps, report(&folder, &[])["gaps"].to_string(), "{table}");
    }
}

#[test]
fn a_listing_that_is_null_or_stands_twice_is_no_empty_one() {
    let folder = folder();
    change(&folder, |estate| {
        estate["kinds"]["aws/db-instance"]["resources"] = Value::Null;
        estate["kinds"]["aws/db-instance"]
            .as_object_mut()
            .unwrap()
            .remove("gaps");
    });
    let report = report(&folder, &["--only", "aws/rds-publicly-accessible"]);
    assert_eq!(verdicts(&report, "aws/"), ["unknown"]);

    let path = folder.path().join("estate.json");
    let twice = std::fs::read_to_string(&path).unwrap();
    let twice = twice.replacen(
        "\"kinds\":{",
        "\"kinds\":{\"aws/budget\":{\"resources\":[]},",
        1,
    );
    std::fs::write(&path, twice).unwrap();
    let output = audit(&folder, &[]);
    assert_eq!(output.status.code(), Some(2));
    assert!(
        stderr(&output).contains("it has the kind aws/budget twice"),
        "{}",
        stderr(&output)
    );
}

#[test]
fn texts_of_other_editors() {
    let folder = folder();
    let path = folder.path().join("estate.json");
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, format!("\u{feff}{text}")).unwrap();
    assert_eq!(audit(&folder, &[]).status.code(), Some(1));
    let wide: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    std::fs::write(&path, [&[0xff, 0xfe], &wide[..]].concat()).unwrap();
    assert!(stderr(&audit(&folder, &[])).contains("UTF-16"));
    std::fs::write(&path, "").unwrap();
    assert!(stderr(&audit(&folder, &[])).contains("it is empty"));
}

#[test]
fn alerts_are_not_closed_by_what_was_not_read() {
    let folder = folder();
    let sarif = |args: &[&str]| {
        let output = audit(&folder, &[args, &["--format", "sarif"]].concat());
        let log: Value = serde_json::from_slice(&output.stdout).unwrap();
        let runs = log["runs"].as_array().unwrap().iter();
        let of = |run: &Value| run["automationDetails"]["id"].as_str().unwrap().to_owned();
        (runs.map(of).collect::<Vec<_>>(), stderr(&output))
    };
    let aws = "harden/aws/default/".to_owned();
    let (whole, told) = sarif(&[]);
    assert!(whole.contains(&aws), "{told}");
    let (_, told) = sarif(&["--only", "aws/rds-*"]);
    assert!(
        told.contains("closes the open alerts of the others"),
        "{told}"
    );
    // all of a provider's checks are a whole upload of its own
    let (_, told) = sarif(&["--only", "github/*"]);
    assert!(!told.contains("closes"), "{told}");

    // the subscriptions of one topic, for a reason that may pass
    change(&folder, |estate| {
        let topics = &mut estate["kinds"]["aws/topic-subscriptions"]["resources"];
        topics[0]["subscriptions"] =
            json!({"$unknown": {"cause": "throttled", "message": "slow down"}});
    });
    let (left, told) = sarif(&[]);
    assert!(!left.contains(&aws), "{left:?}");
    assert!(told.contains("is left out"), "{told}");
    // a kind that the snapshot does not hold
    let folder = self::folder();
    change(&folder, |estate| {
        estate["kinds"]
            .as_object_mut()
            .unwrap()
            .remove("aws/db-instance");
    });
    let output = audit(&folder, &["--format", "sarif"]);
    assert!(
        stderr(&output).contains("run harden/aws/default/ is left out"),
        "{}",
        stderr(&output)
    );
}

#[test]
fn an_outage_is_no_accepted_risk() {
    let folder = folder();
    let accept = "[[accept]]\ncheck = 'aws/rds-*'\nresource = '*'\nreason = 'known'\nowner = 'ops'\n\
                  expires = '2099-01-01'\n";
    std::fs::write(folder.path().join("harden.toml"), accept).unwrap();
    let code = |cause: &str| {
        change(&folder, |estate| {
            estate["kinds"]["aws/db-instance"] = json!({"resources": [], "gaps": [{
                "account": "*", "region": "*", "unknown": {"cause": cause, "message": "no"}}]});
        });
        let only = ["--only", "aws/rds-publicly-accessible"];
        audit(&folder, &only).status.code()
    };
    assert_eq!(code("denied"), Some(0));
    assert_eq!(code("throttled"), Some(3));
    assert_eq!(code("not-recorded"), Some(3));
}

#[test]
fn a_policy_that_is_no_file_is_an_error() {
    let folder = folder();
    let path = folder.path().join("harden.toml");
    std::fs::create_dir(&path).unwrap();
    assert_eq!(audit(&folder, &[]).status.code(), Some(2));
    std::fs::remove_dir(&path).unwrap();
    symlink("nowhere.toml", &path).unwrap();
    let output = audit(&folder, &[]);
    assert_eq!(output.status.code(), Some(2));
    assert!(
        stderr(&output).contains("harden.toml"),
        "{}",
        stderr(&output)
    );
}

#[test]
fn lists_follow_the_policy_as_audits_do() {
    let folder = folder();
    let policy =
        "[checks]\noff = ['aws/rds-*']\n[checks.severity]\n'aws/budget-missing' = 'critical'\n";
    std::fs::write(folder.path().join("harden.toml"), policy).unwrap();
    let text = |args: &[&str]| String::from_utf8(run(&folder, args).stdout).unwrap();
    let critical = text(&["checks", "--severity", "critical"]);
    assert!(critical.contains("aws/budget-missing"), "{critical}");
    assert!(text(&["checks", "--only", "aws/rds-single-az"]).contains("(off)"));
    assert!(!text(&["permissions"]).contains("rds:DescribeDBSnapshotAttributes"));
    let output = run(&folder, &["permissions", "--skip", "*"]);
    assert_eq!(output.status.code(), Some(2), "{}", stderr(&output));
}

#[test]
fn attestations_that_are_not_read_are_told() {
    let folder = folder();
    let text = "[[attestation]]\nduty = 'restore-drill'\nresource = 'x'\non = '2026-01-02'\n\
                by = 'ops'\nseen = 'rows'\n";
    std::fs::write(folder.path().join("harden.attestations.toml"), text).unwrap();
    let output = audit(&folder, &[]);
    assert!(
        stderr(&output).contains("is not read"),
        "{}",
        stderr(&output)
    );
}
