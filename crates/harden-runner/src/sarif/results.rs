//! Findings as results.

use std::collections::{HashMap, HashSet};

use harden_core::{
    Evidence, Location as FileLocation, Outcome, Remediation, fingerprint, one_line,
};

use super::Parts;
use super::model::{
    ArtifactLocation, Fingerprints, Level, Location, LogicalLocation, PhysicalLocation, Region,
    ResultProperties, SarifResult, Setting, Text,
};
use super::rules::level;
use super::text::{message, relative_uri};
use crate::report::{Report, Reported};

/// The most results of a run that code scanning keeps.
pub(super) const MAX_RESULTS: usize = 5000;

/// Longer commands are only in the JSON report.
const MAX_COMMAND: usize = 1000;
const MAX_SETTINGS: usize = 20;
const MAX_NAME: usize = 300;
const MAX_VALUE: usize = 200;

/// The results of a run, and the number of results that are left out.
pub(super) fn build<'a>(report: &'a Report, parts: &Parts<'a>) -> (Vec<SarifResult<'a>>, usize) {
    let rules: HashMap<&str, usize> = parts.checks.iter().map(|c| c.id).zip(0..).collect();
    let mut noted_gaps = HashSet::new();
    let mut chosen: Vec<(usize, &Reported, Level)> = parts
        .findings
        .iter()
        .filter_map(|reported| {
            let finding = &reported.finding;
            let rule = *rules.get(finding.check)?;
            if reported.is_failure() {
                return Some((rule, *reported, level(reported.severity)));
            }
            // All gaps of a check share one note.
            let has_note = reported.is_gap() && !noted_gaps.insert(finding.check);
            (reported.is_unknown() && !has_note).then_some((rule, *reported, Level::Note))
        })
        .collect();
    let left_out = chosen.len().saturating_sub(MAX_RESULTS);
    if left_out > 0 {
        // The sort is stable: findings of the same severity stay in the order of the report.
        chosen.sort_by_key(|(_, reported, level)| (*level, std::cmp::Reverse(reported.severity)));
        chosen.truncate(MAX_RESULTS);
    }
    let mut seen = HashMap::new();
    let results = chosen
        .into_iter()
        .map(|(rule, reported, level)| {
            let hash = fingerprint_of(reported);
            // A check can report two failures of one resource. The number keeps their alerts apart, in
            // the way in which code scanning numbers lines with the same hash.
            let n = seen.entry(hash.clone()).or_insert(0);
            *n += 1;
            result(report, parts, reported, rule, level, format!("{hash}:{n}"))
        })
        .collect();
    (results, left_out)
}

fn fingerprint_of(reported: &Reported) -> String {
    let finding = &reported.finding;
    if reported.is_gap() {
        return fingerprint(&[finding.check, "gap"]);
    }
    fingerprint(&[finding.check, &finding.resource.key()])
}

fn result<'a>(
    report: &'a Report,
    parts: &Parts<'a>,
    reported: &'a Reported,
    rule_index: usize,
    level: Level,
    hash: String,
) -> SarifResult<'a> {
    let finding = &reported.finding;
    let title = parts.checks.get(rule_index).map_or("", |c| c.title);
    let (text, evidence, command) = match &finding.outcome {
        Outcome::Fail(evidence, remediation) => (
            failure_message(reported, title, evidence, remediation),
            settings(evidence),
            first_command(remediation),
        ),
        Outcome::Unknown(unknown) if reported.is_gap() => {
            let of_check = |(other, _): &(&Reported, _)| other.finding.check == finding.check;
            let more = match parts.gaps().filter(of_check).count() {
                0 | 1 => String::new(),
                n => format!(" ({} more gaps)", n - 1),
            };
            let shown = finding.resource.shown();
            let text = format!("Could not be judged in full: {shown}: {unknown}{more}. {title}.");
            (text, Vec::new(), None)
        }
        Outcome::Unknown(unknown) => {
            let shown = one_line(finding.resource.shown(), MAX_NAME);
            let text = format!("{shown} could not be judged: {unknown}. {title}.");
            (text, Vec::new(), None)
        }
        // Never reached: only failures and unknowns are chosen above.
        Outcome::Pass(_) | Outcome::NotApplicable(_) => (title.to_owned(), Vec::new(), None),
    };
    SarifResult {
        rule_id: finding.check,
        rule_index,
        level,
        message: Text {
            text: message(&text).into(),
        },
        locations: [location(report, reported)],
        partial_fingerprints: Fingerprints {
            primary_location_line_hash: hash,
        },
        properties: ResultProperties {
            verdict: finding.outcome.as_str(),
            severity: reported.severity,
            evidence,
            command,
        },
    }
}

/// The message of a failure, in one paragraph. The resource comes first, since code scanning shows
/// the title of the rule above the message.
fn failure_message(
    reported: &Reported,
    title: &str,
    evidence: &Evidence,
    remediation: &Remediation,
) -> String {
    let shown = one_line(reported.finding.resource.shown(), MAX_NAME);
    let found = one_line(&evidence.to_string(), 400);
    let fix = one_line(&remediation.summary, 200);
    if found.is_empty() {
        return format!("{shown} does not meet: {title}. To fix it: {fix}.");
    }
    format!("{shown}: {found}. Requirement: {title}. To fix it: {fix}.")
}

fn settings(evidence: &Evidence) -> Vec<Setting> {
    let short = |text: &str| one_line(text, MAX_VALUE);
    evidence
        .items
        .iter()
        .take(MAX_SETTINGS)
        .map(|item| Setting {
            setting: short(&item.setting),
            found: short(&item.found),
            expected: item.expected.as_deref().map(short),
            source: short(&item.source),
        })
        .collect()
}

fn first_command(remediation: &Remediation) -> Option<String> {
    let command = remediation.steps.iter().find_map(|step| step.to_shell())?;
    (command.len() <= MAX_COMMAND).then_some(command)
}

fn location(report: &Report, reported: &Reported) -> Location {
    let finding = &reported.finding;
    let provider = finding.check.split_once('/').map_or("", |(p, _)| p);
    let own = finding.location.as_deref();
    // Code scanning refuses the whole file if one location is not a path of the checkout.
    let candidates = own.into_iter().chain([
        report.anchors.location_for(provider),
        &report.anchors.fallback,
    ]);
    let (uri, line, column) = candidates
        .filter_map(|file: &FileLocation| Some((relative_uri(file)?, file.line, file.column)))
        .next()
        .unwrap_or_else(|| ("README.md".to_owned(), 1, 1));
    let (line, column) = (line.max(1), column.max(1));
    Location {
        physical_location: PhysicalLocation {
            artifact_location: ArtifactLocation { uri },
            region: Region {
                start_line: line,
                start_column: column,
                end_line: line,
                end_column: column.saturating_add(1),
            },
        },
        logical_locations: [LogicalLocation {
            fully_qualified_name: one_line(finding.resource.shown(), MAX_NAME),
            kind: "resource",
        }],
    }
}
