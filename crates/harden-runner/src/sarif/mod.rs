//! The report as SARIF 2.1.0, made for GitHub code scanning.
//!
//! There is one run for each provider and estate; the id of each (`harden/aws/production/`) is the
//! category that code scanning keeps its alerts by, so that staging and production do not close
//! each other's. Upload whole audits: code scanning closes the alerts of a category that the next
//! upload lacks, and so a run over some of the checks closes the alerts of the others.
//!
//! - A failure is a result. What passes, and what is not applicable, is none.
//! - An unknown on a resource that was seen is a note under the same rule and fingerprint: an
//!   open alert does not close by ignorance.
//! - An accepted risk is no result: its alert closes, and opens again when the acceptance expires.
//!   A notification tells how many there are.
//! - A gap (a kind that could not be listed somewhere, a check that could not run) names no
//!   resources whose alerts could be kept open. [`Partial`] decides whether its run is written. A
//!   gap that the policy file accepts is none.
//! - A check that is off is no rule, and its alerts close.
//!
//! The document is made of structs of its own and not by the crate `serde-sarif`: of some three
//! hundred types that crate generates from the schema, this needs twenty, with a static order of
//! fields and without a build script; and what code scanning asks beyond the schema (a physical
//! location on each result, strings for `security-severity`) is in these types.

mod model;
mod results;
mod rules;
mod text;

use std::collections::BTreeMap;
use std::fmt;
use std::io::{self, Write};
use std::str::FromStr;

use harden_core::{Cause, Outcome, one_line};

use crate::report::{CheckReport, Report, Reported, State};
use model::{
    AutomationDetails, Driver, Invocation, Level, Log, Notification, Run, SCHEMA, Text,
    ToolComponent,
};

/// What code scanning takes of one file.
const MAX_RUNS: usize = 20;

/// Notifications are for people: past this many of one sort the rest is counted.
const MAX_GAPS_TOLD: usize = 200;

/// Whether a run is written although a kind of resource could not be listed somewhere, or a check
/// could not run: the alerts of resources that were not seen would close.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Partial {
    /// A run with any gap is left out.
    Never,
    /// A run with a gap that stands (a denied call, a call that is not in the plan) is written,
    /// with a note for each check that it concerns; one with a gap that may pass (throttled,
    /// failed, out of time, no credentials), or that the snapshot does not hold, is left out.
    #[default]
    Denied,
    /// Every run is written.
    Always,
}

impl Partial {
    /// All, as the option's values are listed.
    pub const ALL: [Self; 3] = [Self::Never, Self::Denied, Self::Always];

    /// The word for it in options.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Never => "never",
            Self::Denied => "denied",
            Self::Always => "always",
        }
    }
}

impl fmt::Display for Partial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// A word that is not a mode of [`Partial`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{word}` is not a mode: use never, denied or always")]
pub struct ParsePartialError {
    word: String,
}

impl FromStr for Partial {
    type Err = ParsePartialError;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|partial| partial.as_str() == word)
            .ok_or_else(|| ParsePartialError {
                word: word.to_owned(),
            })
    }
}

/// What became of the runs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Written {
    /// How many runs the document has. One without any is valid SARIF and says nothing: do not
    /// upload it.
    pub runs: usize,
    /// The runs that were left out, so that their alerts stay as they are.
    pub left_out: Vec<LeftOut>,
}

/// A run that was left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOut {
    /// Its automation id: `harden/aws/production/`.
    pub run: String,
    /// Why: a lower-case fragment.
    pub reason: String,
}

/// Writes the report. The same report gives the same bytes.
///
/// # Errors
/// When writing fails.
pub fn write(report: &Report, partial: Partial, out: impl Write) -> io::Result<Written> {
    let mut written = Written::default();
    let mut runs = Vec::new();
    for (provider, parts) in providers(report) {
        let id = automation_id(provider, &report.estate);
        let reason = match parts.reason_to_leave_out(partial) {
            None if runs.len() == MAX_RUNS => {
                Some(format!("code scanning takes {MAX_RUNS} runs of a file"))
            }
            reason => reason,
        };
        match reason {
            Some(reason) => written.left_out.push(LeftOut { run: id, reason }),
            None => runs.push(run(report, id, &parts)),
        }
    }
    written.runs = runs.len();
    let log = Log {
        schema: SCHEMA,
        version: "2.1.0",
        runs,
    };
    let mut out = io::BufWriter::new(out);
    serde_json::to_writer(&mut out, &log)?;
    out.write_all(b"\n")?;
    out.flush()?;
    Ok(written)
}

/// A provider's part of the report.
#[derive(Default)]
struct Parts<'a> {
    /// The checks that ran, in the order of their ids: the rules.
    checks: Vec<&'a CheckReport>,
    findings: Vec<&'a Reported>,
}

/// The parts of the report, by provider.
fn providers(report: &Report) -> BTreeMap<&str, Parts<'_>> {
    let mut all: BTreeMap<&str, Parts<'_>> = BTreeMap::new();
    for check in &report.checks {
        let parts = all.entry(check.provider()).or_default();
        if check.state == State::Ran {
            parts.checks.push(check);
        }
    }
    for reported in &report.findings {
        let check = reported.finding.check;
        let provider = check.split_once('/').map_or(check, |(p, _)| p);
        if let Some(parts) = all.get_mut(provider) {
            parts.findings.push(reported);
        }
    }
    all
}

impl<'a> Parts<'a> {
    /// The gaps that nobody accepted, each with its cause.
    fn gaps(&self) -> impl Iterator<Item = (&'a Reported, &'a harden_core::Unknown)> {
        self.findings
            .iter()
            .filter(|reported| reported.is_gap() && reported.is_unknown())
            .filter_map(|reported| match &reported.finding.outcome {
                Outcome::Unknown(unknown) => Some((*reported, &**unknown)),
                _ => None,
            })
    }

    fn reason_to_leave_out(&self, partial: Partial) -> Option<String> {
        let matters = |cause: Cause| match partial {
            Partial::Never => true,
            Partial::Denied => cause.is_passing() || cause == Cause::NotRecorded,
            Partial::Always => false,
        };
        let mut found = self.gaps().filter(|(_, unknown)| matters(unknown.cause));
        let (reported, unknown) = found.next()?;
        let more = match found.count() {
            0 => String::new(),
            n => format!(", and {n} more like it"),
        };
        let what = reported.finding.resource.shown();
        let check = reported.finding.check;
        Some(one_line(
            &format!("{check} could not judge {what}: {unknown}{more}"),
            500,
        ))
    }
}

fn automation_id(provider: &str, estate: &str) -> String {
    // what follows the last slash is a run's own id and no part of the category
    format!("harden/{provider}/{}/", one_line(estate, 100))
}

fn run<'a>(report: &'a Report, id: String, parts: &Parts<'a>) -> Run<'a> {
    let (results, too_many) = results::of(report, parts);
    Run {
        tool: ToolComponent {
            driver: Driver {
                name: &report.tool.name,
                version: &report.tool.version,
                // an embedder's program has pages of its own
                information_uri: report
                    .tool
                    .name
                    .starts_with("harden")
                    .then_some(rules::REPOSITORY),
                rules: parts.checks.iter().map(|check| rules::of(check)).collect(),
            },
        },
        automation_details: AutomationDetails { id },
        invocations: [invocation(report, parts, too_many)],
        column_kind: "unicodeCodePoints",
        results,
    }
}

fn invocation(report: &Report, parts: &Parts<'_>, too_many: usize) -> Invocation {
    let read_here = |kind| parts.checks.iter().any(|check| check.kinds.contains(&kind));
    let found = parts.gaps().map(|(reported, unknown)| {
        let finding = &reported.finding;
        // the finding of a check that could not run is of no kind
        let what = if finding.resource.kind == finding.check {
            finding.check
        } else {
            finding.resource.shown()
        };
        format!("{what}: {unknown}")
    });
    // a kind that a check reads beside its subjects has no finding of its own
    let others = report.gaps.iter().filter(|gap| read_here(gap.kind));
    let others = others.map(|gap| format!("{} in {}: {}", gap.kind, gap.place, gap.unknown));
    let mut gaps: Vec<String> = found.chain(others).collect();
    gaps.sort_unstable();
    gaps.dedup();
    let more = gaps.len().saturating_sub(MAX_GAPS_TOLD);
    gaps.truncate(MAX_GAPS_TOLD);
    let mut all: Vec<Notification> = gaps
        .iter()
        .map(|gap| notification(Level::Error, &format!("could not read {gap}")))
        .collect();
    if more > 0 {
        let text = format!("{more} more kinds and places could not be read");
        all.push(notification(Level::Error, &text));
    }
    if too_many > 0 {
        let text = format!(
            "{too_many} results are left out: code scanning keeps {}, and these are the most severe",
            results::MAX_RESULTS
        );
        all.push(notification(Level::Warning, &text));
    }
    let accepted = parts.findings.iter().filter(|r| r.accepted.is_some());
    match accepted.count() {
        0 => {}
        n => {
            let text = format!("the policy file accepts {n} failures or unknowns: no results");
            all.push(notification(Level::Note, &text));
        }
    }
    Invocation {
        execution_successful: gaps.is_empty(),
        tool_execution_notifications: all,
    }
}

fn notification(level: Level, text: &str) -> Notification {
    Notification {
        level,
        message: Text {
            text: text::message(text).into(),
        },
    }
}
