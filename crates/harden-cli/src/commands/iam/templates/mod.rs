//! Finds policies in files that other programs render: AWS CloudFormation and AWS SAM templates, the
//! Serverless Framework, plans and states of Terraform, and policies in YAML.
//!
//! A value that is known only later (a parameter, an attribute of another resource) is written as a policy
//! variable, `${ref:NAME}`: it can be any text. The findings of a document are at the line of its resource.

mod cloudformation;
mod terraform;
#[cfg(test)]
mod tests;
mod yaml;

use harden_iam::Position;
use harden_iam::lint::PolicyType;
use serde_json::Value;

use super::intake::Document;

/// A policy in a template.
struct Rendered {
    /// Where it is in the template: `DeployRole, policy push`.
    address: String,
    role: Option<String>,
    policy_type: Option<PolicyType>,
    policy: Value,
    /// The name of the resource in the text, to find its line.
    anchor: String,
}

/// The policies of a template or plan; `None` if the text is none.
pub(super) fn documents(text: &str) -> Option<Vec<Document<'static>>> {
    let trimmed = text.trim_start();
    let rendered = if trimmed.starts_with('{') {
        let value: Value = serde_json::from_str(text).ok()?;
        let plan = ["planned_values", "terraform_version"];
        if plan.iter().any(|key| value.get(key).is_some()) {
            terraform::policies(&value)
        } else if value.get("Resources").is_some() {
            cloudformation::policies(&value)
        } else {
            return None;
        }
    } else if trimmed.starts_with(['[', '"', '%']) {
        return None;
    } else {
        let value = yaml::read(text)?;
        cloudformation::policies(&value)
    };
    let document = |one: Rendered| {
        Document::rendered(
            one.address,
            one.role,
            one.policy_type,
            one.policy.to_string(),
            position(text, &one.anchor),
        )
    };
    Some(rendered.into_iter().map(document).collect())
}

/// The first line that begins with a name, as a key of YAML or JSON; otherwise the first one that contains
/// it as a string.
fn position(text: &str, name: &str) -> Position {
    let quoted = format!("\"{name}\"");
    let is_key = |line: &str| {
        let line = line.trim_start().trim_start_matches("- ");
        let rest = line
            .strip_prefix(&quoted)
            .or_else(|| line.strip_prefix(name));
        rest.is_some_and(|rest| rest.trim_start().starts_with(':'))
    };
    let lines = || text.lines().zip(1u32..);
    let found = lines()
        .find(|(line, _)| !name.is_empty() && is_key(line))
        .or_else(|| lines().find(|(line, _)| line.contains(&quoted)));
    let (line, number) = found.unwrap_or(("", 1));
    let indent = line.chars().take_while(|c| c.is_whitespace()).count();
    Position {
        line: number,
        column: u32::try_from(indent).unwrap_or(0).saturating_add(1),
    }
}

/// Whether a value is a policy document: it has statements with an effect.
fn is_policy(value: &Value) -> bool {
    let effect = |statement: &Value| statement.get("Effect").is_some();
    match value.get("Statement") {
        Some(Value::Array(all)) => !all.is_empty() && all.iter().any(effect),
        Some(one) => effect(one),
        None => false,
    }
}
