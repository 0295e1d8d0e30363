//! Where the corpora are that stay outside the repository.
#![allow(
    clippy::print_stderr,
    clippy::disallowed_methods,
    clippy::expect_used,
    reason = "tests say where the corpora are, and what was skipped"
)]
#![allow(dead_code, reason = "not every test needs all of it")]

pub(crate) mod python;

use std::io::Write as _;
use std::path::{Path, PathBuf};

/// The text of a file under `HARDEN_CORPORA`, or `../shared/corpora` next to the repository.
/// Nothing where it is not there: the test is then skipped, and named in the file `HARDEN_SKIPPED`.
///
/// # Panics
/// Where it is not there and `HARDEN_REQUIRE_ORACLES` is set.
pub(crate) fn read(file: &str) -> Option<String> {
    let path = folder().join(file);
    let text = std::fs::read_to_string(&path);
    if text.is_err() {
        skip(&format!("there is no {} (HARDEN_CORPORA)", path.display()));
    }
    text.ok()
}

/// Reports that the running test is skipped.
pub(crate) fn skip(reason: &str) {
    let required = std::env::var_os("HARDEN_REQUIRE_ORACLES").is_some();
    assert!(!required, "HARDEN_REQUIRE_ORACLES is set, and {reason}");
    let thread = std::thread::current();
    let line = format!("{}: {reason}\n", thread.name().unwrap_or("a test"));
    eprint!("skipped: {line}");
    if let Some(file) = std::env::var_os("HARDEN_SKIPPED") {
        let file = std::fs::File::options()
            .create(true)
            .append(true)
            .open(file);
        let written = file.and_then(|mut file| file.write_all(line.as_bytes()));
        written.expect("HARDEN_SKIPPED is a file that can be written");
    }
}

fn folder() -> PathBuf {
    match std::env::var_os("HARDEN_CORPORA") {
        Some(folder) => folder.into(),
        None => Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpora"),
    }
}
