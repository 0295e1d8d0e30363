//! Reads the origin, the commit and the branch of a checkout. This calls `git`, since its configuration
//! can be spread over several files. Without `git` everything is `None`.

use std::path::Path;
use std::process::Command;

/// The line that a git command prints; `None` if the command fails.
fn run_git(root: &Path, args: &[&str]) -> Option<String> {
    let output = Command::new("git").arg("-C").arg(root).args(args).output();
    let output = output.ok().filter(|output| output.status.success())?;
    let line = String::from_utf8(output.stdout).ok()?;
    Some(line.trim().to_owned()).filter(|line| !line.is_empty())
}

/// The URL of the remote `origin`.
pub(crate) fn origin(root: &Path) -> Option<String> {
    run_git(root, &["remote", "get-url", "origin"])
}

/// The checked-out commit.
pub(crate) fn head(root: &Path) -> Option<String> {
    run_git(root, &["rev-parse", "HEAD"])
}

/// The checked-out branch, for example `refs/heads/main`; `None` for a detached HEAD.
pub(crate) fn head_ref(root: &Path) -> Option<String> {
    run_git(root, &["symbolic-ref", "--quiet", "HEAD"])
}
