//! Policies in templates of AWS CloudFormation and AWS SAM, and in `serverless.yml`.
//!
//! AWS CloudFormation User Guide, "Intrinsic function reference".

use harden_iam::lint::PolicyType;
use serde_json::{Map, Value, json};

use super::{Rendered, is_policy};

/// The policies of a template, or of a file that is a policy itself.
pub(super) fn policies(template: &Value) -> Vec<Rendered> {
    let mut found = Vec::new();
    if is_policy(template) {
        found.push(Rendered {
            address: String::new(),
            role: None,
            policy_type: None,
            policy: resolve(template),
            anchor: "Statement".to_owned(),
        });
        return found;
    }
    if let Some(Value::Object(resources)) = template.get("Resources") {
        for (id, resource) in resources {
            let resource = resolve(resource);
            let scope = Scope::of(id, &resource);
            scope.visit(&resource, &[], &mut found);
        }
        return found;
    }
    // The Serverless Framework: `resources` holds a template, `provider` the statements of the role.
    if let Some(resources) = template.get("resources") {
        found.extend(policies(resources));
    }
    let provider = template.get("provider");
    let statements = [
        template.pointer("/provider/iam/role/statements"),
        provider.and_then(|one| one.get("iamRoleStatements")),
    ];
    for statements in statements.into_iter().flatten() {
        found.push(Rendered {
            address: "provider, role".to_owned(),
            role: Some("provider".to_owned()),
            policy_type: Some(PolicyType::Identity),
            policy: resolve(&json!({"Version": "2012-10-17", "Statement": statements})),
            anchor: "provider".to_owned(),
        });
    }
    found
}

/// A resource of a template.
struct Scope<'a> {
    id: &'a str,
    role: Option<String>,
    sam: bool,
}

impl<'a> Scope<'a> {
    fn of(id: &'a str, resource: &Value) -> Self {
        let kind = resource
            .get("Type")
            .and_then(Value::as_str)
            .unwrap_or_default();
        let first_role = || {
            let roles = resource.pointer("/Properties/Roles/0");
            let role = roles.or_else(|| resource.pointer("/Properties/RoleName"));
            let role = role.and_then(Value::as_str)?;
            let name = role
                .strip_prefix("${ref:")
                .and_then(|one| one.strip_suffix('}'));
            Some(name.unwrap_or(role).to_owned())
        };
        let role = match kind {
            "AWS::IAM::Role" | "AWS::Serverless::Function" | "AWS::Serverless::StateMachine" => {
                Some(id.to_owned())
            }
            "AWS::IAM::Policy" | "AWS::IAM::ManagedPolicy" | "AWS::IAM::RolePolicy" => first_role(),
            _ => None,
        };
        Self {
            id,
            role,
            sam: kind.starts_with("AWS::Serverless::"),
        }
    }

    fn visit(&self, value: &Value, path: &[&str], found: &mut Vec<Rendered>) {
        match value {
            Value::Object(entries) if is_policy(value) => {
                let trust = path.last() == Some(&"AssumeRolePolicyDocument");
                let mut policy = entries.clone();
                // AWS SAM writes the version itself.
                if self.sam && !policy.contains_key("Version") {
                    policy.insert("Version".to_owned(), json!("2012-10-17"));
                }
                let kept = ["Version", "Id", "Statement"];
                policy.retain(|key, _| kept.contains(&key.as_str()));
                found.push(Rendered {
                    address: [&[self.id], path].concat().join("."),
                    role: self.role.clone(),
                    policy_type: trust.then_some(PolicyType::Trust),
                    policy: Value::Object(policy),
                    anchor: self.id.to_owned(),
                });
            }
            Value::Object(entries) => {
                for (key, value) in entries {
                    // The name of a policy says more than its place in a list.
                    let name = entries.get("PolicyName").and_then(Value::as_str);
                    let mut path = path.to_vec();
                    if key != "Properties" {
                        path.extend(name);
                        path.push(key);
                    }
                    self.visit(value, &path, found);
                }
            }
            Value::Array(items) => {
                for item in items {
                    self.visit(item, path, found);
                }
            }
            _ => {}
        }
    }
}

/// The value with functions replaced by what they return, or by a variable.
fn resolve(value: &Value) -> Value {
    match value {
        Value::Array(items) => {
            let items = items.iter().map(resolve).filter(|one| !one.is_null());
            // A function can return a list, whose entries belong to this one.
            items.collect()
        }
        Value::Object(entries) => {
            if let Some(value) = function(entries) {
                return value;
            }
            let entries = entries
                .iter()
                .map(|(key, value)| (key.clone(), resolve(value)))
                .filter(|(_, value)| !value.is_null());
            Value::Object(entries.collect())
        }
        other => other.clone(),
    }
}

fn function(entries: &Map<String, Value>) -> Option<Value> {
    let mut all = entries.iter();
    let (Some((name, value)), None) = (all.next(), all.next()) else {
        return None;
    };
    Some(match name.as_str() {
        "Ref" => match value.as_str()? {
            "AWS::NoValue" => Value::Null,
            "AWS::Partition" => json!("aws"),
            "AWS::URLSuffix" => json!("amazonaws.com"),
            name => json!(format!("${{ref:{name}}}")),
        },
        "Fn::Sub" => {
            let text = value.as_str().or_else(|| value.get(0)?.as_str())?;
            json!(substitute(text))
        }
        "Fn::GetAtt" => {
            let name = match value {
                Value::Array(parts) => {
                    let parts = parts.iter().filter_map(Value::as_str);
                    parts.collect::<Vec<_>>().join(".")
                }
                other => other.as_str()?.to_owned(),
            };
            json!(format!("${{attribute:{name}}}"))
        }
        "Fn::Join" => {
            let separator = value.get(0)?.as_str()?;
            let parts = resolve(value.get(1)?);
            let parts = parts
                .as_array()?
                .iter()
                .map(|one| one.as_str().map(str::to_owned));
            let parts: Option<Vec<String>> = parts.collect();
            json!(parts.map_or_else(|| "${function:Join}".to_owned(), |all| all.join(separator)))
        }
        "Fn::If" => {
            let first = resolve(value.get(1)?);
            if first.is_null() {
                resolve(value.get(2)?)
            } else {
                first
            }
        }
        other => {
            let name = other.strip_prefix("Fn::")?;
            json!(format!("${{function:{name}}}"))
        }
    })
}

/// The text of `Fn::Sub`: `${Name}` becomes `${ref:Name}`, and `${!Name}` a variable of the policy.
fn substitute(text: &str) -> String {
    let (mut result, mut rest) = (String::new(), text);
    while let Some((before, after)) = rest.split_once("${") {
        result.push_str(before);
        let Some((name, after)) = after.split_once('}') else {
            result.push_str("${");
            rest = after;
            continue;
        };
        match name {
            "AWS::Partition" => result.push_str("aws"),
            "AWS::URLSuffix" => result.push_str("amazonaws.com"),
            name => match name.strip_prefix('!') {
                Some(literal) => result.push_str(&format!("${{{literal}}}")),
                None => result.push_str(&format!("${{ref:{name}}}")),
            },
        }
        rest = after;
    }
    result.push_str(rest);
    result
}
