//! One failure: a summary line, with the details folded.

use harden_core::{Evidence, Outcome, Remediation};

use super::escape::{code, fenced, fenced_text, prose};
use crate::report::{Report, Reported};

const MAX_SETTINGS: usize = 20;
const MAX_COMMAND: usize = 4000;

fn requirement(report: &Report, id: &str) -> String {
    prose(report.check(id).map_or(id, |check| check.title))
}

pub(super) fn failure(report: &Report, reported: &Reported) -> String {
    let finding = &reported.finding;
    let Outcome::Fail(evidence, remediation) = &finding.outcome else {
        return String::new();
    };
    let mut block = format!(
        "<details><summary>{} {}</summary>\n\nRequirement: {}. Check {}, {}.\n\n",
        code(finding.resource.shown()),
        match first_setting(evidence) {
            found if found.is_empty() => requirement(report, finding.check),
            found => prose(&found),
        },
        requirement(report, finding.check),
        code(finding.check),
        match reported.section.number() {
            0 => "not in the guide".to_owned(),
            n => format!("§{n} of the guide"),
        },
    );
    if let Some(location) = &finding.location {
        let position = format!("{}:{}:{}", location.path, location.line, location.column);
        block.push_str(&format!("At {}\n\n", code(&position)));
    }
    block.push_str(&evidence_table(evidence));
    block.push_str(&remediation_text(remediation));
    block.push_str("</details>\n\n");
    block
}

/// The first setting of the evidence. It is visible while the details are folded.
fn first_setting(evidence: &Evidence) -> String {
    match evidence.items.first() {
        Some(item) => format!("{}: {}", item.setting, item.found),
        None => evidence.to_string(),
    }
}

fn evidence_table(evidence: &Evidence) -> String {
    let mut table = String::new();
    if !evidence.items.is_empty() {
        table.push_str("| Setting | Found | Expected | Read by |\n|---|---|---|---|\n");
        for item in evidence.items.iter().take(MAX_SETTINGS) {
            table.push_str(&format!(
                "| {} | {} | {} | {} |\n",
                code(&item.setting),
                code(&item.found),
                item.expected.as_deref().map(code).unwrap_or_default(),
                code(&item.source),
            ));
        }
        table.push('\n');
        let more = evidence.items.len().saturating_sub(MAX_SETTINGS);
        if more > 0 {
            table.push_str(&format!("… and {more} more settings.\n\n"));
        }
    }
    if let Some(note) = &evidence.note {
        table.push_str(&format!("Note: {}\n\n", prose(note)));
    }
    table
}

fn remediation_text(remediation: &Remediation) -> String {
    let mut text = format!("To fix it: {}\n\n", prose(&remediation.summary));
    if let Some(why) = &remediation.withheld {
        text.push_str(&format!("No command is offered: {}\n\n", prose(why)));
        return text;
    }
    for step in &remediation.steps {
        let warning = if step.destructive {
            " (deletes what cannot be recovered)"
        } else {
            ""
        };
        text.push_str(&format!("Step: {}{warning}\n\n", prose(&step.title)));
        match step.to_shell() {
            Some(command) if command.len() <= MAX_COMMAND => {
                text.push_str(&fenced(&command));
                text.push('\n');
            }
            Some(_) => {
                text.push_str("The command is too long for a summary: see the JSON report.\n\n")
            }
            None => {}
        }
        if let Some(file) = step.text.as_deref().filter(|t| t.len() <= MAX_COMMAND) {
            text.push_str(&fenced_text(file));
            text.push('\n');
        }
    }
    text
}
