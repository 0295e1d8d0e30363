//! Remediation commands in a real shell.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// The names of the inputs of a step's `argv` and of its guards.
#[must_use]
pub fn inputs(step: &Value) -> BTreeSet<String> {
    let args = step["argv"].as_array().into_iter().flatten();
    let own = args
        .flat_map(|arg| arg.as_array().into_iter().flatten())
        .filter_map(|part| Some(part["input"]["name"].as_str()?.to_owned()));
    let guards = step["guards"].as_array().into_iter().flatten();
    own.chain(guards.flat_map(inputs)).collect()
}

/// The arguments of a step's `argv`, with values for its inputs.
#[must_use]
pub fn argv(step: &Value, values: &BTreeMap<String, String>) -> Vec<String> {
    let word = |part: &Value| match part["input"]["name"].as_str() {
        Some(name) => values.get(name).cloned().unwrap_or_default(),
        None => part["text"]
            .as_str()
            .expect("a part is text or input")
            .to_owned(),
    };
    let args = step["argv"].as_array().expect("argv");
    args.iter()
        .map(|arg| arg.as_array().expect("parts").iter().map(word).collect())
        .collect()
}

/// The shells that a command may be pasted into, and how each is started.
const SHELLS: &[&[&str]] = &[
    &["bash", "--noprofile", "--norc"],
    &["dash"],
    &["zsh", "-f"],
    &["ksh"],
    &["mksh"],
    &["busybox", "sh"],
];

/// Where a program is.
fn find(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path)
        .map(|folder| folder.join(program))
        .find(|file| file.is_file())
}

/// What a shell makes of each command, when `aws` is a function that tells its arguments: one list
/// for each time that it was called. Nothing but `printf` can be found, and `folder`, where it runs,
/// tells what was made all the same. All shells that are installed must agree.
///
/// # Panics
/// When a shell takes a command for no command, or reads it otherwise than bash.
#[must_use]
pub fn evaluate(
    commands: &[String],
    values: &BTreeMap<String, String>,
    folder: &Path,
) -> Vec<Vec<Vec<String>>> {
    let mut all = SHELLS
        .iter()
        .filter_map(|shell| Some((find(shell[0])?, *shell)))
        .map(|(program, shell)| {
            (
                shell,
                evaluate_in(&program, shell, commands, values, folder),
            )
        });
    let (first, by_bash) = all.next().expect("bash is installed");
    assert_eq!(first[0], "bash", "bash is installed");
    for (shell, calls) in all {
        assert_eq!(calls, by_bash, "{shell:?} and bash");
    }
    by_bash
}

fn evaluate_in(
    program: &Path,
    shell: &[&str],
    commands: &[String],
    values: &BTreeMap<String, String>,
    folder: &Path,
) -> Vec<Vec<Vec<String>>> {
    const FAKE: &str = "aws() { printf '%s\\0' \"$#\" \"$@\"; }\n";
    // mksh has no `printf` of its own
    let programs = tempfile::tempdir().unwrap();
    let printf = find("printf").expect("printf is installed");
    std::os::unix::fs::symlink(printf, programs.path().join("printf")).unwrap();
    let run = |option: &[&str], script: &str| {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), script).unwrap();
        Command::new(program)
            .args(&shell[1..])
            .args(option)
            .arg(file.path())
            .env_clear()
            .env("PATH", programs.path())
            .env("LC_ALL", "C.UTF-8")
            .envs(values)
            .current_dir(folder)
            .output()
            .expect("the shell runs")
    };
    // one script for all is one process for all; a mark of its own ends each command
    const END: &str = "\u{1}end";
    let script: String = commands
        .iter()
        .map(|command| format!("{command}\nprintf '\\001end\\0'\n"))
        .collect();
    let checked = run(&["-n"], &script);
    assert!(
        checked.status.success(),
        "{shell:?} -n: {}",
        String::from_utf8_lossy(&checked.stderr)
    );
    let output = run(&[], &format!("{FAKE}{script}"));
    assert!(
        output.status.success() && output.stderr.is_empty(),
        "{shell:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    let mut words = text.split('\0');
    let mut all = Vec::new();
    let mut calls = Vec::new();
    while let Some(word) = words.next() {
        if word == END {
            all.push(std::mem::take(&mut calls));
        } else if !word.is_empty() {
            let count: usize = word.parse().expect("the count of the fake");
            calls.push(words.by_ref().take(count).map(str::to_owned).collect());
        }
    }
    all
}
