//! The rules as checks, with their texts from the page of rules: SARIF contains them.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use harden_core::Severity;
use harden_iam::lint::{Level, Rule};
use harden_runner::{CheckReport, Section, State};

/// The page of rules: one section for each.
const PAGE: &str = include_str!("rules.md");

/// The section of a rule.
struct RuleText {
    id: String,
    title: &'static str,
    /// The paragraphs between the title and the advice.
    why: &'static str,
    instead: &'static str,
    page: &'static str,
}

static TEXTS: LazyLock<BTreeMap<&str, RuleText>> = LazyLock::new(|| {
    let sections = PAGE.split("\n## ").skip(1);
    sections.filter_map(read).collect()
});

fn read(page: &'static str) -> Option<(&'static str, RuleText)> {
    let (name, body) = page.split_once("\n\n")?;
    let (title, rest) = body.strip_prefix("**")?.split_once(".**")?;
    let (_, rest) = rest.split_once("\n\n")?;
    let (why, instead) = rest.split_once("\n\nInstead: ")?;
    let text = RuleText {
        id: format!("iam/{name}"),
        title,
        why,
        instead: instead.trim().trim_end_matches('.'),
        page: body.trim_end(),
    };
    Some((name, text))
}

/// The id of the check for a rule: `iam/` and the rule's id.
pub(super) fn id(rule: Rule) -> &'static str {
    TEXTS.get(rule.id()).map_or(rule.id(), |text| &text.id)
}

/// The advice of a rule, for findings without their own.
pub(super) fn instead(rule: Rule) -> &'static str {
    TEXTS.get(rule.id()).map_or("", |text| text.instead)
}

/// The severity of its findings.
pub(super) fn severity(rule: Rule) -> Severity {
    match rule {
        Rule::Escalation | Rule::SubjectUnrestricted | Rule::FederatedOpen => Severity::Critical,
        // Unknown must not be less severe than the widest known grade would be.
        Rule::TrustNotJudged => Severity::High,
        _ => match rule.level() {
            Level::Error => Severity::High,
            Level::Warning => Severity::Medium,
            Level::Note => Severity::Info,
        },
    }
}

/// Whether its findings are weaknesses that an attacker can use.
fn is_security(rule: Rule) -> bool {
    matches!(
        rule,
        Rule::WildcardResource
            | Rule::WildcardAction
            | Rule::AllowExcept
            | Rule::ForAllValues
            | Rule::PublicAccess
            | Rule::ConfusedDeputy
            | Rule::ExternalIdMissing
            | Rule::FederatedOpen
            | Rule::FederatedBroad
            | Rule::SamlAudienceUnchecked
            | Rule::EscalationConditional
            | Rule::AudienceSeveral
            | Rule::WorkflowRefMutable
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
    let text = TEXTS.get(rule.id())?;
    Some(CheckReport {
        id: &text.id,
        title: text.title,
        severity: severity(rule),
        section: Section::Security,
        beyond_guide: false,
        security: is_security(rule),
        remediation: text.instead,
        page: text.page,
        summary: text.why,
        permissions: Vec::new(),
        kinds: Vec::new(),
        state: State::Ran,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_in_docs_is_a_copy() {
        let docs = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/iam-rules.md");
        if std::env::var_os("HARDEN_BLESS").is_some() {
            std::fs::write(docs, PAGE).unwrap();
        }
        let copy = std::fs::read_to_string(docs).unwrap();
        assert!(
            copy == PAGE,
            "HARDEN_BLESS=1 cargo test copies rules.md to docs/iam-rules.md"
        );
    }

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
            let text = &TEXTS[rule.id()];
            for text in [text.title, text.why, text.instead] {
                assert!(!text.is_empty() && !text.contains("**"), "{}", rule.id());
            }
            let weight = match rule.level() {
                Level::Error => ".** Error.",
                Level::Warning => ".** Warning.",
                Level::Note => ".** Note.",
            };
            let first = text.page.lines().next().unwrap();
            let weight = format!(
                "{weight}{}",
                if is_security(rule) { " Security." } else { "" }
            );
            assert!(first.ends_with(&weight), "{first}");
        }
    }
}
