//! The pages hold, and the list of checks and the files agree.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use std::path::Path;

use harden_core::{Arg, Outcome, Part, Policies, Step, testing};
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
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/checks/sentry.md");
    testing::is_fresh(&path, &testing::index("sentry", &checks()));
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
    for kind in harden_sentry::resources::KINDS {
        assert!(depth(kind, 0) < 10);
        assert!(kind.name.starts_with("sentry/"), "{}", kind.name);
    }
}

/// What mends a failure is fit to be pasted: a command says which scopes it needs and asks for its
/// token, its document is JSON once the inputs are set, and where there is no command, there is a
/// reason or a step by hand.
#[test]
fn remediations_hold() {
    let mut commands = 0;
    for check in checks() {
        let id = check.meta().id;
        for example in testing::examples(check.meta().page) {
            let policies = policies(example.policy.as_deref());
            for finding in testing::run(&*check, &example.fragment, policies) {
                let Outcome::Fail(evidence, remediation) = finding.outcome else {
                    continue;
                };
                assert!(!evidence.items.is_empty(), "{id}: a failure has evidence");
                assert!(!remediation.links.is_empty(), "{id}: a failure has a link");
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
