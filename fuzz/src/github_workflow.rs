//! A workflow, an action or a `package.json` of anybody: it is read or it is unknown, and what is kept reads back as what was
//! written.
#![no_main]

use harden_workflows::{LocalAction, PackageScripts, Workflow};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let workflow = Workflow::parse("acme/shop", ".github/workflows/x.yml", text);
    let kept = serde_json::to_string(&workflow).expect("facts are JSON");
    let back: Workflow = serde_json::from_str(&kept).expect("facts read back");
    assert_eq!(back, workflow);
    let _ = LocalAction::parse("acme/shop", "x", "action.yml", text);
    let package = PackageScripts::parse("acme/shop", "web", text);
    let kept = serde_json::to_string(&package).expect("facts are JSON");
    let back: PackageScripts = serde_json::from_str(&kept).expect("facts read back");
    assert_eq!(back, package);
});
