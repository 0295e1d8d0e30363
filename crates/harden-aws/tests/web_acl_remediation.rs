//! What the checks on web ACLs offer makes them pass, and loses nothing: each command of a failed
//! example is carried out on the example, as UpdateWebACL would, and the check runs again.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use harden_aws::{AwsPolicy, checks};
use harden_core::testing::{examples, run};
use harden_core::{Arg, Outcome, Part, Policies, Remediation};
use serde_json::{Value, json};

const ACLS: &str = "aws/web-acl-rules";

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

/// What a command hands to UpdateWebACL.
fn update_of(remediation: &Remediation) -> Option<Value> {
    let steps = remediation.steps.iter();
    let mut updates = steps.filter(|step| step.argv.contains(&Arg::word("update-web-acl")));
    let step = updates.next()?;
    let at = step
        .argv
        .iter()
        .position(|arg| *arg == Arg::word("--cli-input-json"));
    let parts: Vec<Part<'_>> = step.argv[at.unwrap() + 1].parts().collect();
    let [Part::Text(text)] = parts.as_slice() else {
        panic!("a document without inputs: {parts:?}");
    };
    Some(serde_json::from_str(text).unwrap())
}

/// Sets the only web ACL of a fragment anew.
fn carry_out(update: &Value, fragment: &mut Value) {
    let acl = &mut fragment[ACLS][0];
    for (member, field) in [
        ("Rules", "rules"),
        ("DefaultAction", "default_action"),
        ("VisibilityConfig", "visibility"),
    ] {
        acl[field] = update[member].clone();
    }
}

/// What an update must not lose: put into every example.
fn settings() -> Value {
    json!({
        "lock_token": "token-of-the-audit",
        "settings": {"Description": "it's ours", "TokenDomains": ["example.com"]},
    })
}

#[test]
fn remediation_makes_the_check_pass_and_loses_nothing() {
    let (mut fixed, mut withheld) = (0, 0);
    for check in checks() {
        let meta = check.meta();
        if !meta.id.starts_with("aws/waf-") || meta.id == "aws/waf-logging-disabled" {
            continue;
        }
        for example in examples(meta.page) {
            if example.verdict != "fail" {
                continue;
            }
            let mut fragment: Value = serde_json::from_str(&example.fragment).unwrap();
            let managed = &fragment[ACLS][0]["update"]["managed_by_firewall_manager"];
            if *managed != json!(true) {
                fragment[ACLS][0]["update"] = settings();
            }
            let judge = |fragment: &Value| {
                let policies = policies(example.policy.as_deref());
                let mut findings = run(&*check, &fragment.to_string(), policies);
                findings.remove(0).outcome
            };
            let Outcome::Fail(_, remediation) = judge(&fragment) else {
                panic!("{}: {}", meta.id, example.fragment);
            };
            let Some(update) = update_of(&remediation) else {
                let reason = remediation.withheld.as_deref();
                assert!(reason.is_some_and(|r| !r.is_empty()), "{}", meta.id);
                withheld += 1;
                continue;
            };
            assert_eq!(update["LockToken"], "token-of-the-audit");
            assert_eq!(update["Name"], "saaspe-production-edge");
            assert_eq!(update["Id"], "a1b2c3d4-5678-90ab-cdef-111111111111");
            assert_eq!(update["Scope"], "REGIONAL");
            assert_eq!(update["Description"], "it's ours");
            assert_eq!(update["TokenDomains"], json!(["example.com"]));
            let priorities: Vec<_> = update["Rules"].as_array().unwrap().iter().collect();
            let mut unique: Vec<i64> = priorities
                .iter()
                .map(|rule| rule["Priority"].as_i64().unwrap())
                .collect();
            unique.sort_unstable();
            unique.dedup();
            assert_eq!(unique.len(), priorities.len(), "{}: {update}", meta.id);
            // rules that block by country alone give way to the policy's
            if meta.id != "aws/waf-geo-mismatch" {
                for rule in fragment[ACLS][0]["rules"].as_array().unwrap() {
                    let named = |r: &&&Value| r["Name"] == rule["Name"];
                    assert!(priorities.iter().any(|r| named(&r)), "{}: {rule}", meta.id);
                }
            }
            carry_out(&update, &mut fragment);
            let after = judge(&fragment);
            assert!(
                matches!(after, Outcome::Pass(_)),
                "{}: {after:?}\nafter its remediation of\n{}",
                meta.id,
                example.fragment
            );
            fixed += 1;
        }
    }
    assert!(
        fixed > 40 && withheld >= 3,
        "{fixed} fixed, {withheld} withheld"
    );
}

/// A web ACL of which something is not recorded, or that is another's, is not set anew.
#[test]
fn a_command_that_could_lose_something_is_withheld() {
    let unrecorded = json!({"lock_token": "t", "unrecorded": ["MonetizationConfig"]});
    let of_others = json!({"lock_token": "t", "managed_by_firewall_manager": true});
    let unknown =
        json!({"$unknown": {"cause": "failed", "message": "the answer had no LockToken"}});
    let updates = [
        (unrecorded, "MonetizationConfig"),
        (of_others, "Firewall Manager"),
        (unknown, "LockToken"),
    ];
    let mut tried = 0;
    for check in checks() {
        let meta = check.meta();
        if !meta.id.starts_with("aws/waf-") || meta.id == "aws/waf-logging-disabled" {
            continue;
        }
        for example in examples(meta.page) {
            if example.verdict != "fail" {
                continue;
            }
            for (update, reason) in &updates {
                let mut fragment: Value = serde_json::from_str(&example.fragment).unwrap();
                fragment[ACLS][0]["update"] = update.clone();
                let policies = policies(example.policy.as_deref());
                for finding in run(&*check, &fragment.to_string(), policies) {
                    let Outcome::Fail(_, remediation) = &finding.outcome else {
                        panic!("{}: {}", meta.id, example.fragment);
                    };
                    assert_eq!(update_of(remediation), None, "{}", meta.id);
                    let withheld = remediation.withheld.as_deref().unwrap();
                    let other = ["another rule prevents it", "manages these rules"];
                    let known =
                        withheld.contains(reason) || other.iter().any(|o| withheld.contains(o));
                    assert!(known, "{}: {withheld}", meta.id);
                    tried += 1;
                }
            }
        }
    }
    assert!(tried > 100, "{tried}");
}
