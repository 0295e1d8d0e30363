//! Runs the fuzz targets on their corpora.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "tests read their corpora"
)]

mod check;

use std::path::Path;

fn replay(target: &str, check: fn(&str)) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus");
    let mut count = 0;
    for entry in std::fs::read_dir(folder.join(target)).unwrap() {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        // The fuzz targets receive only valid UTF-8.
        if let Ok(text) = std::str::from_utf8(&bytes) {
            check(text);
            count += 1;
        }
    }
    assert!(count >= 10, "{target}: {count} inputs");
}

#[test]
fn snapshot() {
    replay("snapshot", check::snapshot);
}

#[test]
fn policy() {
    replay("policy", check::policy);
}
