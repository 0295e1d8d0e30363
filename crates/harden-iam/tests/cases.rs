//! Compares evaluation with the test cases of another simulator.
//!
//! The cases are not in the repository, because they belong to a project with another license. Without
//! them the test prints that it is skipped. The test checks how many of the cases that state the whole
//! request agree, and names the others, each with its reason.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod corpora;

use std::collections::BTreeMap;

use harden_iam::{
    Attached, Context, Identity, OrganizationLevel, Policy, Principal, Request, Ruling,
};
use serde_json::Value;

/// Cases that do not agree: part of the name, and why. Every line must be of use.
const APART: &[(&str, &str)] = &[
    (
        "EC2 specific resource matches request wildcard",
        "ec2:DescribeInstances takes no resource (Service Authorization Reference): a statement about \
     an instance never allows it. The case leaves that to the caller, as wildcardOnlyAction",
    ),
    (
        "Implicit deny in session policy denies even if session ARN in resource policy",
        "IAM User Guide, Session policies: what a resource policy grants to the session's own ARN is \
     added after the session is created, and not limited by the session policy",
    ),
];

#[test]
fn evaluation_agrees_with_the_cases() {
    let Some(text) = corpora::read("iam/evaluation-cases.jsonl") else {
        return;
    };
    let (mut all, mut agree, mut apart) = (0, 0, BTreeMap::new());
    for line in text.lines() {
        let case: Value = serde_json::from_str(line).unwrap();
        // The others ask which conditions a request would have to meet, not what is decided.
        if !case["simulation"].is_null() {
            continue;
        }
        all += 1;
        let name = format!(
            "{}: {}",
            case["_file"].as_str().unwrap(),
            case["name"].as_str().unwrap()
        );
        let expected = case["expected"]["response"].as_str().unwrap();
        let found = judge(&case);
        if found == expected {
            agree += 1;
        } else {
            apart.insert(name, format!("{found}, not {expected}"));
        }
    }
    for (name, _) in APART {
        let known = apart.keys().find(|other| other.contains(name)).cloned();
        let known = known.unwrap_or_else(|| panic!("agrees by now: {name}"));
        apart.remove(&known);
    }
    assert!(apart.is_empty(), "{agree} of {all} agree; {apart:#?}");
    assert_eq!((agree, all), (359 - APART.len(), 359));
}

fn judge(case: &Value) -> String {
    let request = &case["request"];
    let principal = match &request["principal"] {
        Value::String(name) if name.ends_with(".amazonaws.com") => Principal::service(name.clone()),
        Value::String(arn) => Principal::arn(arn.clone()),
        _ => Principal::Anonymous,
    };
    let mut context = Context::absent_otherwise();
    for (key, value) in request["context"].as_object().into_iter().flatten() {
        let values = match value {
            Value::Array(items) => items.clone(),
            one => vec![one.clone()],
        };
        let values = values.iter().map(|one| match one {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        });
        context = context.with_values(key, values);
    }
    let owner = request["resource"]["accountId"].as_str().unwrap();
    let request = Request::new(
        principal,
        request["action"].as_str().unwrap(),
        request["resource"]["resource"].as_str().unwrap(),
        context,
    )
    .owned_by(owner);
    let list = |key: &str| match &case[key] {
        Value::Array(items) => Some(items.iter().map(policy).collect::<Vec<_>>()),
        _ => None,
    };
    let levels = |key: &str| {
        let levels = case[key].as_array().into_iter().flatten();
        levels
            .map(|level| OrganizationLevel {
                name: level["orgIdentifier"].as_str().unwrap().to_owned(),
                policies: level["policies"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .map(policy)
                    .collect(),
            })
            .collect()
    };
    let one = |key: &str| (!case[key].is_null()).then(|| policy(&case[key]));
    let identity = Identity {
        policies: list("identityPolicies").unwrap_or_default(),
        boundary: list("permissionBoundaries"),
        session: one("sessionPolicy").map(|one| vec![one]),
        service_control: levels("serviceControlPolicies"),
        resource: one("resourcePolicy"),
        resource_control: levels("resourceControlPolicies"),
        endpoint: list("endpointPolicies"),
    };
    match identity.decide(&request) {
        Ruling::Allowed { .. } => "Allowed".to_owned(),
        Ruling::ExplicitlyDenied { .. } => "ExplicitlyDenied".to_owned(),
        Ruling::ImplicitlyDenied { .. } => "ImplicitlyDenied".to_owned(),
        Ruling::Undetermined { by, key } => format!("undetermined by {by}: {key}"),
    }
}

/// A policy of the corpus. Some write `"Principal": "arn:…"`, which AWS refuses and that simulator
/// reads as `{"AWS": "arn:…"}`; so that the case is of use it is written out here.
fn policy(value: &Value) -> Attached {
    let mut value = value.clone();
    let statements = match value.get_mut("Statement") {
        Some(Value::Array(items)) => items.iter_mut().collect(),
        Some(one) => vec![one],
        None => Vec::new(),
    };
    for statement in statements {
        if let Some(principal) = statement.get_mut("Principal")
            && let Some(arn) = principal.as_str().filter(|text| *text != "*")
        {
            *principal = serde_json::json!({ "AWS": arn });
        }
    }
    if let Some(elements) = value.as_object_mut() {
        // The corpus names policies by elements that the language does not have.
        elements.retain(|name, _| ["Version", "Id", "Statement"].contains(&name.as_str()));
    }
    Attached::new("policy", Policy::parse(&value.to_string()).unwrap())
}
