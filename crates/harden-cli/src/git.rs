//! What git knows of a checkout. Git is asked, since its configuration may lie elsewhere and be made
//! of parts; where there is no git, nothing is known.

use std::path::Path;
use std::process::Command;

/// The one line that a git command prints; none where it fails.
fn ask(root: &Path, args: &[&str]) -> Option<String> {
    let answer = Command::new("git").arg("-C").arg(root).args(args).output();
    let answer = answer.ok().filter(|answer| answer.status.success())?;
    let line = String::from_utf8(answer.stdout).ok()?;
    Some(line.trim().to_owned()).filter(|line| !line.is_empty())
}

/// The URL of the remote `origin`.
pub(crate) fn origin(root: &Path) -> Option<String> {
    ask(root, &["remote", "get-url", "origin"])
}

/// The commit that is checked out.
pub(crate) fn head(root: &Path) -> Option<String> {
    ask(root, &["rev-parse", "HEAD"])
}

/// The branch that is checked out, as `refs/heads/main`; none where a commit alone is.
pub(crate) fn head_ref(root: &Path) -> Option<String> {
    ask(root, &["symbolic-ref", "--quiet", "HEAD"])
}
