//! What mends a failure mends it: each command is carried out by a shell, with curl, against the
//! server that was audited, which takes only what Sentry would, and the check passes afterwards.

use std::process::Command;

use harden_core::Outcome;
use harden_tests::fakes::sentry::{Estate, Retired, Sentry, TOKEN};
use serde_json::json;

use super::harness::*;
use super::{MISSING, NOBODY, assert_well};

/// Carries out the commands of a failure. What only a person knows is set before.
fn carry_out(sentry: &Sentry, outcome: &Outcome) {
    let Outcome::Fail(_, remediation) = outcome else {
        panic!("{outcome:?}");
    };
    for step in &remediation.steps {
        let command = step.to_shell().unwrap_or_else(|| panic!("{step:?}"));
        let workflow = sentry.with(|e| e.workflows.last().map(|w| w["id"].clone()));
        let workflow = workflow.as_ref().and_then(|id| id.as_str()).unwrap_or("1");
        let done = Command::new("bash")
            .args(["-c", &command])
            .env("SENTRY_AUTH_TOKEN", TOKEN)
            .env("SENTRY_URL", &sentry.served.url)
            .env("USER_ID", "56789")
            .env("WORKFLOW_ID", workflow)
            .env("SLACK_ID", "1")
            .env("CHANNEL", "#alerts")
            .output()
            .expect("bash");
        assert!(
            done.status.success(),
            "{command}\n{}{}",
            String::from_utf8_lossy(&done.stdout),
            String::from_utf8_lossy(&done.stderr)
        );
    }
}

async fn mended(sentry: &Sentry, policy: &str) -> Audited {
    let before = audit(sentry, policy).await;
    for check in MISSING {
        for (project, outcome) in before.of(check) {
            assert_eq!(outcome.as_str(), "fail", "{check} on {project}");
            carry_out(sentry, outcome);
        }
    }
    audit(sentry, policy).await
}

#[tokio::test(flavor = "multi_thread")]
async fn alerts_that_are_missing_are_made_as_workflows() {
    let sentry = Sentry::serve(Estate::new()).await;
    assert_well(&mended(&sentry, POLICY).await);
    sentry.served.violations.assert_none();
}

#[tokio::test(flavor = "multi_thread")]
async fn and_as_rules_where_the_server_knows_only_these() {
    let mut estate = Estate::new();
    estate.has_workflows = false;
    estate.retired = Retired::No;
    let sentry = Sentry::serve(estate).await;
    assert_well(&mended(&sentry, POLICY).await);
    sentry.served.violations.assert_none();
}

/// By other numbers, and by chat.
#[tokio::test(flavor = "multi_thread")]
async fn they_follow_the_policy() {
    let policy = format!(
        "{POLICY}\nenvironment = 'live \"1\" @USER_ID@'\n[alerts]\nchat = true\nerror_rate_events = 7\n\
         error_rate_minutes = 7\nerror_rate_frequency_minutes = 45\nfatal_frequency_minutes = 7\n\
         regression_errors = 3\nregression_minutes = 90\nlatency_percentile = 97.5\n\
         latency_milliseconds = 750.5\nlatency_minutes = 20\nlatency_frequency_minutes = 30"
    );
    for rules_only in [false, true] {
        let mut estate = Estate::new();
        if rules_only {
            estate.has_workflows = false;
            estate.retired = Retired::No;
        }
        let sentry = Sentry::serve(estate).await;
        let after = mended(&sentry, &policy).await;
        for check in MISSING {
            for (project, outcome) in after.of(check) {
                assert_eq!(
                    outcome.as_str(),
                    "pass",
                    "{check} on {project}: {outcome:?}"
                );
            }
        }
        sentry.served.violations.assert_none();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_alert_is_switched_on() {
    let mut estate = with_workflows();
    estate.workflows[1]["enabled"] = json!(false);
    let sentry = Sentry::serve(estate).await;
    let before = audit(&sentry, POLICY).await;
    carry_out(&sentry, before.one(NOBODY, "workflow 9002 "));
    assert_well(&audit(&sentry, POLICY).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rule_is_unmuted() {
    let mut estate = with_rules();
    for (key, value) in [("snooze", json!(true)), ("snoozeForEveryone", json!(true))] {
        estate.issue_rules.get_mut("shop-web").unwrap()[1][key] = value;
    }
    let sentry = Sentry::serve(estate).await;
    let before = audit(&sentry, POLICY).await;
    let muted: Vec<_> = before
        .of(NOBODY)
        .into_iter()
        .filter(|(_, o)| o.as_str() == "fail")
        .collect();
    assert_eq!(muted.len(), 1);
    carry_out(&sentry, muted[0].1);
    assert_well(&audit(&sentry, POLICY).await);
}
