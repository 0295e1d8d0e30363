//! Recognizes formats that are not JSON.

use harden_iam::Position;

use super::error::IntakeError;

/// The keywords that a block of Terraform begins with.
const TERRAFORM_BLOCKS: [&str; 9] = [
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

/// Recognizes Terraform source and YAML templates of AWS CloudFormation by their first line of code.
pub(super) fn recognize(text: &str) -> Option<IntakeError> {
    for (line, number) in text.lines().zip(1..) {
        let code = line.trim_start();
        let comment = code.starts_with('#') || code.starts_with("//") || code.starts_with("/*");
        // A line that starts with `*` continues a block comment.
        if code.is_empty() || comment || code.starts_with('*') {
            continue;
        }
        if code.starts_with("AWSTemplateFormatVersion") || code.starts_with("Resources:") {
            return Some(IntakeError::Template);
        }
        let word = code.split([' ', '\t', '{', '"']).next().unwrap_or("");
        let block = TERRAFORM_BLOCKS.contains(&word) && code.contains('{');
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
