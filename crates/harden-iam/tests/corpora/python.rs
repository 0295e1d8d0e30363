//! The Python that has the packages of `tests/requirements.txt`.

use std::path::Path;
use std::process::{Command, Output};

/// Runs a program of Python, by `HARDEN_TEST_PYTHON` or that of `tests/.venv`. Nothing, and a
/// line on stderr, where there is none, or where it ends with 3: the packages are missing.
pub(crate) fn run(arguments: &[&str]) -> Option<Output> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let python = match std::env::var_os("HARDEN_TEST_PYTHON") {
        Some(python) => python.into(),
        None => root.join("tests/.venv/bin/python"),
    };
    let output = Command::new(&python).args(arguments).output();
    let skipped = match &output {
        Ok(output) => output.status.code() == Some(3),
        Err(_) => true,
    };
    if skipped {
        let python = python.display();
        super::skip(&format!(
            "{python} is not there, or lacks the packages (HARDEN_TEST_PYTHON)"
        ));
        return None;
    }
    output.ok()
}
