//! Whom alerts reach: the fallbacks of emails to owners, and monitors of more than one project.

use harden_tests::fakes::sentry::Sentry;
use serde_json::{Value, json};

use super::NOBODY;
use super::harness::*;

/// An email to the owners of an issue reaches somebody for sure only by its fallback.
#[tokio::test]
async fn owners_of_an_issue_and_their_fallback() {
    let cases = [
        (json!({"fallthroughType": "ActiveMembers"}), "pass"),
        (json!({"fallthrough_type": "AllMembers"}), "pass"),
        // Sentry's default
        (json!({}), "pass"),
        (json!({"fallthroughType": "NoOne"}), "unknown"),
        (json!({"fallthroughType": "Everybody"}), "unknown"),
        (Value::Null, "unknown"),
    ];
    for (data, wanted) in &cases {
        let mut estate = with_workflows();
        // of errors, and of a metric
        for i in [1, 3] {
            estate.workflows[i]["actionFilters"][0]["actions"] = json!([{"id": "1",
                "type": "email", "integrationId": null, "data": data, "status": "active",
                "config": {"targetType": "issue_owners", "targetIdentifier": null,
                    "targetDisplay": null}}]);
        }
        let sentry = Sentry::unwatched(estate).await;
        let audited = audit(&sentry, POLICY).await;
        let found = audited.one(NOBODY, "workflow 9002 ");
        assert_eq!(found.as_str(), *wanted, "{data}: {found:?}");
        audited.unknown(NOBODY, "workflow 9004 ");
    }
    for (choice, wanted) in [(json!("NoOne"), "unknown"), (Value::Null, "pass")] {
        let mut estate = with_rules();
        let rules = estate.issue_rules.get_mut("shop-backend").unwrap();
        let number = rules[1]["id"].as_str().unwrap().to_owned();
        rules[1]["actions"][0]["fallthroughType"] = choice;
        let sentry = Sentry::unwatched(estate).await;
        let audited = audit(&sentry, POLICY).await;
        let found = audited.one(NOBODY, &format!("issue rule {number} "));
        assert_eq!(found.as_str(), wanted, "{found:?}");
    }
}
