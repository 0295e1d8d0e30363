//! With one permission taken away exactly the findings that rest on it turn unknown, naming it.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use std::collections::BTreeMap;

use harden_aws::{AwsPolicy, checks};
use harden_core::{Check, Finding, Outcome, Policies, testing};
use serde_json::{Value, json};

fn policies(text: Option<&str>) -> Policies {
    #[derive(serde::Deserialize)]
    struct File {
        aws: AwsPolicy,
    }
    let mut policies = Policies::default();
    if let Some(text) = text {
        policies.insert(toml::from_str::<File>(text).unwrap().aws);
    }
    policies
}

/// The findings of a check over a fragment, by resource.
fn run(check: &dyn Check, fragment: &Value, policy: Option<&str>) -> BTreeMap<String, Finding> {
    testing::run(check, &fragment.to_string(), policies(policy))
        .into_iter()
        .map(|finding| (finding.resource.key(), finding))
        .collect()
}

#[test]
fn a_denied_kind_makes_unknown_what_rests_on_it() {
    for check in checks() {
        for example in testing::examples(check.meta().page) {
            let policy = example.policy.as_deref();
            let whole: Value = serde_json::from_str(&example.fragment).unwrap();
            let before = run(&*check, &whole, policy);
            for kind in check.kinds() {
                let Some(action) = kind.permissions.first() else {
                    continue;
                };
                let gap = json!({"account": "392853978631", "region": "*", "unknown": {
                    "cause": "denied", "by": "iam", "action": action, "message": "denied"}});
                let mut less = whole.clone();
                less[kind.name] = json!({"resources": [], "gaps": [gap]});
                for (key, finding) in run(&*check, &less, policy) {
                    let was = before.get(&key).map(|f| f.outcome.as_str());
                    let now = finding.outcome.as_str();
                    let what = format!(
                        "{} on {key} without {action}: was {was:?}, is {:?}, over\n{}",
                        check.meta().id,
                        finding.outcome,
                        example.fragment
                    );
                    match &finding.outcome {
                        Outcome::Unknown(unknown) if was != Some("unknown") => {
                            // an example may have another denial that the evidence made up for
                            let named = unknown.action.as_deref().unwrap_or_default();
                            let denied_before = example.fragment.contains(named);
                            assert!(named == *action || denied_before, "{what}");
                        }
                        _ => assert_eq!(was, Some(now), "{what}"),
                    }
                }
            }
        }
    }
}
