//! The pages hold, and the list of checks and the files agree.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod exceptions;

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

harden_core::tests_of_checks!(
    "sentry",
    checks,
    policies,
    exceptions::EXCEPTIONS,
    harden_sentry::resources::KINDS
);

/// Each remediation can be pasted: a command names the scopes that it needs and asks for its
/// token, and its document is JSON once the inputs are set. Where there is no command, there is a
/// reason or a step by hand.
#[test]
fn remediations_hold() {
    let mut commands = 0;
    for check in checks() {
        let id = check.meta().id;
        for (_, remediation) in testing::failures(&*check, policies) {
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

/// An alert with several faults has one remediation step for each: after fixing one alone it would still fail.
#[test]
fn each_fault_of_an_alert_has_a_remediation_step() {
    let workflow = r#"{"organization": "o", "model": "MODEL", "number": "1", "name": "A",
        "enabled": false, "muted": MUTED, "environment": null, "frequency_minutes": 60,
        "monitors": MONITORS, "triggers": {"logic": "any", "conditions": []},
        "filters": [{"logic": "all", "conditions": [], "actions": ACTIONS}]}"#;
    let off = r#"[{"id": "7", "project": "p", "enabled": false, "watches": {"type": "errors"}}]"#;
    let on = off.replace("false", "true");
    let left = r#"[{"how": "email", "integration": null, "target": {"type": "user", "id": "1"},
        "active": true}]"#;
    let there = left.replace(r#""id": "1""#, r#""id": "2""#);
    let check = checks()
        .into_iter()
        .find(|c| c.meta().id == "sentry/alert-reaches-nobody")
        .unwrap();
    for (model, muted, monitors, actions, wanted) in [
        (
            "workflow",
            "false",
            &*on,
            &*there,
            &["Enable the alert"][..],
        ),
        (
            "workflow",
            "false",
            &*on,
            "[]",
            &["Enable the alert", "add an action"],
        ),
        (
            "workflow",
            "false",
            "[]",
            left,
            &[
                "Enable the alert",
                "connect it to an enabled monitor",
                "add an action",
            ],
        ),
        (
            "issue-rule",
            "true",
            off,
            left,
            &["Enable the alert", "Unmute", "monitor 7", "add an action"],
        ),
        (
            "monitor",
            "false",
            &*on,
            "[]",
            &["Enable the monitor", "Connect the monitor"],
        ),
    ] {
        let alert = workflow
            .replace("MODEL", model)
            .replace("MUTED", muted)
            .replace("MONITORS", monitors)
            .replace("ACTIONS", actions);
        let fragment = format!(
            r#"{{"sentry/alert": [{alert}], "sentry/team": [], "sentry/integration": [],
            "sentry/member": [{{"organization": "o", "user_id": "2", "active": true}}]}}"#
        );
        let findings = testing::run(&*check, &fragment, policies(None));
        let [finding] = &findings[..] else {
            panic!("{findings:#?}");
        };
        let Outcome::Fail(_, remediation) = &finding.outcome else {
            panic!("{finding:#?}");
        };
        let titles: Vec<String> = remediation
            .steps
            .iter()
            .map(|s| s.title.to_string())
            .collect();
        assert_eq!(titles.len(), wanted.len(), "{titles:#?}");
        for (title, wanted) in titles.iter().zip(wanted) {
            assert!(title.contains(wanted), "{titles:#?}");
        }
    }
}
