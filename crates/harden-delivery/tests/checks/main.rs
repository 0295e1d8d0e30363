//! The pages hold, and the list of checks and the files agree.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod exceptions;

use harden_core::{Policies, testing};
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

harden_core::tests_of_checks!("delivery", checks, policies, exceptions::EXCEPTIONS);

/// What mends a failure is fit to be pasted: each command is of sentry-cli's, says what it needs, and
/// has the SHA where that is known.
#[test]
fn remediations_hold() {
    let mut failures = 0;
    for check in checks() {
        for (_, remediation) in testing::failures(&*check, policies) {
            failures += 1;
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
    assert!(failures > 5);
}
