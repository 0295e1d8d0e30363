//! The pages hold, and the list of checks and the files agree.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use std::path::Path;

use harden_core::{Outcome, Policies, testing};
use harden_delivery::{DeliveryPolicy, checks};
use harden_github::GithubPolicy;
use harden_sentry::SentryPolicy;

fn policies(text: Option<&str>) -> Policies {
    #[derive(serde::Deserialize, Default)]
    #[serde(default)]
    struct File {
        delivery: DeliveryPolicy,
        github: GithubPolicy,
        sentry: SentryPolicy,
    }
    let mut policies = Policies::default();
    if let Some(text) = text {
        let file: File = toml::from_str(text).unwrap_or_else(|e| panic!("{e}\n{text}"));
        policies.insert(file.delivery);
        policies.insert(file.github);
        policies.insert(file.sentry);
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
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/checks/delivery.md");
    testing::is_fresh(&path, &testing::index("delivery", &checks()));
}

/// What mends a failure is fit to be pasted: each command is of sentry-cli's, says what it needs, and
/// has the SHA where that is known.
#[test]
fn remediations_hold() {
    let mut failures = 0;
    for check in checks() {
        for example in testing::examples(check.meta().page) {
            let policies = policies(example.policy.as_deref());
            for finding in testing::run(&*check, &example.fragment, policies) {
                let Outcome::Fail(evidence, remediation) = finding.outcome else {
                    continue;
                };
                failures += 1;
                assert!(!evidence.items.is_empty() && !remediation.links.is_empty());
                assert_eq!(remediation.steps.len(), 5, "{remediation:?}");
                for step in &remediation.steps {
                    assert_eq!(
                        step.argv.is_empty(),
                        step.permissions.is_empty(),
                        "{step:?}"
                    );
                    let Some(command) = step.to_shell() else {
                        continue;
                    };
                    assert!(command.starts_with("sentry-cli "), "{command}");
                    assert!(command.contains(" --org=acme --project="), "{command}");
                    let sha = ["3e90a5d9e767ebcfa70e921d7a7ff6c037461168", "${SHA:?"];
                    assert!(sha.iter().any(|sha| command.contains(sha)), "{command}");
                }
            }
        }
    }
    assert!(failures > 5);
}
