//! Both of Sentry's models of alerts, and what their endpoints say when they are retired.

use std::collections::BTreeSet;

use harden_core::Cause;
use harden_tests::fakes::sentry::{Retired, Sentry};

use super::harness::*;
use super::{MISSING, NOBODY, assert_well};

#[tokio::test]
async fn the_cloud_with_workflows_only() {
    let sentry = Sentry::serve(with_workflows()).await;
    assert_well(&audit(&sentry, POLICY).await);
    sentry.served.violations.assert_none();
}

#[tokio::test]
async fn a_server_with_rules_only() {
    let sentry = Sentry::serve(with_rules()).await;
    let audited = audit(&sentry, POLICY).await;
    assert_well(&audited);
    sentry.served.violations.assert_none();
    let rule = audited.of(NOBODY);
    assert!(
        rule.iter().all(|(name, _)| name.contains(" rule ")),
        "{rule:?}"
    );
}

#[tokio::test]
async fn a_server_with_both() {
    let mut estate = with_workflows();
    estate.retired = Retired::No;
    add_rules(&mut estate);
    let sentry = Sentry::serve(estate).await;
    let audited = audit(&sentry, POLICY).await;
    assert_well(&audited);
    // four workflows and three rules for each project, and a metric rule for both
    assert_eq!(audited.of(NOBODY).len(), 15);
    sentry.served.violations.assert_none();

    // rules without a workflow of their name may never trigger
    sentry.with(|estate| estate.workflows.clear());
    sentry.with(|estate| estate.detectors.retain(|d| d["type"] != "metric_issue"));
    let audited = audit(&sentry, POLICY).await;
    for check in MISSING {
        let unknown = audited.unknown(check, "shop-backend");
        assert!(unknown.message.contains("26.7"), "{unknown}");
    }
    let delivered = audited.of(NOBODY);
    assert!(
        delivered
            .iter()
            .all(|(_, outcome)| outcome.as_str() == "unknown"),
        "{delivered:?}"
    );
}

#[tokio::test]
async fn all_projects_where_none_is_named() {
    let sentry = Sentry::serve(with_workflows()).await;
    assert_well(&audit(&sentry, "organization = 'acme'").await);
    sentry.served.violations.assert_none();
}

/// 410 is never "there is no rule", and never "the token is bad".
#[tokio::test]
async fn a_retired_endpoint_is_no_absence() {
    for retired in [Retired::Gone, Retired::BrownOut(1_000)] {
        let mut estate = with_rules();
        estate.retired = retired;
        let sentry = Sentry::serve(estate).await;
        let audited = audit(&sentry, POLICY).await;
        for check in MISSING {
            let unknown = audited.unknown(check, "shop-backend");
            assert_eq!(unknown.cause, Cause::Plan, "{unknown:?}");
            assert!(unknown.message.contains("retired"), "{unknown}");
            assert_eq!(unknown.action.as_deref(), Some("alerts:read"));
        }
        for (_, outcome) in audited.of(NOBODY) {
            assert_eq!(outcome.as_str(), "unknown");
        }
        // the rest of the audit goes on
        let passed = audited.one("sentry/release-commits-missing", "shop-backend");
        assert_eq!(passed.as_str(), "pass");
        sentry.served.violations.assert_none();
    }
}

/// Neither are endpoints that were removed where nothing has taken their place.
#[tokio::test]
async fn a_server_with_neither_model_is_unknown() {
    let mut estate = with_rules();
    estate.retired = Retired::Removed;
    let sentry = Sentry::serve(estate).await;
    let audited = audit(&sentry, POLICY).await;
    for check in MISSING {
        audited.unknown(check, "shop-backend");
    }
}

#[tokio::test]
async fn a_brown_out_passes_by_itself() {
    let mut estate = with_rules();
    estate.retired = Retired::BrownOut(2);
    let sentry = Sentry::serve(estate).await;
    assert_well(&audit(&sentry, POLICY).await);
    let rules = |line: &&String| line.contains("shop-backend/rules/");
    assert_eq!(sentry.served.lines().iter().filter(rules).count(), 3);
    sentry.served.violations.assert_none();
}

/// Where workflows tell, nobody waits for endpoints that are retired.
#[tokio::test]
async fn a_retired_endpoint_is_asked_once() {
    let sentry = Sentry::serve(with_workflows()).await;
    audit(&sentry, POLICY).await;
    let lines = sentry.served.lines();
    let rules = lines.iter().filter(|l| l.contains("rules/"));
    assert_eq!(rules.count(), 3, "{lines:#?}");
}

/// `rel="next"` is on every page, the last one too.
#[tokio::test]
async fn pages_end_where_the_results_do() {
    let whole = {
        let sentry = Sentry::serve(with_workflows()).await;
        audit(&sentry, POLICY).await.snapshot()
    };
    for size in [1, 2, 3] {
        let mut estate = with_workflows();
        estate.page_size = size;
        // the newest events and releases are read from one page
        let sentry = Sentry::serve(estate).await;
        let audited = audit(&sentry, POLICY).await;
        assert_well(&audited);
        for kind in [
            "sentry/alert",
            "sentry/detector",
            "sentry/member",
            "sentry/integration",
        ] {
            let of = |text: &str| -> serde_json::Value {
                serde_json::from_str::<serde_json::Value>(text).unwrap()["kinds"][kind].clone()
            };
            assert_eq!(of(&audited.snapshot()), of(&whole), "{kind} by {size}");
        }
        sentry.served.violations.assert_none();
        let lines = sentry.served.lines();
        assert!(
            lines.iter().any(|l| l.contains("cursor=0%3A")),
            "{lines:#?}"
        );
    }
}

/// A page that names a next one without a cursor is not the last.
#[tokio::test]
async fn a_page_without_a_cursor_is_not_the_last() {
    let mut estate = with_workflows();
    estate.workflows.rotate_left(1);
    estate.page_size = 1;
    estate.without_cursor = true;
    let sentry = Sentry::serve(estate).await;
    let audited = audit(&sentry, POLICY).await;
    for check in MISSING {
        audited.unknown(check, "shop-web");
    }
    sentry.served.violations.assert_none();
}

#[tokio::test]
async fn nothing_is_asked_twice() {
    for estate in [with_workflows(), with_rules()] {
        let sentry = Sentry::serve(estate).await;
        let audited = audit(&sentry, POLICY).await;
        let lines = sentry.served.lines();
        let once: BTreeSet<_> = lines.iter().collect();
        assert_eq!(once.len(), lines.len(), "{lines:#?}");
        // and each is counted, by the operation
        let counted: u64 = audited.facts.calls().values().sum();
        assert_eq!(usize::try_from(counted).unwrap(), lines.len());
        assert!(
            audited
                .facts
                .calls()
                .contains_key("GET /organizations/{organization}/")
        );
        assert!(
            lines.iter().all(|l| l.starts_with("GET ")),
            "an audit reads"
        );
    }
}
