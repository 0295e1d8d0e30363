//! What an audit found.

use std::collections::BTreeMap;
use std::process::{self, Termination};
use std::sync::Arc;

use harden_core::{Finding, Gap, Location, Outcome, Severity};

use crate::guide::Section;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;

/// What an audit found, ready for any format. The same facts, policy and moment give the same
/// report but for [`Report::run`].
#[derive(Debug)]
pub struct Report {
    /// The program.
    pub tool: Tool,
    /// The moment of the judgement: now, or the time of the snapshot.
    pub as_of: Timestamp,
    /// The estate's name in the policy file, `default` without one.
    pub estate: String,
    /// The policy file that was applied.
    pub policy: Option<PolicyInfo>,
    /// Where findings that are about no file are shown.
    pub anchors: Anchors,
    /// The chosen checks, in the order of their ids.
    pub checks: Vec<CheckReport>,
    /// The findings: the most severe first, then by check, then by resource.
    pub findings: Vec<Reported>,
    /// What could not be read.
    pub gaps: Vec<Gap>,
    /// The providers that were not audited.
    pub not_audited: Vec<NotAudited>,
    /// What else a reader should know.
    pub notices: Vec<Notice>,
    /// What differs between two runs over the same facts.
    pub run: RunInfo,
}

/// The program that made a report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Tool {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
}

/// The policy file that was applied.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PolicyInfo {
    /// Its path as given.
    pub path: String,
    /// The SHA-256 of its content, in hexadecimal.
    pub sha256: String,
}

/// Where findings that are about no file of the checkout are shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Anchors {
    /// The file that the policy's `anchor` names, or the first that exists of `harden.toml`, a
    /// workflow and the README.
    pub fallback: Location,
    /// The line of the policy file at which a provider's table stands.
    pub tables: BTreeMap<String, Location>,
}

impl Default for Anchors {
    fn default() -> Self {
        Self {
            fallback: Location {
                path: "README.md".to_owned(),
                line: 1,
                column: 1,
            },
            tables: BTreeMap::new(),
        }
    }
}

impl Anchors {
    /// Where a finding of a provider is shown.
    #[must_use]
    pub fn of(&self, provider: &str) -> &Location {
        self.tables.get(provider).unwrap_or(&self.fallback)
    }
}

/// A chosen check, and what became of it.
#[derive(Debug, Clone)]
pub struct CheckReport {
    /// The id.
    pub id: &'static str,
    /// The requirement, as a sentence.
    pub title: &'static str,
    /// How much a failure weighs, by the policy file or by default.
    pub severity: Severity,
    /// The section of the guide.
    pub section: Section,
    /// Whether the guide does not name it.
    pub beyond_guide: bool,
    /// Whether a failure is a weakness that somebody can use.
    pub security: bool,
    /// What to do about a failure, in one sentence.
    pub remediation: &'static str,
    /// The page, in Markdown.
    pub page: &'static str,
    /// The first paragraph of the page.
    pub summary: &'static str,
    /// The permissions that it needs.
    pub permissions: Vec<&'static str>,
    /// The kinds that it reads, and those that these start from.
    pub kinds: Vec<&'static str>,
    /// Whether it ran.
    pub state: State,
}

impl CheckReport {
    /// The provider: what stands before the slash of the id.
    #[must_use]
    pub fn provider(&self) -> &'static str {
        self.id.split_once('/').map_or(self.id, |(p, _)| p)
    }
}

/// Whether a check ran.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// It ran.
    Ran,
    /// It is off, for this reason.
    Off(String),
}

/// A finding with what the policy says of it.
#[derive(Debug, Clone)]
pub struct Reported {
    /// The finding.
    pub finding: Finding,
    /// How much it weighs.
    pub severity: Severity,
    /// The section of the guide.
    pub section: Section,
    /// The accepted risk that covers it.
    pub accepted: Option<Arc<Accepted>>,
}

impl Reported {
    /// Whether it counts as a failure: fails, and nobody accepted the risk.
    #[must_use]
    pub fn is_failure(&self) -> bool {
        matches!(self.finding.outcome, Outcome::Fail(..)) && self.accepted.is_none()
    }

    /// Whether it counts as an unknown: could not be judged, and nobody accepted that.
    #[must_use]
    pub fn is_unknown(&self) -> bool {
        matches!(self.finding.outcome, Outcome::Unknown(_)) && self.accepted.is_none()
    }

    /// Whether it is about no resource that was seen: a kind that could not be listed somewhere,
    /// the parts of a resource that could not be, or a check that could not run.
    #[must_use]
    pub fn is_gap(&self) -> bool {
        matches!(self.finding.outcome, Outcome::Unknown(_)) && self.finding.resource.is_collective()
    }
}

/// An accepted risk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Accepted {
    /// Why it was accepted.
    pub reason: String,
    /// Who answers for it.
    pub owner: String,
    /// The last day on which it counts.
    pub expires: Date,
}

/// A provider that was not audited.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct NotAudited {
    /// The provider.
    pub provider: String,
    /// Why it was not audited.
    pub reason: String,
}

impl NotAudited {
    /// A provider that was not audited, and why.
    pub fn new(provider: impl Into<String>, reason: impl Into<String>) -> Self {
        Self {
            provider: provider.into(),
            reason: reason.into(),
        }
    }
}

/// What else a reader should know: an accepted risk that expired, a table that was ignored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Notice {
    /// A sentence, in lower case.
    pub message: String,
}

/// What differs between two runs over the same facts.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct RunInfo {
    /// Where the facts came from: `live`, `snapshot`, `demo`.
    pub source: String,
    /// When the run started.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub started_at: Option<Timestamp>,
    /// How long it took, in milliseconds.
    pub duration_ms: u64,
    /// The calls that were made, by operation.
    pub calls: BTreeMap<String, u64>,
    /// What was asked for of what services bill by amount, not by call.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub billed: BTreeMap<&'static str, u64>,
}

/// How many findings of each verdict there are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// Requirements that are met.
    pub pass: usize,
    /// Requirements that are not, accepted risks not counted.
    pub fail: usize,
    /// Requirements that do not concern the resource.
    pub not_applicable: usize,
    /// What could not be judged, accepted ones not counted.
    pub unknown: usize,
    /// Failures and unknowns that somebody accepted.
    pub accepted: usize,
}

impl Summary {
    /// Counts findings.
    pub fn of<'a>(findings: impl IntoIterator<Item = &'a Reported>) -> Self {
        let mut summary = Self::default();
        for reported in findings {
            let counter = match (&reported.accepted, &reported.finding.outcome) {
                (Some(_), _) => &mut summary.accepted,
                (None, Outcome::Pass(_)) => &mut summary.pass,
                (None, Outcome::Fail(..)) => &mut summary.fail,
                (None, Outcome::NotApplicable(_)) => &mut summary.not_applicable,
                (None, Outcome::Unknown(_)) => &mut summary.unknown,
            };
            *counter += 1;
        }
        summary
    }
}

/// How an audit ends, as the exit code of a process: `main` can return it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum ExitCode {
    /// Nothing failed, nothing unknown.
    Clean = 0,
    /// Something failed.
    Failed = 1,
    /// It could not run: usage, policy, credentials.
    CouldNotRun = 2,
    /// Nothing failed, but something is unknown, or no check ran.
    Unknown = 3,
}

impl Termination for ExitCode {
    fn report(self) -> process::ExitCode {
        self.into()
    }
}

impl From<ExitCode> for process::ExitCode {
    fn from(code: ExitCode) -> Self {
        Self::from(code as u8)
    }
}

impl Report {
    /// The check of a finding.
    #[must_use]
    pub fn check(&self, id: &str) -> Option<&CheckReport> {
        let i = self.checks.binary_search_by(|c| c.id.cmp(id)).ok()?;
        self.checks.get(i)
    }

    /// How many findings of each verdict there are.
    #[must_use]
    pub fn summary(&self) -> Summary {
        Summary::of(&self.findings)
    }

    fn none_ran(&self) -> bool {
        !self.checks.iter().any(|check| check.state == State::Ran)
    }

    /// How the audit ends, counting findings at or above a severity.
    #[must_use]
    pub fn exit_code(&self, fail_on: Severity, allow_unknown: bool) -> ExitCode {
        let mut counted = self.findings.iter().filter(|f| f.severity >= fail_on);
        if counted.clone().any(Reported::is_failure) {
            ExitCode::Failed
        } else if !allow_unknown && (counted.any(Reported::is_unknown) || self.none_ran()) {
            ExitCode::Unknown
        } else {
            ExitCode::Clean
        }
    }
}
