//! Workflow files, read.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use harden_github::resources::Workflow;

#[test]
fn show() {
    let text = std::fs::read_to_string(std::env::var("FILE").unwrap()).unwrap();
    let w = Workflow::parse("acme/shop", ".github/workflows/x.yml", &text);
    println!("{}", serde_json::to_string_pretty(&w).unwrap());
}
