//! Finds the policy documents of a file: the file itself, or parts of what the AWS CLI printed.
//!
//! A file is a policy document, or it holds one or more of them:
//!
//! * `aws iam get-role` prints the trust policy under `Role.AssumeRolePolicyDocument`;
//! * `aws iam get-policy-version` prints the permissions under `PolicyVersion.Document`;
//! * `aws iam get-account-authorization-details` prints the policies of a whole account;
//! * `aws s3api get-bucket-policy` and similar commands print a policy as a string of JSON.
//!
//! [`documents`] finds them with their position in the file, so that a finding points at the line of
//! the file.
//!
//! The IAM API itself returns percent-encoded strings (IAM API Reference, `GetRole`), which the AWS
//! CLI decodes. Both forms are read.
//!
//! Files that another program must render first are refused by name ([`IntakeError`]): Terraform
//! source and plans, and AWS CloudFormation templates. Their values are not known before that.

mod document;
mod error;
mod json;
mod other_formats;
#[cfg(test)]
mod properties;
mod search;

pub(crate) use document::Document;
use error::IntakeError;
use json::Entries;
use search::Search;

use harden_iam::Position;
use serde_json::value::RawValue;

/// Answers of the AWS CLI that describe policies without their documents.
const DESCRIPTIONS: [&str; 11] = [
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

/// The policy documents of a text, in their order in it.
///
/// A text that has none of the forms above is returned as one document. Parsing that document then
/// reports what is wrong with it, and where.
///
/// # Errors
///
/// [`IntakeError`]: the text is empty, or of a format that is not a policy.
pub(crate) fn documents(text: &str) -> Result<Vec<Document<'_>>, IntakeError> {
    let trimmed = text.trim_start();
    if trimmed.is_empty() {
        return Err(IntakeError::Empty);
    }
    let whole = || Ok(vec![Document::whole(text)]);
    if !trimmed.starts_with(['{', '[', '"', '%']) {
        return other_formats::recognize(text).map_or_else(whole, Err);
    }
    let Ok(raw) = serde_json::from_str::<&RawValue>(text) else {
        return whole();
    };
    let mut search = Search::new(text);
    if let Some(document) = search.quoted_document(raw.get(), None, None) {
        return Ok(vec![document]);
    }
    let entries = serde_json::from_str(raw.get()).map_or_else(|_| Vec::new(), |Entries(all)| all);
    let has = |name: &str| entries.iter().any(|(key, _)| key == name);
    if has("Statement") {
        return whole();
    }
    if has("AWSTemplateFormatVersion") || has("Resources") {
        return Err(IntakeError::Template);
    }
    // Terraform configuration can be written as JSON too.
    if has("resource") || has("data") || has("locals") {
        return Err(IntakeError::Terraform {
            position: Position::START,
        });
    }
    if has("planned_values") || has("terraform_version") {
        return Err(IntakeError::TerraformPlan);
    }
    search.visit(raw.get(), None, 0);
    let found = search.into_found();
    if found.is_empty() {
        if DESCRIPTIONS.into_iter().any(has) {
            return Err(IntakeError::NoDocument);
        }
        return whole();
    }
    Ok(found)
}

#[cfg(test)]
mod tests;
