//! The pages hold, and the list of checks and the files agree.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod exceptions;

use harden_core::{Policies, testing};
use harden_vercel::{VercelPolicy, checks};

fn policies(text: Option<&str>) -> Policies {
    #[derive(serde::Deserialize)]
    struct File {
        vercel: VercelPolicy,
    }
    let mut policies = Policies::default();
    if let Some(text) = text {
        let file: File = toml::from_str(text).unwrap_or_else(|e| panic!("{e}\n{text}"));
        policies.insert(file.vercel);
    }
    policies
}

harden_core::tests_of_checks!(
    "vercel",
    checks,
    policies,
    exceptions::EXCEPTIONS,
    harden_vercel::resources::KINDS
);

/// What mends a failure is fit to be pasted: the Terraform parses, what
/// destroys something says so, and where there is no command, there is a reason or a step by hand.
#[test]
fn remediations_hold() {
    for check in checks() {
        let id = check.meta().id;
        let parse = |block: &str| {
            hcl::parse(block).unwrap_or_else(|e| panic!("{id}: {e}\n{block}"));
        };
        for (info, body) in testing::fences(check.meta().page) {
            if info == "hcl" {
                parse(&body);
            }
        }
        for (_, remediation) in testing::failures(&*check, policies) {
            if let Some(block) = &remediation.terraform {
                parse(block);
            }
            for step in &remediation.steps {
                // Vercel has no permissions to name
                assert!(step.permissions.is_empty(), "{id}: {step:?}");
                let words: Vec<_> = step.argv.iter().map(harden_core::Arg::to_shell).collect();
                let deletes = words.iter().any(|word| word == "rm");
                assert!(!deletes || step.destructive, "{id}: {step:?} destroys");
            }
        }
    }
}
