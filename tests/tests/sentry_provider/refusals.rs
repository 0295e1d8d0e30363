//! What can not be read is unknown, and nothing secret is kept or sent elsewhere.

use harden_core::{Cause, Outcome, Unknown};
use harden_sentry::live::ConnectError;
use harden_tests::fakes::sentry::{Estate, Retired, Sentry, TOKEN};
use serde_json::json;

use super::harness::*;
use super::{MISSING, assert_well, harness};

/// What was read is judged alike later, denials included.
#[tokio::test]
async fn a_replay_says_the_same() {
    let mut denied = with_workflows();
    denied.scopes = vec!["project:read".to_owned()];
    let mut empty = Estate::new();
    empty.events.clear();
    let mut gone = with_rules();
    gone.retired = Retired::Gone;
    for estate in [with_workflows(), with_rules(), denied, empty, gone] {
        let sentry = Sentry::serve(estate).await;
        let live = audit(&sentry, POLICY).await;
        let again = replay(&live.snapshot(), POLICY).await;
        let shown = |a: &Audited| format!("{:#?}", a.findings);
        assert_eq!(shown(&live), shown(&again));
    }
}

#[tokio::test]
async fn no_secret_is_kept_or_shown() {
    for scopes in [
        &["alerts:read", "member:read", "org:read", "project:read"][..],
        &[],
    ] {
        let mut estate = with_workflows();
        estate.scopes = scopes.iter().map(|s| (*s).to_owned()).collect();
        estate.integrations[0]["configData"] =
            json!({"webhook": "https://hooks.example.com/s3cr3t"});
        estate.workflows[0]["actionFilters"][0]["actions"][1]["data"] = json!({"tags": "s3cr3t"});
        let sentry = Sentry::serve(estate).await;
        let provider = provider(&sentry, POLICY).await.unwrap();
        let audited = audit(&sentry, POLICY).await;
        let all = format!(
            "{}\n{:?}\n{provider:?}\n{:?}",
            audited.snapshot(),
            audited.findings,
            connect_to(&sentry, POLICY)
        );
        let secrets = [
            TOKEN,
            "s3cr3t",
            "example.com",
            "4111",
            "PaymentError",
            "Bearer",
        ];
        for secret in secrets {
            assert!(!all.contains(secret), "{secret} in {all}");
        }
        for asked in sentry.served.asked() {
            assert!(!asked.line.contains(TOKEN));
        }
    }
}

/// With a scope away exactly what rests on it turns unknown, and the scope is named.
#[tokio::test]
async fn a_scope_away_turns_what_rests_on_it_unknown() {
    let least = ["alerts:read", "member:read", "org:read", "project:read"];
    let before = {
        let sentry = Sentry::serve(with_workflows()).await;
        let audited = audit(&sentry, POLICY).await;
        format!("{:?}", audited.verdicts())
    };
    // Sentry takes org:read for alerts as well: without alerts:read nothing is missing
    for (away, named, unknown) in [
        (&["alerts:read"][..], "", &[][..]),
        (&["member:read"], "member:read", &["alert-reaches-nobody"]),
        // teams; one of the alerts tells a team
        (&["org:read"], "org:read", &["alert-reaches-nobody"]),
        (
            &["alerts:read", "org:read"],
            "alerts:read",
            &["alert-", "alert-reaches-nobody"],
        ),
        (
            &["project:read"],
            "project:read",
            &["alert-", "release-", "events-", "sourcemaps-"],
        ),
    ] {
        let mut estate = with_workflows();
        estate
            .scopes
            .retain(|scope| !away.contains(&scope.as_str()));
        assert_eq!(estate.scopes.len(), least.len() - away.len());
        let sentry = Sentry::serve(estate).await;
        let audited = audit(&sentry, POLICY).await;
        let mut turned = 0;
        for (key, outcome) in &audited.findings {
            match outcome {
                Outcome::Unknown(reason) => {
                    turned += 1;
                    let check = key.trim_start_matches("sentry/");
                    assert!(
                        unknown.iter().any(|start| check.starts_with(start)),
                        "{key} without {away:?}: {reason}"
                    );
                    assert_eq!(reason.action.as_deref(), Some(named), "{key}: {reason}");
                    assert_eq!(reason.cause, Cause::Denied, "{key}: {reason}");
                }
                other => {
                    let same = format!("{key:?}: {:?}", other.as_str());
                    assert!(before.contains(&same), "{same} without {away:?}");
                }
            }
        }
        assert_eq!(
            turned > 0,
            !unknown.is_empty(),
            "{away:?}: {:#?}",
            audited.verdicts()
        );
        sentry.served.violations.assert_none();
    }
}

/// The token that the guide makes for the deployment.
#[tokio::test]
async fn the_token_of_the_deployment_can_not_read_alerts() {
    let mut estate = with_workflows();
    estate.scopes = vec!["project:releases".to_owned(), "project:write".to_owned()];
    let sentry = Sentry::serve(estate).await;
    let audited = audit(&sentry, POLICY).await;
    for check in MISSING {
        let unknown = audited.unknown(check, "shop-backend");
        assert_eq!(unknown.action.as_deref(), Some("alerts:read"), "{unknown}");
    }
    let found = audited.failed("sentry/token-overprivileged", "token");
    // the scope that the policy allows is not among the excess ones
    assert!(
        found.contains("excess auth.scopes: project:write (expected"),
        "{found}"
    );
    let passed = audited.one("sentry/release-deploy-missing", "shop-web");
    assert_eq!(passed.as_str(), "pass");
}

#[tokio::test]
async fn the_organization_in_the_form_of_a_dsn() {
    let sentry = Sentry::serve(with_workflows()).await;
    let policy = POLICY.replace("'acme'", "'o4510247421018112'");
    let provider = provider(&sentry, &policy).await.unwrap();
    assert_eq!(provider.organization(), "acme");
    let [notice] = provider.notices() else {
        panic!("{:?}", provider.notices());
    };
    assert!(
        notice.contains("DSN") && notice.contains("acme"),
        "{notice}"
    );
    assert_well(&audit(&sentry, &policy).await);
    // the number without the letter needs no explanation
    let policy = POLICY.replace("'acme'", "'4510247421018112'");
    assert!(
        harness::provider(&sentry, &policy)
            .await
            .unwrap()
            .notices()
            .is_empty()
    );
}

/// The token goes nowhere but where it was meant for, whatever the organization says.
#[tokio::test]
async fn a_region_elsewhere_is_not_followed() {
    let elsewhere = Sentry::serve(with_workflows()).await;
    let mut estate = with_workflows();
    estate.region_url = Some(elsewhere.served.url.clone());
    let sentry = Sentry::serve(estate).await;
    assert_well(&audit(&sentry, POLICY).await);
    assert_eq!(elsewhere.served.lines(), Vec::<String>::new());
}

#[tokio::test]
async fn what_makes_every_answer_impossible() {
    let sentry = Sentry::serve(with_workflows()).await;
    let mut connect = connect_to(&sentry, POLICY);
    connect.token = "another".to_owned().into();
    let error = harden_sentry::live::SentryProvider::connect(connect)
        .await
        .unwrap_err();
    assert!(matches!(error, ConnectError::Token(_)), "{error}");
    assert!(error.to_string().contains("SENTRY_AUTH_TOKEN"), "{error}");

    let mut connect = connect_to(&sentry, POLICY);
    // a port that nobody listens on
    connect.url = Some("http://127.0.0.1:1".to_owned());
    connect.attempts = 1;
    let error = harden_sentry::live::SentryProvider::connect(connect)
        .await
        .unwrap_err();
    assert!(matches!(error, ConnectError::Unreachable(_)), "{error}");

    for url in [
        "http://sentry.example.com",
        "ftp://x",
        "https://u:p@sentry.example.com",
    ] {
        let mut connect = connect_to(&sentry, POLICY);
        connect.url = Some(url.to_owned());
        let error = harden_sentry::live::SentryProvider::connect(connect)
            .await
            .unwrap_err();
        assert!(matches!(error, ConnectError::Setup(_)), "{url}: {error}");
    }
}

/// An organization or a project that is not there, or not to be seen, is a gap.
#[tokio::test]
async fn what_is_not_there_is_unknown() {
    let sentry = Sentry::serve(with_workflows()).await;
    let audited = audit(&sentry, &POLICY.replace("acme", "other")).await;
    assert!(audited.findings.len() >= 11);
    for (key, outcome) in &audited.findings {
        assert_eq!(outcome.as_str(), "unknown", "{key}: {outcome:?}");
    }
    let audited = audit(
        &sentry,
        "organization = 'acme'\nprojects = ['shop-backend', 'gone']",
    )
    .await;
    for check in MISSING {
        // the project that is there is judged; what could not be read may hide an alert
        assert_eq!(audited.one(check, "shop-backend").as_str(), "pass");
        let gap = audited.unknown(check, "sentry/project");
        assert!(gap.message.contains("project gone"), "{gap}");
    }
}

#[tokio::test]
async fn a_run_that_ends_early_is_unknown() {
    let sentry = Sentry::serve(with_workflows()).await;
    let reason = Unknown::new(Cause::Deadline, "not read within the deadline");
    let audited = audit_stopped(&sentry, reason).await;
    for (key, outcome) in &audited.findings {
        match outcome {
            Outcome::Unknown(unknown) => assert_eq!(unknown.cause, Cause::Deadline, "{key}"),
            other => panic!("{key}: {other:?}"),
        }
    }
    // only connecting asked
    assert_eq!(sentry.served.lines().len(), 1);
}

/// Sentry lists only the projects that the token sees: none is not a success.
#[tokio::test]
async fn a_token_that_sees_no_project_passes_nothing_about_projects() {
    let mut estate = with_workflows();
    estate.projects.clear();
    let sentry = Sentry::serve(estate).await;
    let audited = audit(&sentry, "organization = 'acme'").await;
    for check in MISSING {
        let gap = audited.unknown(check, "sentry/project");
        assert!(gap.message.contains("sees no project"), "{gap}");
    }
}
