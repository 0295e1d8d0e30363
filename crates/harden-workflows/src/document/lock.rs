//! The lock file of actions: which commits the runs of a workflow use.

use harden_core::Unknown;
use yaml_serde::Value;

use super::value::{entries, texts};

/// The actions whose commits a lock file holds for a workflow, as `owner/repo@ref` in lower case; none
/// where it does not name the workflow.
///
/// # Errors
/// When the file could not be read.
pub(crate) fn locked(path: &str, text: &str) -> Result<Vec<String>, Unknown> {
    let document = super::parse(text, "a lock file of actions")?;
    let mut named = entries(document.get("workflows"));
    if !named.any(|(own, list)| own == path && !texts(Some(list)).is_empty()) {
        return Ok(Vec::new());
    }
    let dependencies = entries(document.get("dependencies"));
    let held = dependencies.filter(|(_, entry)| {
        let commit = entry.get("commit").and_then(Value::as_str);
        commit.is_some_and(is_commit)
    });
    Ok(held.map(|(name, _)| name.to_ascii_lowercase()).collect())
}

/// Whether a text names a commit: `sha1-` and 40 digits, or `sha256-` and 64.
fn is_commit(text: &str) -> bool {
    let (kind, digits) = text.split_once('-').unwrap_or_default();
    let length = match kind {
        "sha1" => 40,
        "sha256" => 64,
        _ => return false,
    };
    digits.len() == length && digits.bytes().all(|b| b.is_ascii_hexdigit())
}
