//! The findings as the report of an audit: SARIF and the exit code are made from it.

use std::path::Path;
use std::sync::Arc;

use harden_core::{Cause, Evidence, Location, Place, Remediation, ResourceId, Unknown, Verdict};
use harden_iam::lint::{Finding, Rule};
use harden_runner::{JudgedFacts, PolicyFile, Report, Reported, RunInfo, Section, Tool};
use jiff::Timestamp;
use serde::Serialize;

use super::input::Input;
use super::intake::Document;
use super::rules;
use crate::config;

/// A finding, with its file and document.
#[derive(Serialize)]
pub(super) struct Found {
    /// The file as it was given.
    pub(super) file: String,
    /// The name of the role or policy, if the file states it.
    pub(super) document: Option<String>,
    #[serde(flatten)]
    pub(super) finding: Finding,
    /// The index of the file.
    #[serde(skip)]
    pub(super) input: usize,
}

impl Found {
    /// A finding with its position mapped to the file.
    pub(super) fn new(
        inputs: &[Input],
        input: usize,
        document: &Document<'_>,
        mut finding: Finding,
    ) -> Self {
        finding.position = finding.position.map(|at| document.position_in_text(at));
        Self {
            file: inputs
                .get(input)
                .map_or_else(String::new, |one| one.shown.clone()),
            document: document.name.clone(),
            finding,
            input,
        }
    }
}

/// The findings of a command as a report.
pub(super) fn of(command: &str, inputs: &[Input], found: &[Found]) -> Report {
    Report {
        tool: Tool {
            name: env!("CARGO_PKG_NAME").to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
        },
        // No rule depends on the time.
        as_of: Timestamp::UNIX_EPOCH,
        // With separate names, an upload of lint does not close the alerts of trust.
        estate: command.to_owned(),
        policy: None,
        facts: JudgedFacts::default(),
        anchors: config::anchors(&PolicyFile::default(), None::<&Path>),
        checks: rules::all(),
        findings: found.iter().map(|one| reported(inputs, one)).collect(),
        gaps: Vec::new(),
        not_audited: Vec::new(),
        notices: Vec::new(),
        run: RunInfo::default(),
    }
}

fn reported(inputs: &[Input], found: &Found) -> Reported {
    let finding = &found.finding;
    let sentence = |text: &str| text.trim_end_matches('.').to_owned();
    let judgement = if finding.rule == Rule::TrustNotJudged {
        Err(Unknown::new(
            Cause::Undetermined,
            sentence(&finding.message),
        ))
    } else {
        let instead = finding.instead.as_deref();
        let instead = instead.unwrap_or_else(|| rules::instead(finding.rule));
        Ok(Verdict::Fail(
            Evidence::default().note(sentence(&finding.message)),
            Remediation::new(sentence(instead)),
        ))
    };
    let path = inputs.get(found.input).and_then(|one| one.path.clone());
    let location = path.map(|path| Location {
        path,
        line: finding.position.map_or(1, |at| at.line),
        column: finding.position.map_or(1, |at| at.column),
    });
    let id = resource(inputs, found, location.as_ref());
    Reported {
        finding: harden_core::Finding::new(rules::id(finding.rule), Arc::new(id), judgement)
            .about(location),
        severity: rules::severity(finding.rule),
        section: Section::Security,
        accepted: None,
    }
}

/// What the finding is about. A statement is identified by its Sid, so that an alert stays the same
/// when lines are added above it.
fn resource(inputs: &[Input], found: &Found, location: Option<&Location>) -> ResourceId {
    let finding = &found.finding;
    let file = location.map_or(found.file.as_str(), |location| location.path.as_str());
    let statement = finding.statement.as_ref().map(|one| match &one.sid {
        Some(sid) => sid.clone(),
        None => one.index.to_string(),
    });
    let parts = [
        found.document.as_deref(),
        statement.as_deref(),
        finding.action.as_deref(),
    ];
    let name: Vec<&str> = parts.into_iter().flatten().collect();
    let shown = match inputs.len() {
        // The alert names the file as its location.
        1 => found.document.clone(),
        _ => Some(match &found.document {
            Some(document) => format!("{} ({document})", found.file),
            None => found.file.clone(),
        }),
    };
    let statement = finding.statement.as_ref().map(ToString::to_string);
    let shown: Vec<String> = shown.into_iter().chain(statement).collect();
    let shown = if shown.is_empty() {
        found.file.clone()
    } else {
        shown.join(", ")
    };
    // The prefix: a resource with the name `*` would mean a gap.
    let name = format!("policy {}", name.join(" "));
    ResourceId::new("iam/policy", Place::global(file), &name).shown_as(&shown)
}
