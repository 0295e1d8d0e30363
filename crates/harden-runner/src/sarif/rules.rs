//! Checks as rules.

use harden_core::Severity;

use super::model::{Configuration, Help, Level, Rule, RuleProperties, Text};
use super::text::{cut, plain};
use crate::guide::Section;
use crate::policy_file::PROVIDERS;
use crate::report::CheckReport;

/// The repository with the pages of harden's own checks.
pub(super) const REPOSITORY: &str = "https://github.com/harden-rs/harden";

/// Code scanning refuses longer descriptions.
const MAX_DESCRIPTION: usize = 1024;

/// The longest help text. Our pages have a few kilobytes; those of an embedder can be longer.
const MAX_HELP: usize = 30_000;

/// The rule of a check.
pub(super) fn build(check: &CheckReport) -> Rule<'_> {
    let summary = plain(check.summary, MAX_DESCRIPTION);
    let remediation = plain(check.remediation, MAX_DESCRIPTION);
    Rule {
        id: check.id,
        name: pascal_case(check.id),
        short_description: Text {
            text: cut(check.title, MAX_DESCRIPTION).into(),
        },
        help: Help {
            text: format!("{}\n\n{summary}\n\n{remediation}\n", check.title),
            markdown: cut(without_examples(check.page).trim_end(), MAX_HELP) + "\n",
        },
        full_description: Text {
            text: if summary.is_empty() {
                check.title.into()
            } else {
                summary.into()
            },
        },
        help_uri: help_uri(check),
        default_configuration: Configuration {
            level: level(check.severity),
        },
        properties: properties(check),
    }
}

pub(super) fn level(severity: Severity) -> Level {
    match severity {
        Severity::Critical | Severity::High => Level::Error,
        Severity::Medium => Level::Warning,
        Severity::Low | Severity::Info => Level::Note,
    }
}

fn properties(check: &CheckReport) -> RuleProperties<'_> {
    let security_severity = match check.severity {
        _ if !check.security => None,
        Severity::Critical => Some("9.5"),
        Severity::High => Some("8.0"),
        Severity::Medium => Some("5.5"),
        Severity::Low => Some("2.0"),
        Severity::Info => None,
    };
    let problem_severity = match level(check.severity) {
        _ if security_severity.is_some() => None,
        Level::Error => Some("error"),
        Level::Warning => Some("warning"),
        Level::Note => Some("recommendation"),
    };
    let mut tags = Vec::with_capacity(4);
    if check.security {
        tags.push("security");
    }
    // Code scanning treats a rule with the tag `security` as a security rule. A check of the section
    // "security" that is not about a weakness must not have it.
    if check.section != Section::Security {
        tags.push(check.section.as_str());
    }
    tags.push(check.provider());
    if check.beyond_guide {
        tags.push("beyond-guide");
    }
    RuleProperties {
        tags,
        precision: "high",
        security_severity,
        problem_severity,
    }
}

/// `aws/rds-backup-retention-short` is `AwsRdsBackupRetentionShort`.
fn pascal_case(id: &str) -> String {
    id.split(|c: char| !c.is_ascii_alphanumeric())
        .flat_map(|word| {
            let mut chars = word.chars();
            let first = chars.next().map(|c| c.to_ascii_uppercase());
            first.into_iter().chain(chars)
        })
        .collect()
}

/// The page of a check in the repository, or the section about a rule of `harden-cli iam`. `None` for
/// a check of an embedder.
fn help_uri(check: &CheckReport) -> Option<String> {
    let provider = check.provider();
    if provider == "iam" {
        let rule = check.id.rsplit('/').next()?;
        return Some(format!("{REPOSITORY}/blob/main/docs/iam-rules.md#{rule}"));
    }
    let stem = check.id.rsplit('/').next()?.replace('-', "_");
    PROVIDERS
        .contains(&provider)
        .then(|| format!("{REPOSITORY}/blob/main/crates/harden-{provider}/src/checks/{stem}.md"))
}

/// A page without its examples, which are fragments of snapshots for tests and authors.
fn without_examples(page: &str) -> String {
    let (mut kept, mut skipping) = (String::with_capacity(page.len()), false);
    let mut fence: Option<&str> = None;
    for line in page.split_inclusive('\n') {
        let text = line.trim();
        match fence {
            Some(close) if text == close => fence = None,
            Some(_) => {}
            None if text.starts_with("```") => {
                let ticks = text.len() - text.trim_start_matches('`').len();
                fence = text.get(..ticks);
            }
            None if line.starts_with("## ") => skipping = text == "## Examples",
            None => {}
        }
        if !skipping {
            kept.push_str(line);
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rule_names_are_in_pascal_case() {
        assert_eq!(
            pascal_case("aws/rds-backup-retention-short"),
            "AwsRdsBackupRetentionShort"
        );
    }

    #[test]
    fn examples_are_left_out_and_headings_inside_fences_are_ignored() {
        let page = "# T\n\n## Why\n\n```sh\n## Examples\n```\n\n## Examples\n\n```json pass\n## Why\n```\n\n## More\n\nx\n";
        assert_eq!(
            without_examples(page),
            "# T\n\n## Why\n\n```sh\n## Examples\n```\n\n## More\n\nx\n"
        );
    }
}
