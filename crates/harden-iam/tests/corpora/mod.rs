//! Where the corpora are that stay outside the repository.
#![allow(
    clippy::print_stderr,
    clippy::disallowed_methods,
    reason = "tests say where the corpora are, and what was skipped"
)]
#![allow(dead_code, reason = "not every test needs all of it")]

pub(crate) mod python;

use std::path::{Path, PathBuf};

/// The text of a file under `HARDEN_CORPORA`, or `../shared/corpora` next to the repository.
/// Nothing, and a line on stderr, where it is not there.
pub(crate) fn read(file: &str) -> Option<String> {
    let path = folder().join(file);
    let text = std::fs::read_to_string(&path);
    if text.is_err() {
        eprintln!("skipped: there is no {} (HARDEN_CORPORA)", path.display());
    }
    text.ok()
}

fn folder() -> PathBuf {
    match std::env::var_os("HARDEN_CORPORA") {
        Some(folder) => folder.into(),
        None => Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpora"),
    }
}
