//! The help has working examples.

use super::{Folder, GUIDE, trust_of};

const COMMANDS: [&str; 3] = ["lint", "trust", "can"];

#[test]
fn the_help_has_examples_and_exit_codes() {
    let folder = Folder::with(&[]);
    let top = folder.run(&["--help"]).exits(0).stdout();
    for command in COMMANDS {
        assert!(top.contains(&format!("\n  {command} ")), "{top}");
        let help = folder.run(&[command, "--help"]).exits(0).stdout();
        for part in ["Examples:\n", "Exit codes: 0 "] {
            assert!(help.contains(part), "{command} has no {part}");
        }
        for line in help.lines() {
            assert!(line.chars().count() <= 100, "{command}: {line}");
        }
        for (line, next) in help.lines().zip(help.lines().skip(1)) {
            let option = line.trim_start();
            if option.starts_with("--") && line.starts_with("      ") {
                let described = option.contains("  ") || next.starts_with("          ");
                assert!(described, "{command}: {line}");
            }
        }
    }
}

/// The examples of the help are commands that the program takes.
#[test]
fn the_examples_work() {
    let exact = trust_of("repo:acme/shop:environment:production");
    let folder = Folder::with(&[
        ("deploy.json", GUIDE),
        ("policies/push.json", GUIDE),
        ("role.json", GUIDE),
        ("push.json", GUIDE),
        ("a.json", GUIDE),
        ("trust.json", &exact),
        ("bucket.json", &exact),
        (
            "claims.json",
            r#"{"sub": "repo:acme/shop:environment:production", "aud": "sts.amazonaws.com"}"#,
        ),
        ("keys.json", "{}"),
    ]);
    let mut seen = 0;
    for help in [
        &["--help"][..],
        &["lint", "--help"],
        &["trust", "--help"],
        &["can", "--help"],
    ] {
        let help = folder.run(help).exits(0).stdout();
        for line in help.lines() {
            let Some(command) = line.trim_start().split_once("harden-cli iam ") else {
                continue;
            };
            if command.1.starts_with('[') || command.1.starts_with('<') {
                continue;
            }
            let words = command
                .1
                .split_whitespace()
                .map(|word| word.trim_matches('\''));
            let args: Vec<&str> = words.collect();
            if !COMMANDS.contains(&args[0]) || line.contains("Usage") {
                continue;
            }
            // what comes through a pipe
            let run = folder.run_with_stdin(&args, &exact);
            assert!(
                run.0.status.code().unwrap() != 2,
                "{line}\n{}",
                run.stderr()
            );
            seen += 1;
        }
    }
    assert!(seen >= 12, "{seen} examples");
}

#[test]
fn completions_and_the_manual_contain_the_commands() {
    let folder = Folder::with(&[]);
    let command = |args: &[&str]| {
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_harden-cli"))
            .args(args)
            .current_dir(folder.path())
            .output()
            .unwrap();
        assert!(output.status.success());
        String::from_utf8(output.stdout).unwrap()
    };
    assert!(command(&["completions", "bash"]).contains("--claims"));
    command(&["man", "--directory", "man1"]);
    for page in ["iam", "iam-lint", "iam-trust", "iam-can"] {
        let page = format!("man1/harden-cli-{page}.1");
        assert!(folder.read(&page).contains(".TH"), "{page}");
    }
}
