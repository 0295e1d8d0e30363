//! The pages hold, and the list of checks and the files agree.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use harden_core::{Arg, Part, Policies, Step, testing};
use harden_sentry::{SentryPolicy, checks};

fn policies(text: Option<&str>) -> Policies {
    #[derive(serde::Deserialize)]
    struct File {
        sentry: SentryPolicy,
    }
    let mut policies = Policies::default();
    if let Some(text) = text {
        let file: File = toml::from_str(text).unwrap_or_else(|e| panic!("{e}\n{text}"));
        policies.insert(file.sentry);
    }
    policies
}

harden_core::tests_of_checks!("sentry", checks, policies, harden_sentry::resources::KINDS);

/// What mends a failure is fit to be pasted: a command says which scopes it needs and asks for its
/// token, its document is JSON once the inputs are set, and where there is no command, there is a
/// reason or a step by hand.
#[test]
fn remediations_hold() {
    let mut commands = 0;
    for check in checks() {
        let id = check.meta().id;
        for (_, remediation) in testing::failures(&*check, &policies) {
            assert!(!remediation.steps.is_empty(), "{id}: nothing to do");
            for step in &remediation.steps {
                assert_eq!(
                    step.argv.is_empty(),
                    step.permissions.is_empty(),
                    "{id}: {step:?}"
                );
                commands += usize::from(!step.argv.is_empty());
                holds(id, step);
            }
        }
    }
    assert!(commands > 40, "{commands} commands were looked at");
}

fn holds(id: &str, step: &Step) {
    let words: Vec<String> = step.argv.iter().map(plain).collect();
    let option = |name: &str| {
        let at = words.iter().position(|word| word == name)?;
        words.get(at + 1).cloned()
    };
    match words.first().map(String::as_str) {
        None => {}
        Some("sentry-cli") => {
            assert!(
                words.iter().any(|w| w.starts_with("--org=")),
                "{id}: {words:?}"
            );
        }
        Some("curl") => {
            // the token is asked for, never written
            assert_eq!(option("--oauth2-bearer").as_deref(), Some("1"), "{id}");
            let url = words.last().unwrap();
            let deletes = option("--request").as_deref() == Some("DELETE");
            // what is deleted is the muting, never the alert
            assert!(!deletes || url.ends_with("/snooze/"), "{id}: {url}");
            if let Some(body) = option("--data") {
                let body: serde_json::Value =
                    serde_json::from_str(&body).unwrap_or_else(|e| panic!("{id}: {e}\n{body}"));
                assert!(body.is_object(), "{id}: {body}");
                assert!(!body.to_string().contains('\u{e000}'), "{id}: {body}");
            }
        }
        Some(other) => panic!("{id}: {other}"),
    }
}

/// An argument with 1 for each input.
fn plain(arg: &Arg) -> String {
    arg.parts()
        .map(|part| match part {
            Part::Text(text) => text,
            Part::Input(_) => "1",
        })
        .collect()
}
