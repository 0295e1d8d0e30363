//! The machine that a run is on: signals, a full disk, no home, few open files.

use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use harden_tests::{Estate, Harden, paths, peer};
use serde_json::json;

use super::ALONE;
use super::table::Table;

/// An audit of the example estate, started by a shell line that ends with the program.
fn by_shell(line: &str, folder: &Path) -> Output {
    Command::new("sh")
        .args(["-c", line, "sh"])
        .arg(paths::harden_cli())
        .env_clear()
        .env("PATH", "/usr/bin:/bin")
        .current_dir(folder)
        .output()
        .unwrap()
}

fn ends(output: &Output, codes: &[i32]) -> Result<(), String> {
    let stderr = String::from_utf8_lossy(&output.stderr);
    let code = output.status.code().unwrap_or(-1);
    if stderr.contains("panicked") || !codes.contains(&code) {
        return Err(format!("exit code {code}: {stderr:.600}"));
    }
    Ok(())
}

#[test]
fn the_machine_of_a_run() {
    let _alone = ALONE.blocking_lock();
    let mut table = Table::new("The machine");
    let folder = tempfile::tempdir().unwrap();
    let demo = "audit --demo --quiet";
    for (fault, place, line, codes) in [
        (
            "no home",
            "environment",
            format!("exec \"$1\" {demo} --format json >out.json"),
            &[1][..],
        ),
        (
            "few descriptors",
            "16",
            format!("ulimit -n 16; exec \"$1\" {demo} --format json >few.json"),
            &[1, 2, 3],
        ),
        (
            "few descriptors",
            "8",
            format!("ulimit -n 8; exec \"$1\" {demo} --format json >fewer.json"),
            &[1, 2, 3],
        ),
        (
            "full disk",
            "standard output",
            format!("exec \"$1\" {demo} --format json >/dev/full"),
            &[2],
        ),
        (
            "full disk",
            "--output",
            format!("exec \"$1\" {demo} --output json=/dev/full"),
            &[2],
        ),
        (
            "full disk",
            "--record",
            format!("ulimit -f 1; trap '' XFSZ; exec \"$1\" {demo} --record s.json >text.txt"),
            &[2],
        ),
        (
            "full disk",
            "standard error",
            format!("exec \"$1\" {demo} --format json >out2.json 2>/dev/full"),
            &[1],
        ),
    ] {
        table.add(fault, place, ends(&by_shell(&line, folder.path()), codes));
    }
    few_descriptors_of_a_live_run(&mut table);
    table.finish();
}

/// A live run with few descriptors: what cannot be connected is unknown, and nothing passes by it.
fn few_descriptors_of_a_live_run(table: &mut Table) {
    let estate = Estate::build("good");
    let whole = Harden::live(
        &estate,
        [
            "audit",
            "--quiet",
            "--format",
            "json",
            "--as-of",
            &estate.now,
        ],
    );
    let whole = whole.run().report();
    for limit in ["24", "48"] {
        let folder = tempfile::tempdir().unwrap();
        let credentials = &estate.credentials;
        let output = Command::new("sh")
            .args([
                "-c",
                &format!(
                    "ulimit -n {limit}; exec \"$1\" audit --quiet --format json --deadline 6s --as-of \"$2\""
                ),
                "sh",
            ])
            .arg(paths::harden_cli())
            .arg(&estate.now)
            .env_clear()
            .env("PATH", "/usr/bin:/bin")
            .env("AWS_ENDPOINT_URL", &estate.endpoint)
            .env("AWS_REGION", &estate.region)
            .env("AWS_ACCESS_KEY_ID", &credentials.access_key_id)
            .env("AWS_SECRET_ACCESS_KEY", &credentials.secret_access_key)
            .env("AWS_SESSION_TOKEN", &credentials.session_token)
            .env("AWS_EC2_METADATA_DISABLED", "true")
            .current_dir(folder.path())
            .output()
            .unwrap();
        let result = ends(&output, &[0, 1, 2, 3]).and_then(|()| {
            let text = String::from_utf8_lossy(&output.stdout);
            let Ok(report) = harden_tests::Report::parse(&text) else {
                return ends(&output, &[2]);
            };
            let before = whole.verdicts();
            let mut new = report.with("pass").into_iter().map(|finding| finding.key());
            let new = new.find(|key| before.get(key).is_none_or(|was| was != "pass"));
            new.map_or(Ok(()), |key| Err(format!("{key:?} passes")))
        });
        table.add("few descriptors", &format!("live, {limit}"), result);
    }
}

/// Whether SIGHUP is ignored, as under `nohup`. A program that it starts ignores it too.
fn hangup_is_ignored() -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = ignored.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    mask.is_some_and(|mask| mask & 1 == 1)
}

#[test]
fn signals() {
    let _alone = ALONE.blocking_lock();
    let mut table = Table::new("Signals");
    let estate = Estate::build("good");
    for signal in ["INT", "TERM", "HUP"] {
        if signal == "HUP" && hangup_is_ignored() {
            continue;
        }
        peer().fault(&estate.account, &json!({"kind": "hang", "service": "rds"}));
        let folder = tempfile::tempdir().unwrap();
        let credentials = &estate.credentials;
        let mut child = Command::new(paths::harden_cli())
            .args([
                "audit",
                "--quiet",
                "--output",
                "json=report.json",
                "--record",
                "s.json",
            ])
            .env_clear()
            .env("HOME", folder.path())
            .env("AWS_ENDPOINT_URL", &estate.endpoint)
            .env("AWS_REGION", &estate.region)
            .env("AWS_ACCESS_KEY_ID", &credentials.access_key_id)
            .env("AWS_SECRET_ACCESS_KEY", &credentials.secret_access_key)
            .env("AWS_SESSION_TOKEN", &credentials.session_token)
            .env("AWS_EC2_METADATA_DISABLED", "true")
            .current_dir(folder.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(Duration::from_millis(2_000));
        let pid = child.id().to_string();
        let sent = Command::new("kill")
            .args([&format!("-{signal}"), &pid])
            .status();
        assert!(sent.unwrap().success());
        let begun = Instant::now();
        while child.try_wait().unwrap().is_none() && begun.elapsed() < Duration::from_secs(10) {
            std::thread::sleep(Duration::from_millis(20));
        }
        let took = begun.elapsed();
        let _ = child.kill();
        let status = child.wait().unwrap();
        let report = std::fs::read_to_string(folder.path().join("report.json"));
        let names = std::fs::read_dir(folder.path()).unwrap();
        let left: Vec<_> = names
            .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
            .filter(|name| name.starts_with(".harden-"))
            .collect();
        let result = match report {
            _ if took > Duration::from_secs(2) => Err(format!("took {took:?}")),
            _ if !left.is_empty() => Err(format!("left {left:?}")),
            Ok(text) if text.contains("\"interrupted\"") && status.code().is_some() => Ok(()),
            Ok(_) => Err(format!("{status}, and no finding is interrupted")),
            Err(error) => Err(format!("{status}, no report: {error}")),
        };
        peer().clear_faults(&estate.account);
        table.add("signal", signal, result);
    }
    table.finish();
}
