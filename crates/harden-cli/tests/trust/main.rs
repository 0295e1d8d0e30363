//! What a checkout, a snapshot and a name can make the program do: `docs/security.md` states it.
#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests"
)]

mod checkout;
mod logs;
mod outputs;
mod page;
mod policy;
mod reports;

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// A directory of a user: a checkout, and files next to it.
struct Machine(TempDir);

/// A snapshot without any listing.
const EMPTY: &str =
    r#"{"harden_snapshot":1,"tool":"harden","taken_at":"2026-01-15T12:00:00Z","kinds":{}}"#;

impl Machine {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("checkout")).unwrap();
        Self(folder)
    }

    /// A path relative to the checkout.
    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join("checkout").join(name)
    }

    fn file(&self, name: &str, text: &str) -> &Self {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
        self
    }

    fn text(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    fn link(&self, name: &str, target: impl AsRef<Path>) -> &Self {
        std::os::unix::fs::symlink(target, self.path(name)).unwrap();
        self
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_harden-cli"));
        command
            .args(args)
            .env_clear()
            .env("HOME", self.0.path())
            .env("AWS_EC2_METADATA_DISABLED", "true")
            .stdin(Stdio::null())
            .current_dir(self.path(""));
        command
    }

    fn run(&self, args: &[&str]) -> Done {
        self.run_with(args, &[])
    }

    fn run_with(&self, args: &[&str], env: &[(&str, &str)]) -> Done {
        Done::of(self.command(args).envs(env.iter().copied()))
    }

    fn git(&self, args: &[&str]) {
        let mut command = Command::new("git");
        command
            .args([
                "-c",
                "user.name=a",
                "-c",
                "user.email=a@b.c",
                "-c",
                "init.defaultBranch=main",
            ])
            .args(args)
            .env("HOME", self.0.path())
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .current_dir(self.path(""));
        let output = command.output().unwrap();
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
    }

    fn commit(&self, branch: &str) {
        self.git(&["checkout", "-q", "-B", branch]);
        self.git(&["add", "-A"]);
        self.git(&["commit", "-q", "--allow-empty", "-m", "x"]);
    }

    /// The temporary files that a run left.
    fn left(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.path("")).unwrap();
        entries
            .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
            .filter(|name| name.starts_with(".harden-"))
            .collect()
    }
}

struct Done {
    code: Option<i32>,
    stdout: String,
    stderr: String,
    took: Duration,
}

impl Done {
    fn of(command: &mut Command) -> Self {
        let begun = Instant::now();
        let output = command.output().unwrap();
        Self::from_output(&output, begun.elapsed())
    }

    fn from_output(output: &Output, took: Duration) -> Self {
        Self {
            code: output.status.code(),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
            took,
        }
    }

    fn exits(self, code: i32) -> Self {
        assert_eq!(
            self.code,
            Some(code),
            "{}\n{:.3000}",
            self.stderr,
            self.stdout
        );
        self
    }

    fn says(self, words: &[&str]) -> Self {
        for word in words {
            assert!(
                self.stderr.contains(word),
                "`{word}` is not in:\n{}",
                self.stderr
            );
        }
        self
    }

    fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|_| panic!("{}", self.stderr))
    }
}
