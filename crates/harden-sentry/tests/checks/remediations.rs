//! What fixes a failure is fit to be pasted.

use harden_core::testing::{Tables, failures};
use harden_core::{Arg, Part, Remediation, Step};
use harden_sentry::{SentryPolicy, checks};

/// A command states which scopes it needs and asks for its token, its document is JSON once the
/// inputs are set, and there is something to do.
pub(crate) fn hold(id: &str, remediation: &Remediation) {
    assert!(!remediation.steps.is_empty(), "{id}: nothing to do");
    for step in &remediation.steps {
        assert_eq!(
            step.argv.is_empty(),
            step.permissions.is_empty(),
            "{id}: {step:?}"
        );
        step_holds(id, step);
    }
}

/// Most remediations are commands, so that the property above is no empty one.
pub(crate) fn have_commands() {
    let tables = Tables::default().with::<SentryPolicy>();
    let commands: usize = checks()
        .iter()
        .flat_map(|check| failures(&**check, &tables))
        .map(|(_, r)| r.steps.iter().filter(|s| !s.argv.is_empty()).count())
        .sum();
    assert!(commands > 40, "{commands} commands");
}

fn step_holds(id: &str, step: &Step) {
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
