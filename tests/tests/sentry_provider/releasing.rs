//! Events and source maps of releases that lie behind others, or beside them.

use harden_tests::fakes::sentry::{Estate, Sentry};
use serde_json::{Value, json};

use super::harness::*;

const EVENTS: &str = "sentry/events-release-missing";
const MAPS: &str = "sentry/sourcemaps-missing";

/// Puts so many events of staging before those of the back end.
fn staging_first(estate: &mut Estate, n: usize) {
    let events = estate.events.get_mut("shop-backend").unwrap();
    let mut of_staging = events[0].clone();
    of_staging["tags"] = json!([{"key": "environment", "value": "staging"}]);
    let all = (0..n).map(|i| {
        let mut event = of_staging.clone();
        event["eventID"] = json!(format!("{i:032x}"));
        event
    });
    let all: Vec<Value> = all.chain(events.iter().cloned()).collect();
    *events = all;
}

#[tokio::test]
async fn events_of_production_behind_others() {
    let mut estate = with_workflows();
    staging_first(&mut estate, 150);
    estate.events.get_mut("shop-backend").unwrap()[150]["tags"] =
        json!([{"key": "environment", "value": "production"}]);
    let sentry = Sentry::serve(estate).await;
    let audited = audit_one(&sentry, POLICY, EVENTS).await;
    assert!(audited.failed(EVENTS, "shop-backend").contains("1 of 2"));
    let asked = |lines: Vec<String>| {
        let events = lines.iter().filter(|l| l.contains("shop-backend/events/"));
        events.count()
    };
    assert_eq!(asked(sentry.served.lines()), 2);
    // behind so many that they are not reached
    let mut estate = with_workflows();
    staging_first(&mut estate, 1_000);
    let sentry = Sentry::serve(estate).await;
    let audited = audit_one(&sentry, POLICY, EVENTS).await;
    let why = audited.unknown(EVENTS, "shop-backend");
    assert!(why.message.contains("the newest 1000"), "{why}");
    assert_eq!(asked(sentry.served.lines()), 10);
    // none at all, and nothing behind
    sentry.with(|e| e.events.get_mut("shop-backend").unwrap().truncate(150));
    let audited = audit_one(&sentry, POLICY, EVENTS).await;
    let found = audited.one(EVENTS, "shop-backend");
    assert_eq!(found.as_str(), "not-applicable");
    sentry.served.violations.assert_none();
}

#[tokio::test]
async fn source_maps_without_a_release() {
    // when they were uploaded, of which release, and whether there is an event
    let cases = [
        ("2026-01-15T09:00:01Z", json!([]), false, "unknown"),
        (
            "2026-01-15T09:00:01Z",
            json!([{"release": null, "dist": null}]),
            false,
            "unknown",
        ),
        (
            "2026-01-15T09:00:01Z",
            json!([{"release": "another", "dist": null}]),
            false,
            "fail",
        ),
        ("2026-01-15T08:59:59Z", json!([]), false, "fail"),
        // Sentry looked, and found none
        ("2026-01-15T09:00:01Z", json!([]), true, "fail"),
    ];
    for (date, associations, with_event, wanted) in cases {
        let mut estate = with_workflows();
        let bundle = &mut estate.bundles.get_mut("shop-web").unwrap()[0];
        bundle["date"] = json!(date);
        bundle["associations"] = associations.clone();
        if with_event {
            for debug in estate.debug.values_mut() {
                let frame = &mut debug["exceptions"][0]["frames"][0]["debug_id_process"];
                frame["uploaded_source_map_with_correct_debug_id"] = json!(false);
            }
        } else {
            estate.events.remove("shop-web");
        }
        let sentry = Sentry::serve(estate).await;
        let audited = audit_one(&sentry, POLICY, MAPS).await;
        let found = audited.one(MAPS, "shop-web");
        assert_eq!(found.as_str(), wanted, "{date} {associations}: {found:?}");
        // a bundle without any map helps nobody
        if wanted == "unknown" {
            sentry.with(|e| e.bundle_files.values_mut().for_each(|f| f.truncate(1)));
            let audited = audit_one(&sentry, POLICY, MAPS).await;
            audited.failed(MAPS, "shop-web");
        }
        sentry.served.violations.assert_none();
    }
}
