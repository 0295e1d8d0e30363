//! Policy documents where people have them: in files, and in the answers of the AWS CLI.
//!
//! A file may be a document, or hold one or many: `aws iam get-role` has the trust policy under
//! `Role.AssumeRolePolicyDocument`, `aws iam get-policy-version` the permissions under
//! `PolicyVersion.Document`, `aws iam get-account-authorization-details` those of a whole account;
//! `aws s3api get-bucket-policy` and its kin have a string of JSON. [`documents`] finds them, each
//! with its place in the file, so that what is found wrong points there.
//!
//! The API itself answers with percent-encoded strings (IAM API Reference, `GetRole`), which the
//! AWS CLI decodes; both are read.
//!
//! What needs another program first is refused by name ([`IntakeError`]): Terraform, its plans, and
//! templates of AWS CloudFormation, whose values are not known before they are rendered.

use std::borrow::Cow;

use serde_json::value::RawValue;

use crate::document::json::{Entries, Places};
use crate::error::{ParseError, Position};
use crate::lint::Kind;
use crate::{Policy, document};

/// Elements of answers that are a policy, as an object or as a string.
const ALWAYS: [(&str, Option<Kind>); 4] = [
    ("AssumeRolePolicyDocument", Some(Kind::Trust)),
    ("PolicyDocument", Some(Kind::Identity)),
    ("Document", Some(Kind::Identity)),
    ("ResourcePolicy", None),
];

/// Elements that are a policy where they are a string of JSON: `s3api get-bucket-policy`,
/// `kms get-key-policy`, `sqs get-queue-attributes`; `organizations describe-policy`;
/// `ecr get-repository-policy`.
const AS_TEXT: [&str; 3] = ["Policy", "Content", "policyText"];

/// Elements that say whose a policy is, and as what.
const NAMES: [(&str, &str); 5] = [
    ("RoleName", "role"),
    ("UserName", "user"),
    ("GroupName", "group"),
    ("PolicyName", "policy"),
    ("VersionId", "version"),
];

/// The policies of `get-account-authorization-details` lie six deep.
const DEEPEST: usize = 12;

/// A policy document in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document<'a> {
    /// Whose it is, where the text says so: `role deploy, policy push`.
    pub name: Option<String>,
    /// What it is attached to, where the text says so.
    pub kind: Option<Kind>,
    text: Cow<'a, str>,
    start: Position,
    /// Whether it is a string of the text, in which nothing has a line of its own.
    quoted: bool,
}

impl Document<'_> {
    /// Reads the document; what is in it, and what is wrong with it, has its place in the whole
    /// text, as [`place`](Self::place) has it.
    ///
    /// # Errors
    ///
    /// As [`Policy::parse`].
    pub fn policy(&self) -> Result<Policy, ParseError> {
        let start = if self.quoted { START } else { self.start };
        document::parse_from(&self.text, start)
    }

    /// What the document is attached to: by the text, or else by its looks.
    pub fn kind_of(&self, policy: &Policy) -> Kind {
        self.kind.unwrap_or_else(|| Kind::of(policy))
    }

    /// The place in the whole text of something in the document: for a document in a string, where
    /// the string begins.
    pub fn place(&self, position: Position) -> Position {
        if self.quoted || self.text.trim_start().starts_with('%') {
            self.start
        } else {
            position
        }
    }
}

const START: Position = Position { line: 1, column: 1 };

/// Why there is no document to judge in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum IntakeError {
    /// There is nothing in it.
    #[error("is empty")]
    Empty,
    /// The source of Terraform.
    #[error("is Terraform from {position} on, and no policy")]
    Terraform {
        /// Where it can be told.
        position: Position,
    },
    /// What `terraform show -json` prints.
    #[error("is a plan or a state of Terraform, and no policy")]
    TerraformPlan,
    /// A template of AWS CloudFormation.
    #[error("is a template of AWS CloudFormation, and no policy")]
    Template,
    /// An answer that tells of policies, and holds none (`aws iam get-policy`).
    #[error("tells of policies, and has no policy document")]
    NoDocument,
}

impl IntakeError {
    /// What to do about it.
    pub const fn help(self) -> &'static str {
        match self {
            Self::Empty => "a policy is a JSON object with a Statement",
            Self::Terraform { .. } | Self::TerraformPlan => {
                "judge what Terraform makes of it: `terraform show -json PLAN | jq -r \
                 '.planned_values.root_module.resources[] | select(.address == \
                 \"aws_iam_role_policy.NAME\").values.policy'`"
            }
            Self::Template => {
                "judge the policy once it is rendered: `aws iam get-role-policy`, or the document \
                 with its references filled in"
            }
            Self::NoDocument => {
                "ask for the document: `aws iam get-policy-version --policy-arn ARN --version-id \
                 v1`, `aws iam get-role-policy`, `aws iam get-role`"
            }
        }
    }
}

/// The policy documents of a text, in its order. A text that is not of the forms above is taken as
/// one document, so that reading it says what is wrong with it, and where.
///
/// # Errors
///
/// [`IntakeError`]: the text is something else.
pub fn documents(text: &str) -> Result<Vec<Document<'_>>, IntakeError> {
    let trimmed = text.trim_start();
    let whole = || Document {
        name: None,
        kind: None,
        text: Cow::Borrowed(text),
        start: START,
        quoted: false,
    };
    if trimmed.is_empty() {
        return Err(IntakeError::Empty);
    }
    if !trimmed.starts_with(['{', '[', '"', '%']) {
        return match foreign(text) {
            Some(error) => Err(error),
            None => Ok(vec![whole()]),
        };
    }
    let Ok(raw) = serde_json::from_str::<&RawValue>(text) else {
        return Ok(vec![whole()]);
    };
    let mut search = Search {
        places: Places::new(text, START),
        found: Vec::new(),
    };
    if let Some(quoted) = search.quoted(raw.get(), None, None) {
        return Ok(vec![quoted]);
    }
    let keys = keys(raw.get());
    let has = |key: &str| keys.iter().any(|one| one == key);
    if has("Statement") {
        return Ok(vec![whole()]);
    }
    if has("AWSTemplateFormatVersion") || has("Resources") {
        return Err(IntakeError::Template);
    }
    // in the syntax of JSON
    if has("resource") || has("data") || has("locals") {
        return Err(IntakeError::Terraform { position: START });
    }
    if has("planned_values") || has("terraform_version") {
        return Err(IntakeError::TerraformPlan);
    }
    search.visit(raw.get(), None, 0);
    if !search.found.is_empty() {
        return Ok(search.found);
    }
    let told = [
        "Policy",
        "Policies",
        "Role",
        "Roles",
        "User",
        "Users",
        "Group",
        "Groups",
        "AttachedPolicies",
        "PolicyNames",
        "Versions",
    ];
    if told.into_iter().any(has) {
        return Err(IntakeError::NoDocument);
    }
    Ok(vec![whole()])
}

/// The keys of an object.
fn keys(raw: &str) -> Vec<String> {
    let Ok(Entries(entries)) = serde_json::from_str(raw) else {
        return Vec::new();
    };
    let name = |(key, _): (&RawValue, _)| serde_json::from_str(key.get()).ok();
    entries.into_iter().filter_map(name).collect()
}

/// What a text is that is no JSON.
fn foreign(text: &str) -> Option<IntakeError> {
    const BLOCKS: [&str; 9] = [
        "resource",
        "data",
        "locals",
        "variable",
        "module",
        "provider",
        "terraform",
        "output",
        "import",
    ];
    for (line, number) in text.lines().zip(1..) {
        let code = line.trim_start();
        let comment = code.starts_with('#') || code.starts_with("//") || code.starts_with("/*");
        if code.is_empty() || comment || code.starts_with('*') {
            continue;
        }
        if code.starts_with("AWSTemplateFormatVersion") || code.starts_with("Resources:") {
            return Some(IntakeError::Template);
        }
        let word = code.split([' ', '\t', '{', '"']).next().unwrap_or("");
        let block = BLOCKS.contains(&word) && code.contains('{');
        let column = line.chars().count() - code.chars().count() + 1;
        return block.then(|| IntakeError::Terraform {
            position: Position {
                line: number,
                column: u32::try_from(column).unwrap_or(1),
            },
        });
    }
    None
}

struct Search<'a> {
    places: Places<'a>,
    found: Vec<Document<'a>>,
}

impl<'a> Search<'a> {
    /// Takes the documents out of a value of an answer.
    fn visit(&mut self, raw: &'a str, name: Option<&str>, depth: usize) {
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
        let entries: Vec<(String, &'a str)> = entries
            .into_iter()
            .filter_map(|(key, value)| Some((serde_json::from_str(key.get()).ok()?, value.get())))
            .collect();
        if entries.iter().any(|(key, _)| key == "Statement") {
            self.found.push(Document {
                name: name.map(str::to_owned),
                kind: None,
                text: Cow::Borrowed(raw),
                start: self.places.of(raw),
                quoted: false,
            });
            return;
        }
        // of a policy's versions the default one is in force
        if depth > 1
            && entries
                .iter()
                .any(|(key, value)| key == "IsDefaultVersion" && *value == "false")
        {
            return;
        }
        let name = named(&entries, name);
        for (key, value) in entries {
            let always = ALWAYS.iter().find(|(name, _)| *name == key);
            let kind = always.and_then(|(_, kind)| *kind);
            if always.is_some() && value.starts_with('{') {
                self.found.push(Document {
                    name: name.clone(),
                    kind,
                    text: Cow::Borrowed(value),
                    start: self.places.of(value),
                    quoted: false,
                });
            } else if (always.is_some() || AS_TEXT.contains(&key.as_str()))
                && value.starts_with('"')
            {
                let quoted = self.quoted(value, name.clone(), kind);
                self.found.extend(quoted);
            } else {
                self.visit(value, name.as_deref(), depth + 1);
            }
        }
    }

    /// A document in a string.
    fn quoted(
        &mut self,
        raw: &'a str,
        name: Option<String>,
        kind: Option<Kind>,
    ) -> Option<Document<'a>> {
        let text: String = serde_json::from_str(raw).ok()?;
        text.trim_start().starts_with(['{', '%']).then(|| Document {
            name,
            kind,
            text: Cow::Owned(text),
            start: self.places.of(raw),
            quoted: true,
        })
    }
}

/// The name that an object gives itself, after that of what it lies in.
fn named(entries: &[(String, &str)], within: Option<&str>) -> Option<String> {
    let own = NAMES.iter().filter_map(|(key, word)| {
        let (_, value) = entries.iter().find(|(name, _)| name == key)?;
        let value: String = serde_json::from_str(value).ok()?;
        Some(format!("{word} {value}"))
    });
    let all: Vec<String> = within.map(str::to_owned).into_iter().chain(own).collect();
    (!all.is_empty()).then(|| all.join(", "))
}

#[cfg(test)]
mod tests;
