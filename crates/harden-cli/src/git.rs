//! Reads a checkout with `git`, since its configuration can be spread over several files. Without `git`
//! everything is `None`.

use std::io::Read as _;
use std::path::Path;
use std::process::{Command, Stdio};

/// A git command that runs no program that a configuration names, and locks nothing.
fn git(root: &Path) -> Command {
    let mut command = Command::new("git");
    command
        .args([
            "-c",
            "core.fsmonitor=false",
            "-c",
            "core.hooksPath=/dev/null",
        ])
        .args([
            "-c",
            "safe.bareRepository=explicit",
            "--no-optional-locks",
            "-C",
        ])
        .arg(root)
        .stdin(Stdio::null());
    command
}

/// The line that a git command prints; `None` if the command fails.
fn run_git(root: &Path, args: &[&str]) -> Option<String> {
    let output = git(root).args(args).output();
    let output = output.ok().filter(|output| output.status.success())?;
    let line = String::from_utf8(output.stdout).ok()?;
    Some(line.trim().to_owned()).filter(|line| !line.is_empty())
}

/// The URL of the remote `origin`.
#[cfg(feature = "live")]
pub(crate) fn origin(root: &Path) -> Option<String> {
    run_git(root, &["remote", "get-url", "origin"])
}

/// The checked-out commit.
#[cfg(feature = "live")]
pub(crate) fn head(root: &Path) -> Option<String> {
    run_git(root, &["rev-parse", "HEAD"])
}

/// The checked-out branch, for example `refs/heads/main`; `None` for a detached HEAD.
#[cfg(feature = "live")]
pub(crate) fn head_ref(root: &Path) -> Option<String> {
    run_git(root, &["symbolic-ref", "--quiet", "HEAD"])
}

/// The commit that a branch, a tag or a SHA names.
pub(crate) fn commit_of(root: &Path, name: &str) -> Option<String> {
    let commit = format!("{name}^{{commit}}");
    let args = ["rev-parse", "--verify", "--quiet", "--end-of-options"];
    run_git(root, &[&args[..], &[&commit]].concat())
}

/// A file at a commit.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum FileAt {
    /// Its text.
    Text(String),
    /// There is no such file.
    Missing,
    /// It cannot be used, with the reason.
    Unusable(String),
}

/// The text of a regular file at a commit. The path is relative to the root.
pub(crate) fn file_at(root: &Path, commit: &str, path: &str, max: u64) -> FileAt {
    let unusable = |why: &str| FileAt::Unusable(why.to_owned());
    let args = [
        "ls-tree",
        "-z",
        "--full-tree",
        "--end-of-options",
        commit,
        "--",
        path,
    ];
    let listed = git(root).args(args).output();
    let Some(listed) = listed.ok().filter(|output| output.status.success()) else {
        return unusable("git could not list it");
    };
    // `100644 blob 0123…\tharden.toml`
    let listed = String::from_utf8_lossy(&listed.stdout).into_owned();
    let Some((entry, _)) = listed.split_once('\t') else {
        return FileAt::Missing;
    };
    let [mode, kind, id] = entry.split(' ').collect::<Vec<_>>()[..] else {
        return unusable("git could not list it");
    };
    if kind != "blob" || mode == "120000" {
        return unusable("it is not a regular file");
    }
    let child = git(root)
        .args(["cat-file", "blob", id])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn();
    let Ok(mut child) = child else {
        return unusable("git could not read it");
    };
    let mut bytes = Vec::new();
    let read = child
        .stdout
        .take()
        .map(|stdout| stdout.take(max + 1).read_to_end(&mut bytes));
    let _ = child.kill();
    let _ = child.wait();
    if !matches!(read, Some(Ok(_))) {
        return unusable("git could not read it");
    }
    if bytes.len() as u64 > max {
        return unusable("it is too large");
    }
    match String::from_utf8(bytes) {
        Ok(text) => FileAt::Text(text),
        Err(_) => unusable("it is not UTF-8 text"),
    }
}
