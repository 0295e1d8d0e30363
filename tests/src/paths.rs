//! Where things are.

use std::path::{Path, PathBuf};

/// The root of the workspace.
#[must_use]
pub fn root() -> PathBuf {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
    tests
        .parent()
        .expect("tests/ lies in the workspace")
        .to_path_buf()
}

/// The `harden-cli` beside the running test: `target/<profile>/harden-cli`.
///
/// # Panics
/// When cargo has not built it.
#[must_use]
pub fn harden_cli() -> PathBuf {
    let test = std::env::current_exe().expect("the test has a path");
    let profile = test.parent().and_then(Path::parent).expect("…/deps/test");
    let binary = profile.join(format!("harden-cli{}", std::env::consts::EXE_SUFFIX));
    assert!(
        binary.is_file(),
        "{} is missing: run `cargo test --workspace`, which builds it",
        binary.display()
    );
    binary
}

/// The Python that has moto and the AWS CLI: HARDEN_TEST_PYTHON, else that of `tests/.venv`.
///
/// # Panics
/// When there is none.
#[must_use]
pub fn python() -> PathBuf {
    if let Some(python) = std::env::var_os("HARDEN_TEST_PYTHON") {
        return python.into();
    }
    let python = root().join("tests/.venv/bin/python");
    assert!(
        python.is_file(),
        "{} is missing: run `python3 tests/run.py`, which makes it, or name a Python with \
         tests/requirements.txt installed in HARDEN_TEST_PYTHON",
        python.display()
    );
    python
}

/// A file of the AWS test peer.
#[must_use]
pub fn peer_file(name: &str) -> PathBuf {
    root().join("tests/aws").join(name)
}
