//! The remediation of an alert that notifies nobody.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use harden_core::{Outcome, Policies, testing};
use harden_sentry::checks;

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
        let findings = testing::run(&*check, &fragment, Policies::default());
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
