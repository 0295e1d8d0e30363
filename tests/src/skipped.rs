//! What a test needs and the machine does not have.

use std::io::Write as _;

/// Reports that the running test is skipped, or a part of it: on stderr, and in the file that
/// `HARDEN_SKIPPED` names, which `tests/run.py` prints at its end.
///
/// # Panics
/// Where `HARDEN_REQUIRE_ORACLES` is set: nothing may be skipped.
pub fn skip(reason: &str) {
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
