//! What can't work ends with exit code 2, one clear error, and what to do about it: no panic, no
//! half file, no file of somebody's destroyed, and soon.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests"
)]

use std::path::Path;
use std::time::Duration;

use harden_tests::{Done, Harden};

const SNAPSHOT: &str =
    r#"{"harden_snapshot":1,"tool":"harden","taken_at":"2026-01-15T12:00:00Z","kinds":{}}"#;

/// Runs to an error, and gives what was said.
fn fails(run: Harden) -> (String, Done) {
    let done = run.within(Duration::from_secs(10)).run().exits(2);
    let errors = done.stderr.clone();
    let count = errors.lines().filter(|l| l.starts_with("error: ")).count();
    // a file's mistakes stand below, each with its place
    let is_place = |line: &&str| line.trim_start().starts_with("--> ");
    let places = errors.lines().filter(is_place).count();
    assert_eq!(count, 1 + places, "one error: {errors}");
    assert!(errors.starts_with("error: "), "{errors}");
    for word in ["panicked", "RUST_BACKTRACE", "Error {", "Some("] {
        assert!(!errors.contains(word), "{errors}");
    }
    assert_eq!(done.stdout, "", "{errors}");
    let left: Vec<String> = done.files();
    assert!(
        left.iter().all(|name| !name.starts_with(".harden-")),
        "{left:?}"
    );
    (errors, done)
}

fn says(errors: &str, words: &[&str]) {
    for word in words {
        assert!(errors.contains(word), "`{word}` is not in:\n{errors}");
    }
}

fn audit(args: &[&str]) -> Harden {
    Harden::new(["audit", "--quiet"].iter().chain(args))
}

#[test]
fn policy_files() {
    let cases: &[(&str, &[&str])] = &[
        (
            "[aws]\nregoins = [\"us-east-2\"]\n",
            &[
                "harden.toml:2:1",
                "unknown field `regoins`",
                "did you mean `regions`?",
            ],
        ),
        (
            "[aws.backups]\nretention_days = \"seven\"\n",
            &["harden.toml:2:18", "invalid type"],
        ),
        (
            "[aws.alarms]\n\necs_cpu_percent = 0.85\n",
            &["harden.toml:3:19", "write 85 for 85 %"],
        ),
        (
            "[checks]\noff = [\"aws/rds-backup-retention-shrt\"]\n",
            &[
                "harden.toml:2:8",
                "did you mean `aws/rds-backup-retention-short`?",
            ],
        ),
        (
            "[checks.severity]\n\"aws/rds-backup-retention-short\" = \"hihg\"\n",
            &["harden.toml:2:", "did you mean `high`?"],
        ),
        ("[awss]\n", &["harden.toml:1:2", "did you mean `aws`?"]),
        ("[aws\n", &["harden.toml:1:"]),
        (
            "[[accept]]\ncheck = \"aws/rds-backup-retention-short\"\n",
            &[
                "harden.toml:1:",
                "check, resource, reason, owner and expires",
            ],
        ),
        (
            "[[aws.accounts]]\nid = \"1234\"\n",
            &["harden.toml:2:6", "12 digits"],
        ),
    ];
    for (policy, words) in cases {
        let (errors, _) = fails(audit(&["--demo"]).file("harden.toml", policy));
        says(&errors, words);
        says(&errors, &["the policy file has an error"]);
    }
    // all of them at once
    let two = "[aws]\nregoins = []\n[checks]\noff = [\"aws/nothing\"]\n";
    let (errors, _) = fails(audit(&["--demo"]).file("harden.toml", two));
    says(&errors, &["harden.toml:2:1", "harden.toml:4:8"]);

    let (errors, _) = fails(audit(&["--demo", "--policy", "missing.toml"]));
    says(&errors, &["missing.toml"]);
    let (errors, _) = fails(audit(&["--demo"]).file("harden.toml", b"\xff\xfe[aws]"));
    says(&errors, &["harden.toml"]);
    let broken = "[[attestation]]\nduty = \"restore drill\"\nno = 1\n";
    let (errors, _) = fails(audit(&["--demo"]).file("harden.attestations.toml", broken));
    says(&errors, &["harden.attestations.toml:", "help: "]);
}

fn compressed(text: &str) -> Vec<u8> {
    zstd::encode_all(text.as_bytes(), 3).unwrap()
}

#[test]
fn snapshots() {
    // long enough that zstd has something to cut off
    let kinds: String = (0..2_000)
        .map(|n| {
            format!(
                r#"{{"account":"{:012}"}},"#,
                n * 7_919_317_u64 % 1_000_000_000_000
            )
        })
        .collect();
    let listing = format!(
        r#"{{"scope":null,"gaps":[],"resources":[{}]}}"#,
        kinds.trim_end_matches(',')
    );
    let long = SNAPSHOT.replace("{}}", &format!(r#"{{"aws/account":{listing}}}}}"#));
    let newer = SNAPSHOT.replace(":1,", ":99,");
    let cut = &long.as_bytes()[..long.len() / 2];
    let cut_zst = compressed(&long);
    let cut_zst = &cut_zst[..cut_zst.len() / 2];
    let cases: Vec<(&str, Vec<u8>, &[&str])> = vec![
        ("cut.json", cut.to_vec(), &["truncated", "help: "]),
        (
            "cut.json.zst",
            cut_zst.to_vec(),
            &["damaged or incomplete", "help: "],
        ),
        (
            "newer.json",
            newer.clone().into_bytes(),
            &["format version 99", "update harden"],
        ),
        (
            "newer.json.zst",
            compressed(&newer),
            &["format version 99", "update harden"],
        ),
        ("empty.json", Vec::new(), &["the file is empty", "help: "]),
        (
            "other.json",
            br#"{"name": "x"}"#.to_vec(),
            &["not a harden snapshot", "help: "],
        ),
        (
            "list.json",
            b"[1, 2]".to_vec(),
            &["not a harden snapshot", "help: "],
        ),
        (
            "text.json",
            b"hello\n".to_vec(),
            &["not a harden snapshot", "help: "],
        ),
        (
            "binary.json",
            vec![0xff, 0, 0x9f, 7],
            &["not a harden snapshot"],
        ),
        (
            "tar.json.zst",
            compressed("ustar"),
            &["not a harden snapshot", "help: "],
        ),
    ];
    for (name, content, words) in cases {
        let run = audit(&["--snapshot", name]).file(name, &content);
        let (errors, done) = fails(run);
        says(&errors, words);
        says(&errors, &[name]);
        assert_eq!(done.file(name), content, "{name}: the snapshot was changed");
    }
    let (errors, _) = fails(audit(&["--snapshot", "missing.json"]));
    says(&errors, &["missing.json", "No such file"]);
    let (errors, _) = fails(audit(&["--snapshot", "."]));
    says(&errors, &["directory"]);
    // the one that is cut is the only thing wrong with it
    let whole = audit(&["--snapshot", "long.json.zst", "--format", "json"]);
    let whole = whole.file("long.json.zst", compressed(&long)).run();
    assert_eq!(whole.code, 3, "{}", whole.stderr);
}

#[test]
fn outputs() {
    for (output, words) in [
        (
            "json=missing/report.json",
            &["missing/report.json", "help: "][..],
        ),
        ("json=folder", &["folder", "it is a directory", "help: "]),
        (
            "json=file.txt/report.json",
            &["file.txt/report.json", "help: "],
        ),
        ("json=", &["the path is empty"]),
        ("jsn=report.json", &["`jsn` is not a format"]),
        ("report.json", &["FORMAT=PATH"]),
    ] {
        let run = audit(&["--demo", "--output", output, "--output", "sarif=kept.sarif"])
            .file("folder/x", "")
            .file("file.txt", "")
            .file("kept.sarif", "somebody's");
        let (errors, done) = fails(run);
        says(&errors, words);
        // nothing was run, so nothing is replaced
        assert_eq!(done.text("kept.sarif"), "somebody's", "{output}");
        assert!(!done.path("report.json").exists(), "{output}");
    }
    for record in ["missing/s.json.zst", "folder"] {
        let run = audit(&["--demo", "--record", record]).file("folder/x", "");
        says(&fails(run).0, &[record, "help: "]);
        let run = Harden::new(["snapshot", "--quiet", "--demo", record]).file("folder/x", "");
        says(&fails(run).0, &[record, "help: "]);
    }
}

/// A run that fails after it opened its files leaves those of before as they were.
#[test]
fn a_failure_leaves_files_alone() {
    let args = [
        "--snapshot",
        "missing.json",
        "--output",
        "json=r.json",
        "--record",
        "s.json",
    ];
    let run = audit(&args).file("r.json", "old").file("s.json", "older");
    let (_, done) = fails(run);
    assert_eq!(done.files(), ["r.json", "s.json"]);
    assert_eq!(
        (done.text("r.json"), done.text("s.json")),
        ("old".into(), "older".into())
    );
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk() {
    for format in ["text", "json", "sarif", "markdown"] {
        let run = audit(&["--demo", "--format", format]).stdout(Path::new("/dev/full"));
        let (errors, _) = fails(run);
        says(
            &errors,
            &["could not write to standard output", "No space left"],
        );
    }
}

#[test]
fn arguments() {
    for (args, words) in [
        (
            &["--demo", "--only", "aws/rds-backup-retention-shrt"][..],
            &[
                "aws/rds-backup-retention-shrt",
                "aws/rds-backup-retention-short",
            ][..],
        ),
        (&["--demo", "--skip", "nothing/*"], &["nothing/*"]),
        (
            &["--demo", "--skip", "*"],
            &["select no check", "harden-cli checks"],
        ),
        (
            &["--snapshot", "s.json", "--region", "us-east-2"],
            &["--snapshot <FILE>", "cannot be used with"],
        ),
        (
            &["--snapshot", "s.json", "--demo"],
            &["--demo", "cannot be used with"],
        ),
        (
            &["--demo", "--profile", "x"],
            &["--profile <NAME>", "cannot be used with"],
        ),
        (
            &["--demo", "--severity", "hihg"],
            &["hihg", "possible values"],
        ),
        (
            &["--demo", "--format", "html"],
            &["html", "possible values"],
        ),
        (
            &["--demo", "--as-of", "yesterday"],
            &["yesterday", "2026-01-15"],
        ),
        (&["--demo", "--deadline", "soon"], &["soon", "90s"]),
        (&["--demo", "--section", "9x"], &["9x"]),
    ] {
        let (errors, _) = fails(audit(args).file("s.json", SNAPSHOT));
        says(&errors, words);
    }
}

/// `| head` closes the pipe: no error, no panic.
#[test]
fn a_reader_that_leaves() {
    let cli = harden_tests::paths::harden_cli();
    let script = format!(
        "'{}' explain aws/rds-backup-retention-short | true; echo ${{PIPESTATUS[0]}}",
        cli.display()
    );
    let output = std::process::Command::new("bash")
        .args(["-c", &script])
        .output()
        .unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stdout), "0\n");
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
}

#[cfg(not(feature = "live"))]
#[test]
fn a_live_audit_without_live() {
    let (errors, _) = fails(audit(&[]));
    says(&errors, &["without live audits", "help: ", "cargo build"]);
}

/// Credentials, endpoints and regions that can't work.
#[cfg(feature = "live")]
mod live {
    use harden_tests::{Estate, Harden, peer};
    use serde_json::json;

    use super::{audit, fails, says};

    #[test]
    fn no_credentials() {
        let run = audit(&[]).env("AWS_REGION", "us-east-2");
        let (errors, _) = fails(run);
        says(&errors, &["credentials", "help: "]);
        let run = audit(&["--profile", "nobody"]).env("AWS_REGION", "us-east-2");
        says(&fails(run).0, &["nobody", "help: "]);
    }

    #[test]
    fn no_region() {
        let run = audit(&[])
            .env("AWS_ACCESS_KEY_ID", "x")
            .env("AWS_SECRET_ACCESS_KEY", "x");
        says(&fails(run).0, &["region", "help: "]);
    }

    #[test]
    fn an_expired_token() {
        let estate = Estate::build("empty");
        peer().fault(&estate.account, &json!({"kind": "expired-token"}));
        let run = Harden::live(&estate, ["audit", "--quiet"]);
        let (errors, _) = fails(run);
        says(&errors, &["expired", "help: "]);
        peer().clear_faults(&estate.account);
    }

    #[test]
    fn an_endpoint_that_nobody_listens_at() {
        let estate = Estate::build("empty");
        // a port that was free a moment ago
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        drop(listener);
        let endpoint = format!("http://127.0.0.1:{port}");
        let run = Harden::live(&estate, ["audit", "--quiet"]).env("AWS_ENDPOINT_URL", &endpoint);
        let (errors, _) = fails(run);
        says(
            &errors,
            &["could not reach", &endpoint, "AWS_ENDPOINT_URL", "help: "],
        );
    }

    #[test]
    fn a_region_that_is_none() {
        let estate = Estate::build("empty");
        for region in ["Ohio", "us-east", "us east 2", "us-east-2a", "../x"] {
            let run = Harden::live(&estate, ["audit", "--quiet", "--region", region]);
            says(&fails(run).0, &[region]);
        }
    }
}
