//! The report as SARIF 2.1.0, for GitHub code scanning.
//!
//! The document has one run for each provider and estate. The id of a run, for example
//! `harden/aws/production/`, is the category by which code scanning keeps alerts, so that the runs of
//! staging and production do not close each other's alerts. Upload complete audits only: code scanning
//! closes all alerts of a category that the next upload does not contain, so a run of some checks
//! closes the alerts of the others.
//!
//! - A failure is a result. Passes and not-applicable findings are not results.
//! - An unknown finding on a known resource is a note with the same rule and fingerprint as the
//!   failure. An open alert therefore stays open while its state is unknown.
//! - An accepted risk is not a result: its alert closes, and opens again when the acceptance expires.
//!   A notification states how many there are.
//! - A gap is a kind that could not be listed in an account or region, or a check that could not run.
//!   Nothing is known about the resources behind it, so their alerts cannot be kept open one by one.
//!   [`Partial`] decides whether the run is written. A gap that the policy file accepts does not count.
//! - A check that is off is not a rule, and its alerts close.
//!
//! The document has its own types instead of those of the crate `serde-sarif`: it needs twenty of
//! about three hundred, with a fixed order of fields and without a build script. They also enforce what
//! code scanning requires beyond the schema: a physical location for each result, and strings for
//! `security-severity`.

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

/// The most runs that code scanning accepts in one file.
const MAX_RUNS: usize = 20;

/// The most gaps that get a notification; the others are only counted.
const MAX_GAP_NOTIFICATIONS: usize = 200;

/// Whether an incomplete run is written: one in which a kind could not be listed in an account or
/// region, or a check could not run. Code scanning closes the alerts of the resources that were not
/// seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Partial {
    /// A run with a gap is left out.
    Never,
    /// A run with only permanent gaps (a denied call, a call that the plan does not include) is
    /// written, with a note for each affected check. A run with a temporary gap (throttled, failed, out
    /// of time, no credentials), or with a kind that the snapshot does not contain, is left out.
    #[default]
    Denied,
    /// Every run is written.
    Always,
}

impl Partial {
    /// All modes.
    pub const ALL: [Self; 3] = [Self::Never, Self::Denied, Self::Always];

    /// The name of the mode in options.
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

/// Which runs were written and which were left out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Written {
    /// The number of runs in the document. A document without runs is valid SARIF, but there is nothing
    /// to upload.
    pub runs: usize,
    /// The runs that were left out. Their alerts stay unchanged.
    pub left_out: Vec<LeftOut>,
}

/// A run that was left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOut {
    /// The automation id of the run, for example `harden/aws/production/`.
    pub run: String,
    /// Why, as a fragment in lower case.
    pub reason: String,
}

/// Writes the report. The same report gives the same bytes.
///
/// # Errors
/// When writing fails.
pub fn write(report: &Report, partial: Partial, out: impl Write) -> io::Result<Written> {
    let mut written = Written::default();
    let mut runs = Vec::new();
    let unjudged = report.unjudged();
    for (provider, parts) in parts_by_provider(report) {
        let id = automation_id(provider, &report.estate);
        let saw_nothing = unjudged.contains(&provider) && partial != Partial::Always;
        let reason = parts
            .reason_to_leave_out(partial)
            .or_else(|| saw_nothing.then(|| format!("the checks of {provider} found no resource")));
        let reason = match reason {
            None if runs.len() == MAX_RUNS => Some(format!(
                "code scanning accepts at most {MAX_RUNS} runs in a file"
            )),
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

/// The part of the report that belongs to one provider.
#[derive(Default)]
struct Parts<'a> {
    /// The checks that ran, in the order of their ids. They become the rules.
    checks: Vec<&'a CheckReport>,
    findings: Vec<&'a Reported>,
}

/// The parts of the report by provider.
fn parts_by_provider(report: &Report) -> BTreeMap<&str, Parts<'_>> {
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
    /// The gaps that are not accepted, with their causes.
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
            n => format!(", and {n} more gaps"),
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
    // Code scanning uses the text up to the last slash as the category.
    format!("harden/{provider}/{}/", one_line(estate, 100))
}

fn run<'a>(report: &'a Report, id: String, parts: &Parts<'a>) -> Run<'a> {
    let (results, too_many) = results::build(report, parts);
    Run {
        tool: ToolComponent {
            driver: Driver {
                name: &report.tool.name,
                version: &report.tool.version,
                // The pages of the repository describe harden's own checks, not those of an embedder.
                information_uri: report
                    .tool
                    .name
                    .starts_with("harden")
                    .then_some(rules::REPOSITORY),
                rules: parts
                    .checks
                    .iter()
                    .map(|check| rules::build(check))
                    .collect(),
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
        // The finding of a check that could not run has no kind.
        let what = if finding.resource.kind == finding.check {
            finding.check
        } else {
            finding.resource.shown()
        };
        format!("{what}: {unknown}")
    });
    // A kind that a check reads in addition to its subjects has no finding.
    let others = report.gaps.iter().filter(|gap| read_here(gap.kind));
    let others = others.map(|gap| format!("{} in {}: {}", gap.kind, gap.place, gap.unknown));
    let mut gaps: Vec<String> = found.chain(others).collect();
    gaps.sort_unstable();
    gaps.dedup();
    let more = gaps.len().saturating_sub(MAX_GAP_NOTIFICATIONS);
    gaps.truncate(MAX_GAP_NOTIFICATIONS);
    let mut all: Vec<Notification> = gaps
        .iter()
        .map(|gap| notification(Level::Error, &format!("could not read {gap}")))
        .collect();
    if more > 0 {
        let text = format!("{more} more kinds could not be read in an account or region");
        all.push(notification(Level::Error, &text));
    }
    if too_many > 0 {
        let text = format!(
            "{too_many} results are left out: code scanning keeps the {} most severe ones of a run",
            results::MAX_RESULTS
        );
        all.push(notification(Level::Warning, &text));
    }
    let accepted = parts.findings.iter().filter(|r| r.accepted.is_some());
    match accepted.count() {
        0 => {}
        n => {
            let text =
                format!("the policy file accepts {n} failures or unknowns; they are not results");
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
