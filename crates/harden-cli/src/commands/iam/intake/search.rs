//! Searches an answer of the AWS CLI for policy documents.

use std::borrow::Cow;

use harden_iam::lint::PolicyType;
use serde_json::value::RawValue;

use super::Document;
use super::json::{Entries, Positions};

/// Elements that hold a policy document, as an object or as a string.
const DOCUMENT_ELEMENTS: [(&str, Option<PolicyType>); 4] = [
    ("AssumeRolePolicyDocument", Some(PolicyType::Trust)),
    ("PolicyDocument", Some(PolicyType::Identity)),
    ("Document", Some(PolicyType::Identity)),
    ("ResourcePolicy", None),
];

/// Elements that hold a policy document only if they are a string of JSON: those of
/// `s3api get-bucket-policy`, `kms get-key-policy` and `sqs get-queue-attributes`; of
/// `organizations describe-policy`; and of `ecr get-repository-policy`.
const STRING_ELEMENTS: [&str; 3] = ["Policy", "Content", "policyText"];

/// Elements that name a document, with the word that is put before the name.
const NAMES: [(&str, &str); 5] = [
    ("RoleName", "role"),
    ("UserName", "user"),
    ("GroupName", "group"),
    ("PolicyName", "policy"),
    ("VersionId", "version"),
];

/// The policies of `get-account-authorization-details` are six levels deep.
const DEEPEST: usize = 12;

/// A search through one text.
pub(super) struct Search<'a> {
    positions: Positions<'a>,
    found: Vec<Document<'a>>,
}

impl<'a> Search<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self {
            positions: Positions::new(text),
            found: Vec::new(),
        }
    }

    pub(super) fn into_found(self) -> Vec<Document<'a>> {
        self.found
    }

    /// Collects the documents in a value; `name` is the name of the element around it.
    pub(super) fn visit(&mut self, raw: &'a str, name: Option<&str>, depth: usize) {
        if depth > DEEPEST {
            return;
        }
        if raw.starts_with('[') {
            let items: Vec<&'a RawValue> = serde_json::from_str(raw).unwrap_or_default();
            for item in items {
                self.visit(item.get(), name, depth + 1);
            }
        }
        let Ok(Entries(entries)) = serde_json::from_str::<Entries<'a>>(raw) else {
            return;
        };
        if entries.iter().any(|(key, _)| key == "Statement") {
            self.add_object(raw, name.map(str::to_owned), None);
            return;
        }
        // Only the default version of a managed policy is in force. At the top, the answer of
        // `get-policy-version`, the user asked for this version.
        let is_old_version =
            |(key, value): &(String, &str)| key == "IsDefaultVersion" && *value == "false";
        if depth > 1 && entries.iter().any(is_old_version) {
            return;
        }
        let name = full_name(&entries, name);
        for (key, value) in entries {
            let element = DOCUMENT_ELEMENTS.iter().find(|(name, _)| *name == key);
            let policy_type = element.and_then(|(_, policy_type)| *policy_type);
            let string = element.is_some() || STRING_ELEMENTS.contains(&key.as_str());
            if element.is_some() && value.starts_with('{') {
                self.add_object(value, name.clone(), policy_type);
            } else if string && value.starts_with('"') {
                let document = self.quoted_document(value, name.clone(), policy_type);
                self.found.extend(document);
            } else {
                self.visit(value, name.as_deref(), depth + 1);
            }
        }
    }

    fn add_object(&mut self, raw: &'a str, name: Option<String>, policy_type: Option<PolicyType>) {
        self.found.push(Document {
            role: role_of(name.as_deref()),
            name,
            policy_type,
            text: Cow::Borrowed(raw),
            start: self.positions.of(raw),
            quoted: false,
        });
    }

    /// The document that a JSON string holds, if it looks like one: JSON, or percent-encoded.
    pub(super) fn quoted_document(
        &self,
        raw: &'a str,
        name: Option<String>,
        policy_type: Option<PolicyType>,
    ) -> Option<Document<'a>> {
        let text: String = serde_json::from_str(raw).ok()?;
        text.trim_start().starts_with(['{', '%']).then(|| Document {
            role: role_of(name.as_deref()),
            name,
            policy_type,
            text: Cow::Owned(text),
            start: self.positions.of(raw),
            quoted: true,
        })
    }
}

/// The names that an object gives itself, after the name of the element around it.
fn full_name(entries: &[(String, &str)], outer: Option<&str>) -> Option<String> {
    let own = NAMES.iter().filter_map(|(key, word)| {
        let (_, value) = entries.iter().find(|(name, _)| name == key)?;
        let value: String = serde_json::from_str(value).ok()?;
        Some(format!("{word} {value}"))
    });
    let all: Vec<String> = outer.map(str::to_owned).into_iter().chain(own).collect();
    (!all.is_empty()).then(|| all.join(", "))
}

/// The role in the name of a document: `role deploy, policy push`.
fn role_of(name: Option<&str>) -> Option<String> {
    let parts = name?.split(", ");
    let mut roles = parts.filter_map(|part| part.strip_prefix("role "));
    roles.next().map(str::to_owned)
}
