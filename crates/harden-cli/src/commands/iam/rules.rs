//! The rules as checks: what SARIF tells of each, from their page.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use harden_core::Severity;
use harden_iam::lint::{Grade, Rule};
use harden_runner::{CheckReport, Section, State};

/// All rules, a section each.
const PAGE: &str = include_str!("../../../../../docs/iam-rules.md");

/// What the page says of a rule.
struct Told {
    id: String,
    title: &'static str,
    /// The paragraphs between the title and what to do.
    why: &'static str,
    instead: &'static str,
    page: &'static str,
}

static TOLD: LazyLock<BTreeMap<&str, Told>> = LazyLock::new(|| {
    let sections = PAGE.split("\n## ").skip(1);
    sections.filter_map(read).collect()
});

fn read(page: &'static str) -> Option<(&'static str, Told)> {
    let (name, body) = page.split_once("\n\n")?;
    let (title, rest) = body.strip_prefix("**")?.split_once(".**")?;
    let (_, rest) = rest.split_once("\n\n")?;
    let (why, instead) = rest.split_once("\n\nInstead: ")?;
    let told = Told {
        id: format!("iam/{name}"),
        title,
        why,
        instead: instead.trim().trim_end_matches('.'),
        page: body.trim_end(),
    };
    Some((name, told))
}

/// The id of a rule as a check.
pub(super) fn id(rule: Rule) -> &'static str {
    TOLD.get(rule.id()).map_or(rule.id(), |told| &told.id)
}

/// What to do about a rule's findings, for one that does not say.
pub(super) fn instead(rule: Rule) -> &'static str {
    TOLD.get(rule.id()).map_or("", |told| told.instead)
}

/// How much its findings weigh.
pub(super) fn severity(rule: Rule) -> Severity {
    match rule {
        Rule::Escalation | Rule::SubjectUnrestricted => Severity::Critical,
        // what is not known never weighs less than what is
        Rule::TrustNotJudged => Severity::High,
        _ => match rule.grade() {
            Grade::Error => Severity::High,
            Grade::Warning => Severity::Medium,
            Grade::Note => Severity::Info,
        },
    }
}

/// Whether its findings are weaknesses that somebody can use.
fn is_security(rule: Rule) -> bool {
    matches!(
        rule,
        Rule::WildcardResource
            | Rule::WildcardAction
            | Rule::AllowExcept
            | Rule::ActionSurplus
            | Rule::RunsAnyCode
            | Rule::Escalation
            | Rule::TrustMissing
            | Rule::SubjectUnrestricted
            | Rule::SubjectOrganization
            | Rule::SubjectAnyRef
            | Rule::SubjectPullRequests
            | Rule::AudienceUnchecked
            | Rule::TrustNotJudged
    )
}

/// All rules, in the order of their ids.
pub(super) fn all() -> Vec<CheckReport> {
    let mut all: Vec<CheckReport> = Rule::ALL.iter().copied().filter_map(report).collect();
    all.sort_by_key(|check| check.id);
    all
}

fn report(rule: Rule) -> Option<CheckReport> {
    let told = TOLD.get(rule.id())?;
    Some(CheckReport {
        id: &told.id,
        title: told.title,
        severity: severity(rule),
        section: Section::Security,
        beyond_guide: false,
        security: is_security(rule),
        remediation: told.instead,
        page: told.page,
        summary: told.why,
        permissions: Vec::new(),
        kinds: Vec::new(),
        state: State::Ran,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_has_a_section_and_every_section_a_rule() {
        let named: Vec<&str> = PAGE
            .lines()
            .filter_map(|line| line.strip_prefix("## "))
            .collect();
        let ids: Vec<&str> = Rule::ALL.iter().map(|rule| rule.id()).collect();
        assert_eq!(named, ids);
        assert_eq!(all().len(), ids.len());
        for &rule in Rule::ALL {
            let told = &TOLD[rule.id()];
            for text in [told.title, told.why, told.instead] {
                assert!(!text.is_empty() && !text.contains("**"), "{}", rule.id());
            }
            let weight = match rule.grade() {
                Grade::Error => ".** Error.",
                Grade::Warning => ".** Warning.",
                Grade::Note => ".** Note.",
            };
            let first = told.page.lines().next().unwrap();
            let weight = format!(
                "{weight}{}",
                if is_security(rule) { " Security." } else { "" }
            );
            assert!(first.ends_with(&weight), "{first}");
        }
    }
}
