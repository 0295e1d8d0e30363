//! A permission taken away from any example of the checks on alarms: what rests on it turns unknown
//! and names the action, everything else stays as it is, and nothing comes to pass.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use std::collections::BTreeMap;

use harden_aws::{AwsPolicy, checks};
use harden_core::testing::{examples, run};
use harden_core::{Check, Outcome, Policies, Unknown};
use serde_json::{Value, json};

#[test]
fn exactly_what_rests_on_a_permission_turns_unknown() {
    for check in checks() {
        let meta = check.meta();
        if !["aws/alarm-", "aws/alb-", "aws/ecs-"]
            .iter()
            .any(|p| meta.id.starts_with(p))
        {
            continue;
        }
        for example in examples(meta.page) {
            let whole: Value = serde_json::from_str(&example.fragment).unwrap();
            let before = outcomes(&*check, &whole, example.policy.as_deref());
            for kind in check.kinds() {
                let action = kind.permissions[0];
                let mut less = whole.clone();
                let scope = whole[kind.name].get("scope").cloned();
                less[kind.name] = json!({"resources": [], "gaps": [{
                    "account": "392853978631", "region": "us-east-2",
                    "unknown": {"cause": "denied", "by": "iam", "action": action, "message": "no"}
                }]});
                if let Some(scope) = scope {
                    less[kind.name]["scope"] = scope;
                }
                for (resource, after) in outcomes(&*check, &less, example.policy.as_deref()) {
                    let at = format!(
                        "{} on {resource} without {action}\n{}",
                        meta.id, example.fragment
                    );
                    match (before.get(&resource), &after) {
                        (_, Ok(word)) => {
                            assert_eq!(before.get(&resource), Some(&Ok(*word)), "{at}");
                        }
                        // unknown before, for the same reason still
                        (Some(Err(_)), Err(_)) => {}
                        (_, Err(unknown)) => {
                            assert_eq!(unknown.action.as_deref(), Some(action), "{at}");
                        }
                    }
                }
            }
        }
    }
}

type Outcomes = BTreeMap<String, Result<&'static str, Unknown>>;

fn outcomes(check: &dyn Check, fragment: &Value, policy: Option<&str>) -> Outcomes {
    #[derive(serde::Deserialize)]
    struct File {
        aws: AwsPolicy,
    }
    let mut policies = Policies::default();
    if let Some(text) = policy {
        policies.insert(toml::from_str::<File>(text).unwrap().aws);
    }
    let findings = run(check, &fragment.to_string(), policies).into_iter();
    findings
        .map(|finding| {
            let outcome = match &finding.outcome {
                Outcome::Unknown(unknown) => Err((**unknown).clone()),
                other => Ok(other.as_str()),
            };
            (finding.resource.key(), outcome)
        })
        .collect()
}
