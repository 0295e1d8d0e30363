//! Audits of recorded estates: no file is overwritten by mistake, and an incomplete audit never exits
//! with 0.
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

/// A directory with a snapshot of the example estate.
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

/// The verdicts of the checks whose ids start with `check`, each once.
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
fn reports_follow_links_and_are_written_to_devices() {
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
fn a_new_file_follows_the_umask_and_a_replaced_file_keeps_its_permissions() {
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
fn no_output_overwrites_another_or_the_snapshot() {
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
        let errors = stderr(&output);
        assert_eq!(output.status.code(), Some(2), "{args:?}: {errors}");
        assert!(errors.contains("help:"), "{args:?}: {errors}");
        assert!(output.stdout.is_empty(), "{args:?}");
    }
    assert_eq!(
        std::fs::read(folder.path().join("estate.json")).unwrap(),
        before
    );
    assert!(!folder.path().join("x").exists());
}

#[test]
fn an_audit_that_judged_nothing_does_not_exit_with_0() {
    let folder = folder();
    change(&folder, |estate| estate["kinds"] = json!({}));
    let output = audit(&folder, &[]);
    assert_eq!(output.status.code(), Some(3), "{}", stderr(&output));
    std::fs::write(folder.path().join("harden.toml"), "[checks]\noff = ['*']\n").unwrap();
    let output = run(&folder, &["audit", "--quiet", "--demo"]);
    assert_eq!(output.status.code(), Some(3), "{}", stderr(&output));
}

#[test]
fn a_provider_or_region_of_the_policy_that_the_snapshot_lacks_is_unknown() {
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

    // A region that was not recorded.
    std::fs::write(&policy, "").unwrap();
    let before = report(&folder, &["--only", "aws/rds-single-az"]);
    std::fs::write(&policy, "[aws]\nregions = ['us-east-2', 'eu-west-1']\n").unwrap();
    let after = report(&folder, &["--only", "aws/rds-single-az"]);
    let places = |report: &Value| report["gaps"].to_string().matches("eu-west-1").count();
    assert_eq!(places(&before), 0);
    assert!(places(&after) > 0, "{}", after["gaps"]);
    // One for instances and one for clusters.
    let added = after["summary"]["unknown"].as_u64().unwrap();
    assert_eq!(added, before["summary"]["unknown"].as_u64().unwrap() + 2);
}

/// The policy names another account, repository, organization or project than the snapshot contains.
/// Nothing is known about it, so the findings are unknown, for every provider.
#[test]
fn a_snapshot_of_another_estate_is_unknown() {
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
    // Listings that were read over no account know nothing about a named project.
    for provider in ["sentry", "vercel"] {
        let folder = self::folder();
        change(&folder, |estate| {
            let kinds = estate["kinds"].as_object_mut().unwrap();
            for (_, listing) in kinds.iter_mut().filter(|(k, _)| k.starts_with(provider)) {
                *listing = json!({"scope": [], "resources": []});
            }
        });
        let policy = format!("[{provider}]\nprojects = ['elsewhere']");
        std::fs::write(folder.path().join("harden.toml"), policy).unwrap();
        let report = report(&folder, &["--only", &format!("{provider}/*")]);
        assert!(
            report["summary"]["unknown"].as_u64() > Some(0),
            "{provider}"
        );
    }
    // A name that the snapshot contains adds no gap, whichever form of it the policy uses.
    change(&folder, |estate| {
        let projects = &mut estate["kinds"]["sentry/project"]["resources"];
        for project in projects.as_array_mut().unwrap() {
            project["organization_as_named"] = json!("o4510247421018112");
        }
    });
    for table in [
        "[github]\nrepositories = ['SAASPE/saaspe']",
        "[sentry]\norganization = 'o4510247421018112'",
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
fn a_listing_that_is_null_is_unknown_and_a_duplicate_listing_is_an_error() {
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
fn a_byte_order_mark_is_accepted_and_utf_16_is_an_error() {
    let folder = folder();
    let path = folder.path().join("estate.json");
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, format!("\u{feff}{text}")).unwrap();
    assert_eq!(audit(&folder, &[]).status.code(), Some(1));
    let wide: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    std::fs::write(&path, [&[0xff, 0xfe], &wide[..]].concat()).unwrap();
    assert!(stderr(&audit(&folder, &[])).contains("UTF-16"));
    std::fs::write(&path, "").unwrap();
    assert!(stderr(&audit(&folder, &[])).contains("the file is empty"));
}

#[test]
fn an_incomplete_run_is_left_out_so_that_alerts_stay_open() {
    let folder = folder();
    let sarif = |args: &[&str]| {
        let output = audit(&folder, &[args, &["--format", "sarif"]].concat());
        let log: Value = serde_json::from_slice(&output.stdout).unwrap();
        let runs = log["runs"].as_array().unwrap().iter();
        let of = |run: &Value| run["automationDetails"]["id"].as_str().unwrap().to_owned();
        (runs.map(of).collect::<Vec<_>>(), stderr(&output))
    };
    let aws = "harden/aws/default/".to_owned();
    let (all, notes) = sarif(&[]);
    assert!(all.contains(&aws), "{notes}");
    let (_, notes) = sarif(&["--only", "aws/rds-*"]);
    assert!(
        notes.contains("closes the open alerts of the others"),
        "{notes}"
    );
    // All checks of one provider are a complete upload.
    let (_, notes) = sarif(&["--only", "github/*"]);
    assert!(!notes.contains("closes"), "{notes}");

    // The subscriptions of one topic are unknown for a temporary reason.
    change(&folder, |estate| {
        let topics = &mut estate["kinds"]["aws/topic-subscriptions"]["resources"];
        topics[0]["subscriptions"] =
            json!({"$unknown": {"cause": "throttled", "message": "slow down"}});
    });
    let (remaining, notes) = sarif(&[]);
    assert!(!remaining.contains(&aws), "{remaining:?}");
    assert!(notes.contains("is left out"), "{notes}");
    // A kind that the snapshot does not contain.
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
fn an_outage_cannot_be_accepted() {
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
fn a_policy_path_that_cannot_be_read_is_an_error() {
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
fn checks_and_permissions_apply_the_policy_file() {
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
fn ignored_attestations_are_reported() {
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
