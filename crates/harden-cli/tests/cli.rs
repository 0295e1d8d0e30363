//! The output of the commands that need no account: help texts, lists and pages, and that they match.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests"
)]

use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

fn in_folder(folder: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_harden-cli"))
        .args(args)
        .env_clear()
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .current_dir(folder)
        .output()
        .unwrap()
}

fn harden(args: &[&str]) -> Output {
    in_folder(tempfile::tempdir().unwrap().path(), args)
}

fn stdout(args: &[&str]) -> String {
    let output = harden(args);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{args:?}: {errors}");
    String::from_utf8(output.stdout).unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn parse(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", stderr(output)))
}

fn json(args: &[&str]) -> Value {
    serde_json::from_str(&stdout(args)).unwrap()
}

fn ids() -> Vec<String> {
    let list = json(&["checks", "--format", "json"]);
    let ids = list.as_array().unwrap().iter();
    ids.map(|c| c["id"].as_str().unwrap().to_owned()).collect()
}

const COMMANDS: [&str; 8] = [
    "audit",
    "snapshot",
    "checks",
    "explain",
    "permissions",
    "init",
    "completions",
    "man",
];

#[test]
fn every_command_has_help_with_examples() {
    let help = stdout(&["--help"]);
    assert!(help.contains("First steps:") && help.contains("Exit codes: 0"));
    for command in COMMANDS {
        assert!(help.contains(&format!("\n  {command} ")), "{command}");
        let help = stdout(&[command, "--help"]);
        assert!(help.contains("Usage: harden-cli"), "{command}");
        let examples = help.split_once("Examples:").map(|(_, examples)| examples);
        let count = examples.map_or(0, |e| e.matches("harden-cli ").count());
        assert!(count >= 1, "{command} has no examples:\n{help}");
        for line in help.lines() {
            assert!(line.chars().count() <= 100, "{command}: {line}");
        }
    }
}

/// Every option has a description.
#[test]
fn options_are_described() {
    for command in COMMANDS {
        let help = stdout(&[command, "--help"]);
        let lines = help.lines().take_while(|line| *line != "Examples:");
        let lines: Vec<&str> = lines.collect();
        for (i, line) in lines.iter().enumerate() {
            let option = line.trim_start();
            let is_option = option.starts_with("--") || option.starts_with("-q,");
            if !is_option {
                continue;
            }
            let below = lines
                .get(i + 1)
                .is_some_and(|l| l.starts_with("          "));
            assert!(option.contains("  ") || below, "{command}: {line}");
        }
    }
}

/// The program accepts the examples of its help texts.
#[test]
fn examples_in_help_texts_are_valid() {
    let (ids, mut seen) = (ids(), 0);
    let pages = COMMANDS.map(|command| stdout(&[command, "--help"]));
    for help in std::iter::once(stdout(&["--help"])).chain(pages) {
        for line in help.lines() {
            let Some(command) = line.strip_prefix("  harden-cli ") else {
                continue;
            };
            // Two spaces separate a command from its comment.
            let command = command.split("  ").next().unwrap();
            let command = command.split(['>', '|']).next().unwrap();
            let words = command.split_whitespace().map(|w| w.trim_matches('\''));
            let mut args: Vec<&str> = words.collect();
            let estate = ["audit", "snapshot", "permissions", "init"].contains(&args[0]);
            if estate && !args.contains(&"--demo") {
                // Arguments are parsed before files are read: this fails before any request.
                args.extend(["--policy", "not-there.toml"]);
            }
            let output = harden(&args);
            assert!(
                !stderr(&output).contains("Usage:"),
                "{line}\n{}",
                stderr(&output)
            );
            if args[0] == "explain" {
                assert!(ids.iter().any(|id| id == args[1]), "{line}");
            }
            seen += 1;
        }
    }
    assert!(seen >= 12, "{seen} examples");
}

#[test]
fn the_list_of_checks_is_complete_and_sorted() {
    let list = json(&["checks", "--format", "json"]);
    for check in list.as_array().unwrap() {
        let id = &check["id"];
        for key in ["title", "severity", "section", "summary", "remediation"] {
            let text = check[key].as_str().unwrap_or_default();
            assert!(!text.trim().is_empty(), "{id}: {key}");
        }
        for key in ["kinds", "permissions"] {
            assert!(check[key].is_array(), "{id}: {key}");
        }
        assert!(check["guide_section"].is_number(), "{id}");
    }
    let ids = ids();
    assert!(!ids.is_empty() && ids.is_sorted(), "{ids:?}");
    let text = stdout(&["checks"]);
    assert!(ids.iter().all(|id| text.contains(id)), "{text}");
    let some = json(&[
        "checks",
        "--format",
        "json",
        "--only",
        "aws/rds-*",
        "--severity",
        "high",
    ]);
    let some = some.as_array().unwrap();
    assert!(!some.is_empty());
    for check in some {
        assert!(["high", "critical"].contains(&check["severity"].as_str().unwrap()));
    }
}

#[test]
fn every_check_is_explained() {
    for id in ids() {
        let page = stdout(&["explain", &id]);
        for part in ["What it checks", "Why", "Remediation", "Examples", &*id] {
            assert!(page.contains(part), "{id}: no {part}");
        }
        assert!(!page.contains('\u{1b}'), "{id}: colors without a terminal");
    }
}

#[test]
fn an_unknown_id_is_an_error_that_suggests_the_nearest() {
    let id = ids().remove(0);
    let output = harden(&["explain", &id[..id.len() - 1]]);
    let errors = stderr(&output);
    assert_eq!(output.status.code(), Some(2));
    assert!(errors.starts_with("error: "), "{errors}");
    assert!(
        errors.contains("help: ") && errors.contains(&id),
        "{errors}"
    );
}

#[test]
fn every_shell_has_completions() {
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let script = stdout(&["completions", shell]);
        for word in ["audit", "sarif-partial"] {
            assert!(script.contains(word), "{shell}: no {word}");
        }
    }
}

#[test]
fn every_command_has_a_manual_page() {
    let page = stdout(&["man"]);
    assert!(page.contains(".TH harden-cli"), "{page}");
    let folder = tempfile::tempdir().unwrap();
    let output = in_folder(folder.path(), &["man", "--directory", "man1"]);
    assert!(output.status.success(), "{}", stderr(&output));
    for command in COMMANDS {
        let page = folder.path().join(format!("man1/harden-cli-{command}.1"));
        assert!(page.is_file(), "{}", page.display());
    }
}

#[test]
fn the_demo_runs_in_every_format() {
    let folder = tempfile::tempdir().unwrap();
    let names = ["r.json", "r.sarif", "r.markdown", "r.text"];
    let outputs = names.map(|name| format!("--output={}={name}", &name[2..]));
    let mut args = vec!["audit", "--demo"];
    args.extend(outputs.iter().map(String::as_str));
    let output = in_folder(folder.path(), &args);
    let code = output.status.code();
    assert!(matches!(code, Some(0 | 1 | 3)), "{}", stderr(&output));
    let read = |name: &str| std::fs::read_to_string(folder.path().join(name)).unwrap();
    // The same text is printed and written to the file.
    assert_eq!(String::from_utf8(output.stdout).unwrap(), read("r.text"));
    assert!(read("r.markdown").contains('#'));
    let sarif: Value = serde_json::from_str(&read("r.sarif")).unwrap();
    assert_eq!(sarif["version"], "2.1.0");
    let report: Value = serde_json::from_str(&read("r.json")).unwrap();
    assert_eq!(report["run"]["source"], "demo");
    assert_eq!(report["checks"].as_array().unwrap().len(), ids().len());
}

#[test]
fn init_writes_a_policy_file_that_audit_accepts() {
    let folder = tempfile::tempdir().unwrap();
    let init = ["init", "--demo", "--output", "harden.toml"];
    let output = in_folder(folder.path(), &init);
    assert!(output.status.success(), "{}", stderr(&output));
    let read = || std::fs::read_to_string(folder.path().join("harden.toml")).unwrap();
    let policy = read();
    assert!(
        policy.contains("[estate]") && policy.contains("# "),
        "{policy}"
    );

    let audit = in_folder(folder.path(), &["audit", "--demo", "--format", "json"]);
    let report: Value = parse(&audit);
    assert_eq!(report["policy"]["path"], "harden.toml");
    assert_eq!(report["estate"], "production");

    // An existing file is not replaced.
    let again = in_folder(folder.path(), &init);
    assert_eq!(again.status.code(), Some(2));
    assert!(stderr(&again).contains("help: "), "{}", stderr(&again));
    assert_eq!(read(), policy);
    assert_eq!(stdout(&["init", "--demo", "--output", "-"]), policy);
}

#[test]
fn permissions_are_a_valid_iam_policy_with_read_actions_only() {
    let policy = json(&["permissions"]);
    assert_eq!(policy["Version"], "2012-10-17");
    let statements = policy["Statement"].as_array().unwrap();
    assert_eq!(statements.len(), 1, "{policy}");
    assert_eq!(statements[0]["Effect"], "Allow");
    assert_eq!(statements[0]["Resource"], "*");
    let actions = statements[0]["Action"].as_array().unwrap();
    assert!(!actions.is_empty());
    for action in actions {
        let (service, name) = action.as_str().unwrap().split_once(':').unwrap();
        let reads = ["Describe", "Get", "List", "Lookup", "View"];
        // Starts a report. AWS classifies the action as a read.
        let report = action == "iam:GenerateServiceLastAccessedDetails";
        assert!(
            report || reads.iter().any(|verb| name.starts_with(verb)),
            "{action} is not a read action"
        );
        let named = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        assert!(service.bytes().all(named), "{action}");
    }
    // IAM's limit for the inline policies of a role
    assert!(policy.to_string().len() < 10_240);

    let all = json(&["permissions", "--region", "all"]);
    let all = all["Statement"][0]["Action"].as_array().unwrap();
    assert!(all.contains(&Value::from("account:ListRegions")));
    let some = json(&["permissions", "--only", "aws/rds-*"]);
    let some = some["Statement"][0]["Action"].as_array().unwrap();
    assert!(!some.is_empty() && some.iter().all(|a| actions.contains(a)));
}

/// With accounts in the policy file, the permissions include assuming their roles.
#[test]
fn permissions_include_the_roles_of_the_policy_file() {
    let folder = tempfile::tempdir().unwrap();
    let role = "arn:aws:iam::111122223333:role/harden-audit";
    let policy = format!("[[aws.accounts]]\nid = \"111122223333\"\nrole_arn = \"{role}\"\n");
    std::fs::write(folder.path().join("harden.toml"), policy).unwrap();
    let output = in_folder(folder.path(), &["permissions"]);
    let policy: Value = parse(&output);
    assert_eq!(policy["Statement"][1]["Action"], "sts:AssumeRole");
    assert_eq!(policy["Statement"][1]["Resource"][0], role);
}
