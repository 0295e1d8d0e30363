//! Every field of every answer, left out in turn.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use harden_sentry::checks;
use harden_tests::fakes::sentry::{Estate, Sentry};
use serde_json::json;

use super::harness::*;

/// The documents of an audit, each once: by path, whole.
async fn documents(estate: &Estate) -> BTreeMap<String, serde_json::Value> {
    let sentry = Sentry::unwatched(estate.clone()).await;
    audit(&sentry, POLICY).await;
    sentry.with(|e| e.answered.clone())
}

/// The places of all fields of a document, of lists those of the first two items.
fn places(document: &serde_json::Value, at: &[String], all: &mut Vec<Vec<String>>) {
    match document {
        serde_json::Value::Object(fields) => {
            for (name, below) in fields {
                let here: Vec<String> = at.iter().cloned().chain([name.clone()]).collect();
                places(below, &here, all);
                all.push(here);
            }
        }
        serde_json::Value::Array(items) => {
            for (i, below) in items.iter().enumerate() {
                let here: Vec<String> = at.iter().cloned().chain([i.to_string()]).collect();
                places(below, &here, all);
            }
        }
        _ => {}
    }
}

/// Leaving any one field out of any one answer makes nothing pass that did not, and where the field
/// is read, what rests on it is unknown.
#[tokio::test]
async fn dropping_a_field_never_passes() {
    let mut broken = with_workflows();
    for (i, change) in [("enabled", json!(false)), ("environment", json!("staging"))]
        .iter()
        .enumerate()
    {
        broken.workflows[i][change.0] = change.1.clone();
    }
    broken.workflows[2]["config"]["frequency"] = json!(10);
    broken.workflows[2]["actionFilters"][0]["conditions"][2]["comparison"]["value"] = json!(100);
    broken.members[0]["user"]["isActive"] = json!(false);
    broken
        .bundle_files
        .values_mut()
        .for_each(|files| files.truncate(1));
    broken.debug.clear();
    broken
        .events
        .values_mut()
        .for_each(|events| events[0]["tags"] = json!([]));
    let mut rules = with_rules();
    rules.metric_rules[0]["triggers"][0]["alertThreshold"] = json!(5000);
    for change in [
        ("status", json!("disabled")),
        ("environment", json!("staging")),
    ] {
        rules.issue_rules.get_mut("shop-backend").unwrap()[1][change.0] = change.1;
    }
    let mut by_bundle = with_workflows();
    by_bundle.events.remove("shop-web");
    let mut by_event = with_workflows();
    by_event.bundles.clear();
    // of no release, and from before the latest
    let mut by_debug_id = by_bundle.clone();
    let loose = &mut by_debug_id.bundles.get_mut("shop-web").unwrap()[0];
    loose["associations"] = json!([]);
    loose["date"] = json!("2026-01-01T09:00:00Z");
    let mut read = BTreeSet::new();
    let mut tried = 0;
    let of_back_end = |path: &str| !path.contains("/shop-web/");
    let of_front_end = |path: &str| path.contains("bundle") || path.contains("debug");
    type Takes = fn(&str) -> bool;
    let estates: [(Estate, Takes); 7] = [
        (with_workflows(), of_back_end),
        (with_rules(), of_back_end),
        (broken, of_back_end),
        (rules, of_back_end),
        (by_bundle, of_front_end),
        (by_event, of_front_end),
        (by_debug_id, of_front_end),
    ];
    for (estate, takes) in estates {
        let whole = {
            let sentry = Sentry::unwatched(estate.clone()).await;
            audit(&sentry, POLICY).await
        };
        let sentry = Sentry::unwatched(estate.clone()).await;
        let connected = Arc::new(provider(&sentry, POLICY).await.unwrap());
        for (path, document) in documents(&estate).await {
            let mut all = Vec::new();
            places(&document, &[], &mut all);
            for place in all {
                // the description's example of a project has a great many that nobody reads
                let far = !takes(&path) || place.len() > 9;
                let idle = path == "projects/acme/shop-backend/"
                    && !["slug", "id", "platform"].contains(&place[0].as_str());
                if far || idle {
                    continue;
                }
                tried += 1;
                sentry.with(|e| e.damaged = Some((path.clone(), place.clone())));
                let provider = if path == "organizations/acme/" {
                    let Ok(anew) = provider(&sentry, POLICY).await else {
                        read.insert(format!("{path} {}", place.join(".")));
                        continue;
                    };
                    Arc::new(anew)
                } else {
                    Arc::clone(&connected)
                };
                let less = judge(provider, POLICY, &checks()).await;
                for (key, verdict) in &less.by_id {
                    let before = whole.by_id.get(key).copied();
                    if *verdict == "pass" {
                        assert_eq!(before, Some("pass"), "{key} without {path} {place:?}");
                    }
                    if *verdict == "unknown" && before != Some("unknown") {
                        read.insert(format!("{path} {}", place.join(".")));
                    }
                }
            }
        }
    }
    assert!(tried > 300, "{tried} fields were left out");
    for wanted in READ {
        assert!(
            read.iter().any(|place| matches(place, wanted)),
            "nothing turns unknown without {wanted}; without these something does:\n{read:#?}"
        );
    }
}

/// Whether a place is what a pattern means: `*` for a part of a path or a place.
fn matches(place: &str, pattern: &str) -> bool {
    let parts = |text: &str| -> Vec<String> {
        let split = text.split(['/', ' ', '.']);
        split.map(str::to_owned).collect()
    };
    let (place, pattern) = (parts(place), parts(pattern));
    place.len() == pattern.len() && place.iter().zip(&pattern).all(|(p, q)| q == "*" || p == q)
}

/// The fields that are read, by answer.
const READ: &[&str] = &[
    "organizations/acme/ slug",
    " auth",
    " auth.scopes",
    "projects/acme/shop-backend/ slug",
    "projects/acme/shop-backend/ id",
    "projects/acme/shop-backend/ platform",
    "projects/acme/shop-backend/releases/ 0.version",
    "projects/acme/shop-backend/releases/ 0.commitCount",
    "organizations/acme/releases/*/deploys/ *.environment",
    "projects/acme/shop-backend/events/ 0.eventID",
    "projects/acme/shop-backend/events/ 0.tags",
    "projects/acme/shop-backend/events/ 0.tags.*.key",
    "projects/acme/shop-backend/events/ 0.tags.*.value",
    "organizations/acme/members/ 0.user",
    "organizations/acme/members/ 0.user.id",
    "organizations/acme/members/ 0.user.isActive",
    "organizations/acme/teams/ 0.id",
    "organizations/acme/teams/ 0.memberCount",
    "organizations/acme/integrations/ 0.id",
    "organizations/acme/integrations/ 0.status",
    "organizations/acme/integrations/ 0.organizationIntegrationStatus",
    "projects/acme/shop-web/files/artifact-bundles/ 0.bundleId",
    "projects/acme/shop-web/files/artifact-bundles/ 0.date",
    "projects/acme/shop-web/files/artifact-bundles/ 0.associations",
    "projects/acme/shop-web/files/artifact-bundles/ 0.associations.1.release",
    "projects/acme/shop-web/artifact-bundles/*/files/ files",
    "projects/acme/shop-web/artifact-bundles/*/files/ files.*.fileType",
    "projects/acme/shop-web/events/*/source-map-debug/ exceptions",
    "projects/acme/shop-web/events/*/source-map-debug/ exceptions.0.frames",
    "projects/acme/shop-web/events/*/source-map-debug/ exceptions.0.frames.0.debug_id_process",
    "organizations/acme/workflows/ *.id",
    "organizations/acme/workflows/ *.enabled",
    "organizations/acme/workflows/ *.environment",
    "organizations/acme/workflows/ *.config",
    "organizations/acme/workflows/ *.config.frequency",
    "organizations/acme/workflows/ *.detectorIds",
    "organizations/acme/workflows/ *.triggers",
    "organizations/acme/workflows/ *.triggers.logicType",
    "organizations/acme/workflows/ *.triggers.conditions",
    "organizations/acme/workflows/ *.triggers.conditions.*.type",
    "organizations/acme/workflows/ *.actionFilters",
    "organizations/acme/workflows/ *.actionFilters.0.logicType",
    "organizations/acme/workflows/ *.actionFilters.0.conditions",
    "organizations/acme/workflows/ *.actionFilters.0.conditions.*.type",
    "organizations/acme/workflows/ *.actionFilters.0.conditions.*.comparison",
    "organizations/acme/workflows/ *.actionFilters.0.conditions.*.comparison.value",
    "organizations/acme/workflows/ *.actionFilters.0.conditions.*.comparison.interval",
    "organizations/acme/workflows/ *.actionFilters.0.conditions.*.comparison.level",
    "organizations/acme/workflows/ *.actionFilters.0.conditions.*.comparison.match",
    "organizations/acme/workflows/ *.actionFilters.0.conditions.*.comparison.time",
    "organizations/acme/workflows/ *.actionFilters.0.conditions.*.comparison.comparisonType",
    "organizations/acme/workflows/ *.actionFilters.0.conditions.*.conditionResult",
    "organizations/acme/workflows/ *.actionFilters.0.actions",
    "organizations/acme/workflows/ *.actionFilters.0.actions.*.type",
    "organizations/acme/workflows/ *.actionFilters.0.actions.*.status",
    "organizations/acme/workflows/ *.actionFilters.0.actions.*.config",
    "organizations/acme/workflows/ *.actionFilters.0.actions.*.config.targetType",
    "organizations/acme/workflows/ *.actionFilters.0.actions.*.config.targetIdentifier",
    "organizations/acme/detectors/ *.id",
    "organizations/acme/detectors/ *.projectId",
    "organizations/acme/detectors/ *.type",
    "organizations/acme/detectors/ *.enabled",
    "organizations/acme/detectors/ *.config",
    "organizations/acme/detectors/ *.config.detectionType",
    "organizations/acme/detectors/ *.conditionGroup",
    "organizations/acme/detectors/ *.conditionGroup.conditions",
    "organizations/acme/detectors/ *.conditionGroup.conditions.*.type",
    "organizations/acme/detectors/ *.conditionGroup.conditions.*.comparison",
    "organizations/acme/detectors/ *.conditionGroup.conditions.*.conditionResult",
    "organizations/acme/detectors/ *.dataSources",
    "organizations/acme/detectors/ *.dataSources.0.queryObj",
    "organizations/acme/detectors/ *.dataSources.0.queryObj.snubaQuery",
    "organizations/acme/detectors/ *.dataSources.0.queryObj.snubaQuery.aggregate",
    "organizations/acme/detectors/ *.dataSources.0.queryObj.snubaQuery.dataset",
    "organizations/acme/detectors/ *.dataSources.0.queryObj.snubaQuery.query",
    "organizations/acme/detectors/ *.dataSources.0.queryObj.snubaQuery.timeWindow",
    "organizations/acme/detectors/ *.dataSources.0.queryObj.snubaQuery.environment",
    "projects/acme/shop-backend/rules/ *.id",
    "projects/acme/shop-backend/rules/ *.status",
    "projects/acme/shop-backend/rules/ *.snooze",
    "projects/acme/shop-backend/rules/ *.environment",
    "projects/acme/shop-backend/rules/ *.frequency",
    "projects/acme/shop-backend/rules/ *.actionMatch",
    "projects/acme/shop-backend/rules/ *.filterMatch",
    "projects/acme/shop-backend/rules/ *.conditions",
    "projects/acme/shop-backend/rules/ *.conditions.0.id",
    "projects/acme/shop-backend/rules/ *.conditions.0.value",
    "projects/acme/shop-backend/rules/ *.conditions.0.interval",
    "projects/acme/shop-backend/rules/ *.filters",
    "projects/acme/shop-backend/rules/ *.filters.*.id",
    "projects/acme/shop-backend/rules/ *.filters.*.value",
    "projects/acme/shop-backend/rules/ *.actions",
    "projects/acme/shop-backend/rules/ *.actions.*.id",
    "projects/acme/shop-backend/rules/ *.actions.*.targetType",
    "projects/acme/shop-backend/rules/ *.actions.*.targetIdentifier",
    "organizations/acme/alert-rules/ 0.id",
    "organizations/acme/alert-rules/ 0.status",
    "organizations/acme/alert-rules/ 0.projects",
    "organizations/acme/alert-rules/ 0.aggregate",
    "organizations/acme/alert-rules/ 0.dataset",
    "organizations/acme/alert-rules/ 0.query",
    "organizations/acme/alert-rules/ 0.timeWindow",
    "organizations/acme/alert-rules/ 0.environment",
    "organizations/acme/alert-rules/ 0.thresholdType",
    "organizations/acme/alert-rules/ 0.comparisonDelta",
    "organizations/acme/alert-rules/ 0.triggers",
    "organizations/acme/alert-rules/ 0.triggers.0.label",
    "organizations/acme/alert-rules/ 0.triggers.0.alertThreshold",
    "organizations/acme/alert-rules/ 0.triggers.0.actions",
    "organizations/acme/alert-rules/ 0.triggers.0.actions.0.type",
    "organizations/acme/alert-rules/ 0.triggers.0.actions.0.targetType",
    "organizations/acme/alert-rules/ 0.triggers.0.actions.0.targetIdentifier",
];
