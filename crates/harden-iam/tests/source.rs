//! Compares the authorization table with the packages that it is made from.
#![allow(clippy::unwrap_used, reason = "tests")]

mod corpora;

#[test]
fn the_table_equals_its_source_packages() {
    let build = concat!(env!("CARGO_MANIFEST_DIR"), "/table/build.py");
    let Some(output) = corpora::python::run(&[build, "--check"]) else {
        return;
    };
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}{error}");
}
