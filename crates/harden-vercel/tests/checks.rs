//! The pages hold, and the list of checks and the files agree.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use std::path::Path;

use harden_core::{Outcome, Policies, testing};
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

#[test]
fn files_and_list_agree() {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/checks");
    testing::files_and_list_agree(&checks(), &directory);
}

#[test]
fn pages_hold() {
    for check in checks() {
        testing::page_holds(&*check, &policies);
    }
}

#[test]
fn dropping_a_field_never_passes() {
    for check in checks() {
        testing::dropping_a_field_never_passes(&*check, &policies);
    }
}

#[test]
fn a_denied_kind_turns_unknown() {
    for check in checks() {
        testing::a_denied_kind_turns_unknown(&*check, &policies);
    }
}

#[test]
fn every_check_runs_over_every_page() {
    testing::all_over_all(&checks());
}

#[test]
fn the_index_is_fresh() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/checks/vercel.md");
    testing::is_fresh(&path, &testing::index("vercel", &checks()));
}

/// A kind is listed once those that it starts from are: the graph has no cycle, and what a check
/// needs is known before it runs.
#[test]
fn kinds_start_from_kinds_without_a_cycle() {
    fn depth(kind: &harden_core::Kind, above: usize) -> usize {
        assert!(above < 10, "{} starts from itself", kind.name);
        let below = kind.starts_from.iter().map(|k| depth(k, above + 1));
        below.max().unwrap_or(above)
    }
    for kind in harden_vercel::resources::KINDS {
        assert!(depth(kind, 0) < 10);
        assert!(kind.name.starts_with("vercel/"), "{}", kind.name);
    }
}

/// What mends a failure is fit to be pasted: the Terraform parses, what
/// destroys something says so, and where there is no command, there is a reason or a step by hand.
#[test]
fn remediations_hold() {
    for check in checks() {
        for (info, body) in testing::fences(check.meta().page) {
            if info == "hcl" {
                hcl::parse(&body).unwrap_or_else(|e| panic!("{}: {e}\n{body}", check.meta().id));
            }
        }
        for example in testing::examples(check.meta().page) {
            for finding in testing::run(
                &*check,
                &example.fragment,
                policies(example.policy.as_deref()),
            ) {
                let Outcome::Fail(evidence, remediation) = finding.outcome else {
                    continue;
                };
                let id = check.meta().id;
                assert!(!evidence.items.is_empty(), "{id}: a failure has evidence");
                assert!(!remediation.links.is_empty(), "{id}: a failure has a link");
                let nothing = remediation.steps.is_empty() && remediation.terraform.is_none();
                assert!(
                    !nothing || remediation.withheld.is_some(),
                    "{id}: nothing to do"
                );
                if let Some(block) = &remediation.terraform {
                    hcl::parse(block).unwrap_or_else(|e| panic!("{id}: {e}\n{block}"));
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
}
