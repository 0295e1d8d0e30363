//! What is out of order shows in the check that it belongs to.

use harden_tests::fakes::sentry::{Estate, Sentry};
use serde_json::json;

use super::harness::*;
use super::{ERROR_RATE, MISSING, NOBODY, assert_well};

#[tokio::test]
async fn who_has_left_is_not_told() {
    type Change = fn(&mut Estate);
    let cases: [(&str, Change, &str); 7] = [
        (
            "Fatal",
            |e| e.members.clear(),
            "who is not in the organization",
        ),
        (
            "Fatal",
            |e| e.members[0]["user"]["isActive"] = json!(false),
            "whose account is not active",
        ),
        ("Regression", |e| e.teams.clear(), "which does not exist"),
        (
            "Regression",
            |e| e.teams[0]["memberCount"] = json!(0),
            "no members",
        ),
        (
            "High Error Rate",
            |e| {
                e.members.clear();
                e.integrations.clear();
            },
            "integration 1, which does not exist",
        ),
        (
            "High Error Rate",
            |e| {
                e.members.clear();
                e.integrations[0]["status"] = json!("disabled");
            },
            "integration 1, which is disabled",
        ),
        (
            "High Error Rate",
            |e| {
                e.members.clear();
                e.integrations[0]["organizationIntegrationStatus"] = json!("disabled");
            },
            "integration 1, which is disabled",
        ),
    ];
    for (name, change, wanted) in cases {
        let mut estate = with_workflows();
        // one project's alerts are enough
        estate.workflows.truncate(4);
        change(&mut estate);
        let sentry = Sentry::serve(estate).await;
        let audited = audit(
            &sentry,
            "organization = 'acme'\nprojects = ['shop-backend']",
        )
        .await;
        let found = audited.failed(NOBODY, name);
        assert!(found.contains(wanted), "{name}: {found}");
        // that is this check's, not of the four
        let passed = audited.one(ERROR_RATE, "shop-backend");
        assert_eq!(passed.as_str(), "pass");
    }
    // a chat is still told
    let mut estate = with_workflows();
    estate.members.clear();
    let sentry = Sentry::serve(estate).await;
    let audited = audit(&sentry, POLICY).await;
    for (_, outcome) in audited
        .of(NOBODY)
        .iter()
        .filter(|(n, _)| n.contains("High Error Rate"))
    {
        assert_eq!(outcome.as_str(), "pass");
    }
}

/// In which check an alert that is out of order shows.
#[tokio::test]
async fn alerts_that_are_out_of_order() {
    type Change = fn(&mut Estate);
    const BACK: &str = "organization = 'acme'\nprojects = ['shop-backend']";
    // name, change, evidence of the alert that reaches nobody, evidence of the one that is missing
    let cases: [(&str, Change, Option<&str>, Option<&str>); 6] = [
        (
            "disabled",
            |e| e.workflows[0]["enabled"] = json!(false),
            Some("enabled: false"),
            Some("enabled: false"),
        ),
        (
            "not connected",
            |e| e.workflows[0]["detectorIds"] = json!([]),
            Some("no connected monitor"),
            // the alert on fatal errors is what comes nearest
            Some("nearest alert: workflow 9002"),
        ),
        (
            "of another project",
            |e| e.workflows[0]["detectorIds"] = json!(["1200"]),
            None,
            Some("nearest alert: workflow 9002"),
        ),
        (
            "of another environment",
            |e| e.workflows[0]["environment"] = json!("staging"),
            None,
            Some("environment: staging"),
        ),
        (
            "without an action",
            |e| e.workflows[0]["actionFilters"][0]["actions"] = json!([]),
            Some("actions: missing"),
            Some("actions: missing"),
        ),
        (
            "its monitor is off",
            |e| e.detectors[0]["enabled"] = json!(false),
            Some("false for every monitor"),
            Some("false for monitor 1100"),
        ),
    ];
    for (name, change, nobody, missing) in cases {
        let mut estate = with_workflows();
        change(&mut estate);
        let sentry = Sentry::serve(estate).await;
        let audited = audit(&sentry, BACK).await;
        let alert = || {
            let all = audited.of(NOBODY);
            all.iter()
                .filter(|(n, _)| n.contains("High Error Rate"))
                .count()
        };
        match nobody {
            Some(wanted) => {
                let found = audited.failed(NOBODY, "workflow 9001 ");
                assert!(found.contains(wanted), "{name}: {found}");
            }
            // of another project it is no alert of this audit
            None => assert_eq!(alert(), usize::from(name != "of another project"), "{name}"),
        }
        if let Some(wanted) = missing {
            let found = audited.failed(ERROR_RATE, "shop-backend");
            assert!(found.contains(wanted), "{name}: {found}");
        }
        sentry.served.violations.assert_none();
    }
}

#[tokio::test]
async fn a_muted_rule_reaches_nobody() {
    let sentry = Sentry::serve(with_rules()).await;
    let rule = |estate: &mut Estate, change: &[(&str, serde_json::Value)]| {
        for (key, value) in change {
            estate.issue_rules.get_mut("shop-web").unwrap()[0][*key] = value.clone();
        }
    };
    let snooze = |everyone| {
        [
            ("snooze", json!(true)),
            ("snoozeForEveryone", json!(everyone)),
        ]
    };
    sentry.with(|e| rule(e, &snooze(true)));
    let audited = audit(&sentry, POLICY).await;
    let muted = audited
        .of(NOBODY)
        .into_iter()
        .filter(|(_, o)| o.as_str() == "fail");
    let muted: Vec<_> = muted.map(|(name, _)| name).collect();
    assert_eq!(muted.len(), 1, "{muted:?}");
    assert!(
        audited
            .failed(NOBODY, muted[0])
            .contains("muted for everyone")
    );
    // a muted alert is there all the same
    assert_eq!(audited.one(ERROR_RATE, "shop-web").as_str(), "pass");
    // muted for the one who asks: the others are told
    sentry.with(|e| rule(e, &snooze(false)));
    assert_well(&audit(&sentry, POLICY).await);
    // switched off, as Sentry does with noisy rules
    sentry.with(|e| {
        rule(
            e,
            &[("snooze", json!(false)), ("status", json!("disabled"))],
        )
    });
    let audited = audit(&sentry, POLICY).await;
    assert!(
        audited
            .failed(ERROR_RATE, "shop-web")
            .contains("enabled: false")
    );
    sentry.with(|e| e.metric_rules[0]["snooze"] = json!(true));
    let audited = audit(&sentry, POLICY).await;
    assert!(audited.failed(NOBODY, "metric rule").contains("muted"));
    sentry.with(|e| e.metric_rules[0]["status"] = json!(5));
    let audited = audit(&sentry, POLICY).await;
    assert!(
        audited
            .failed(NOBODY, "metric rule")
            .contains("enabled: false")
    );
}

#[tokio::test]
async fn a_monitor_that_nothing_is_connected_to() {
    let mut estate = with_workflows();
    estate.workflows.pop();
    let sentry = Sentry::serve(estate).await;
    let audited = audit(&sentry, POLICY).await;
    let found = audited.failed(NOBODY, "monitor ");
    assert!(found.contains("no connected alert"), "{found}");
    let missing = audited.failed("sentry/alert-latency-missing", "shop-web");
    assert!(missing.contains("actions: missing"), "{missing}");
}

/// A ticket on a metric monitor is kept and never made.
#[tokio::test]
async fn a_ticket_of_a_metric_does_nothing() {
    let mut estate = with_workflows();
    let ticket = json!([{"id": "1", "type": "jira", "integrationId": "2", "data": {},
        "config": {"targetType": "specific", "targetIdentifier": null, "targetDisplay": null},
        "status": "active"}]);
    estate.workflows[3]["actionFilters"][0]["actions"] = ticket.clone();
    estate.workflows[1]["actionFilters"][0]["actions"] = ticket;
    let sentry = Sentry::serve(estate).await;
    let audited = audit(&sentry, POLICY).await;
    let found = audited.failed(NOBODY, "workflow 9004 ");
    assert!(found.contains("Sentry ignores for a metric"), "{found}");
    let missing = audited.failed("sentry/alert-latency-missing", "shop-backend");
    assert!(missing.contains("actions: jira"), "{missing}");
    // of an issue it is made
    assert_eq!(audited.one(NOBODY, "workflow 9002 ").as_str(), "pass");
    sentry.served.violations.assert_none();
}

#[tokio::test]
async fn a_new_project_has_nothing_to_judge() {
    let mut estate = Estate::new();
    for all in [&mut estate.events, &mut estate.releases] {
        all.clear();
    }
    let sentry = Sentry::serve(estate).await;
    let audited = audit(&sentry, POLICY).await;
    for check in [
        "sentry/events-release-missing",
        "sentry/release-version-not-sha",
        "sentry/release-commits-missing",
        "sentry/release-deploy-missing",
        "sentry/sourcemaps-missing",
    ] {
        for (project, outcome) in audited.of(check) {
            assert_eq!(outcome.as_str(), "not-applicable", "{check} on {project}");
        }
    }
    for check in MISSING {
        let found = audited.failed(check, "shop-web");
        assert!(found.contains("no alert covers it"), "{found}");
    }
    // the built-in monitors need no alert of their own
    assert_eq!(audited.of(NOBODY).len(), 0);
    sentry.served.violations.assert_none();
}

#[tokio::test]
async fn releases_and_source_maps_that_lack_something() {
    let mut estate = with_workflows();
    estate.releases.get_mut("shop-web").unwrap()[0]["version"] = json!("shop-web@1.4.2");
    estate.releases.get_mut("shop-backend").unwrap()[0]["commitCount"] = json!(0);
    estate.events.get_mut("shop-backend").unwrap()[0]["tags"] = json!([]);
    let sentry = Sentry::serve(estate).await;
    let audited = audit(&sentry, POLICY).await;
    for (check, project, wanted) in [
        (
            "sentry/release-version-not-sha",
            "shop-web",
            "shop-web@1.4.2",
        ),
        (
            "sentry/release-commits-missing",
            "shop-backend",
            "commitCount: 0",
        ),
        ("sentry/release-deploy-missing", "shop-web", "no deploy"),
        ("sentry/events-release-missing", "shop-backend", "1 of 2"),
        (
            "sentry/sourcemaps-missing",
            "shop-web",
            "missing in bundles",
        ),
    ] {
        let found = audited.failed(check, project);
        assert!(found.contains(wanted), "{check}: {found}");
    }
    // files of an older tool
    sentry.with(|e| {
        let file = json!({"id": "1", "name": "~/main.js.map?x", "sha1": "", "size": 1,
            "dist": null, "headers": {}, "dateCreated": "2026-01-15T09:00:00Z"});
        e.files.insert("shop-web@1.4.2".to_owned(), vec![file]);
    });
    let audited = audit(&sentry, POLICY).await;
    assert_eq!(
        audited
            .one("sentry/sourcemaps-missing", "shop-web")
            .as_str(),
        "pass"
    );
    sentry.served.violations.assert_none();
}
