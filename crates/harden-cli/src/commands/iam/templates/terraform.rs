//! Policies in what `terraform show -json` prints: plans and states.
//!
//! Terraform documentation, "JSON Output Format".

use harden_iam::lint::PolicyType;
use serde_json::Value;

use super::{Rendered, is_policy};

/// Attributes of resources that hold a policy as a string of JSON.
const ATTRIBUTES: [&str; 7] = [
    "access_policies",
    "assume_role_policy",
    "content",
    "inline_policy",
    "key_policy",
    "policy",
    "resource_policy",
];

pub(super) fn policies(plan: &Value) -> Vec<Rendered> {
    let mut found = Vec::new();
    for values in ["planned_values", "values"] {
        if let Some(module) = plan.pointer(&format!("/{values}/root_module")) {
            visit(module, &mut found);
        }
    }
    found
}

fn visit(module: &Value, found: &mut Vec<Rendered>) {
    let list = |key: &str| module.get(key).and_then(Value::as_array);
    for resource in list("resources").into_iter().flatten() {
        read(resource, found);
    }
    for child in list("child_modules").into_iter().flatten() {
        visit(child, found);
    }
}

fn read(resource: &Value, found: &mut Vec<Rendered>) {
    let text = |value: &Value, key: &str| value.get(key).and_then(Value::as_str).map(str::to_owned);
    let (Some(address), Some(kind), Some(values)) = (
        text(resource, "address"),
        text(resource, "type"),
        resource.get("values"),
    ) else {
        return;
    };
    // A document that is only rendered has no effect.
    if text(resource, "mode").as_deref() == Some("data") {
        return;
    }
    let role = match kind.as_str() {
        "aws_iam_role" => text(values, "name"),
        "aws_iam_role_policy" => text(values, "role"),
        _ => None,
    };
    for attribute in ATTRIBUTES {
        let Some(value) = values.get(attribute) else {
            continue;
        };
        // `inline_policy` of a role is a list of blocks, each with its policy.
        let texts: Vec<&str> = match value {
            Value::String(text) => vec![text],
            Value::Array(blocks) => {
                let policies = blocks.iter().filter_map(|one| one.get("policy")?.as_str());
                policies.collect()
            }
            _ => Vec::new(),
        };
        for policy in texts {
            let Ok(policy) = serde_json::from_str::<Value>(policy) else {
                continue;
            };
            if is_policy(&policy) {
                found.push(Rendered {
                    address: address.clone(),
                    role: role.clone(),
                    policy_type: policy_type(&kind, attribute, values),
                    policy,
                    anchor: address.clone(),
                });
            }
        }
    }
}

fn policy_type(kind: &str, attribute: &str, values: &Value) -> Option<PolicyType> {
    Some(match (kind, attribute) {
        (_, "assume_role_policy") => PolicyType::Trust,
        ("aws_organizations_policy", _) => match values.get("type").and_then(Value::as_str) {
            Some("RESOURCE_CONTROL_POLICY") => PolicyType::ResourceControl,
            Some("SERVICE_CONTROL_POLICY") | None => PolicyType::ServiceControl,
            Some(_) => return None,
        },
        ("aws_vpc_endpoint" | "aws_vpc_endpoint_policy", _) => PolicyType::Endpoint,
        (kind, _) if kind.starts_with("aws_iam_") => PolicyType::Identity,
        ("aws_ssoadmin_permission_set_inline_policy", _) => PolicyType::Identity,
        _ => return None,
    })
}
