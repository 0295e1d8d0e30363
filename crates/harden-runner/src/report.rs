//! The report of an audit.

use std::collections::{BTreeMap, BTreeSet};
use std::process::{self, Termination};
use std::sync::Arc;

use harden_core::{Finding, Gap, Location, Outcome, Place, Severity};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;

use crate::guide::Section;

/// The result of an audit, ready to be written in any format. The same facts, policy and time give
/// the same report, except for [`Report::run`].
#[derive(Debug)]
pub struct Report {
    /// The program.
    pub tool: Tool,
    /// The time as of which the facts were judged: now, or the time of the snapshot.
    pub as_of: Timestamp,
    /// The name of the estate in the policy file; `default` without one.
    pub estate: String,
    /// The policy file that was applied.
    pub policy: Option<PolicyInfo>,
    /// The facts that were judged.
    pub facts: JudgedFacts,
    /// Where code scanning shows findings that are not about a file.
    pub anchors: Anchors,
    /// The selected checks, in the order of their ids.
    pub checks: Vec<CheckReport>,
    /// The findings: the most severe first, then by check, then by resource.
    pub findings: Vec<Reported>,
    /// What could not be read.
    pub gaps: Vec<Gap>,
    /// The providers that were not audited, with the reasons.
    pub not_audited: Vec<NotAudited>,
    /// Other things that the reader should know.
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
    /// Its path, as it was given.
    pub path: String,
    /// The SHA-256 of its content, in hexadecimal.
    pub sha256: String,
    /// The commit that it was read from, if it was not read from the working tree.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub commit: Option<String>,
}

/// The facts that were judged.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct JudgedFacts {
    /// The SHA-256 of the listings that the checks read, in hexadecimal. A live run and the replay of
    /// its snapshot have the same; a changed snapshot has another. Empty if the report is not about
    /// facts.
    pub sha256: String,
    /// The accounts and regions that they were read over, by provider.
    pub places: BTreeMap<&'static str, BTreeSet<Place>>,
}

/// Where code scanning shows findings that are not about a file of the checkout.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Anchors {
    /// The file that the policy's `anchor` names, or the first that exists of `harden.toml`, a
    /// workflow and the README.
    pub fallback: Location,
    /// The line of each provider's table in the policy file.
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
    /// The location at which a provider's findings are shown.
    #[must_use]
    pub fn location_for(&self, provider: &str) -> &Location {
        self.tables.get(provider).unwrap_or(&self.fallback)
    }
}

/// A selected check, and whether it ran.
#[derive(Debug, Clone)]
pub struct CheckReport {
    /// The id.
    pub id: &'static str,
    /// The requirement, as a sentence.
    pub title: &'static str,
    /// The severity of a failure: that of the policy file, otherwise the default.
    pub severity: Severity,
    /// The section of the guide.
    pub section: Section,
    /// Whether the check is not mentioned in the guide.
    pub beyond_guide: bool,
    /// Whether a failure is a security weakness.
    pub security: bool,
    /// How to fix a failure, in one sentence.
    pub remediation: &'static str,
    /// The page, in Markdown.
    pub page: &'static str,
    /// The first paragraph of the page.
    pub summary: &'static str,
    /// The permissions that the check needs.
    pub permissions: Vec<&'static str>,
    /// The kinds that the check reads, and the kinds that their listings start from.
    pub kinds: Vec<&'static str>,
    /// Whether it ran.
    pub state: State,
}

impl CheckReport {
    /// The provider: the part of the id before the slash.
    #[must_use]
    pub fn provider(&self) -> &'static str {
        provider_of(self.id)
    }
}

/// Whether a check ran.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// It ran.
    Ran,
    /// It did not run, for this reason.
    Off(String),
}

/// A finding, with its severity and its acceptance by the policy file.
#[derive(Debug, Clone)]
pub struct Reported {
    /// The finding.
    pub finding: Finding,
    /// The severity of its check.
    pub severity: Severity,
    /// The section of the guide.
    pub section: Section,
    /// The accepted risk that covers it, if any.
    pub accepted: Option<Arc<Accepted>>,
}

impl Reported {
    /// Whether it counts as a failure: it failed, and the risk is not accepted.
    #[must_use]
    pub fn is_failure(&self) -> bool {
        matches!(self.finding.outcome, Outcome::Fail(..)) && self.accepted.is_none()
    }

    /// Whether it counts as an unknown: it could not be judged, and that is not accepted.
    #[must_use]
    pub fn is_unknown(&self) -> bool {
        matches!(self.finding.outcome, Outcome::Unknown(_)) && self.accepted.is_none()
    }

    /// Whether it is an unknown that is not about one resource: a kind that could not be listed in an
    /// account or region, the parts of a resource that could not be listed, or a check that could not
    /// run.
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
    /// Who is responsible for it.
    pub owner: String,
    /// The last day on which the risk is accepted.
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

/// Something that the reader should know, for example that an accepted risk expired or that a table
/// was ignored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Notice {
    /// A sentence that starts in lower case and has no full stop.
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
    /// Requests that the provider bills by amount (metrics, for example), by what was requested.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub billed: BTreeMap<&'static str, u64>,
}

/// The number of findings by verdict.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// Requirements that are met.
    pub pass: usize,
    /// Requirements that are not met, without accepted risks.
    pub fail: usize,
    /// Requirements that do not apply to the resource.
    pub not_applicable: usize,
    /// Requirements that could not be judged, without accepted ones.
    pub unknown: usize,
    /// Failures and unknowns that the policy file accepts.
    pub accepted: usize,
}

impl Summary {
    /// Counts findings by verdict.
    pub fn count<'a>(findings: impl IntoIterator<Item = &'a Reported>) -> Self {
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

/// The exit code of an audit. `main` can return it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum ExitCode {
    /// Nothing failed, nothing unknown.
    Clean = 0,
    /// Something failed.
    Failed = 1,
    /// The audit could not run: wrong usage, an error in the policy file, no credentials.
    CouldNotRun = 2,
    /// Nothing failed, but something is unknown, no check ran, or the checks of a provider found
    /// nothing to judge.
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

/// The provider of a check or a kind: the part before the slash.
fn provider_of(name: &str) -> &str {
    name.split_once('/').map_or(name, |(provider, _)| provider)
}

impl Report {
    /// The check with this id, if it was selected.
    #[must_use]
    pub fn check(&self, id: &str) -> Option<&CheckReport> {
        let i = self.checks.binary_search_by(|c| c.id.cmp(id)).ok()?;
        self.checks.get(i)
    }

    /// The number of findings by verdict.
    #[must_use]
    pub fn summary(&self) -> Summary {
        Summary::count(&self.findings)
    }

    fn no_check_ran(&self) -> bool {
        !self.checks.iter().any(|check| check.state == State::Ran)
    }

    /// Whether the findings only give advice: the recurring duties of an estate of which nothing else
    /// was read.
    fn is_only_advice(&self) -> bool {
        let is_advice = |reported: &Reported| {
            let outcome = &reported.finding.outcome;
            reported.severity == Severity::Info && matches!(outcome, Outcome::NotApplicable(_))
        };
        !self.findings.is_empty() && self.findings.iter().all(is_advice)
    }

    /// The providers whose checks ran and found no resource at all: no verdict, and no unknown. A token
    /// that sees no project, and a snapshot whose listings were read over no account, look like this.
    #[must_use]
    pub fn unjudged(&self) -> Vec<&'static str> {
        let ran = || self.checks.iter().filter(|check| check.state == State::Ran);
        let has_finding = |provider: &str| {
            let mut checks = self.findings.iter().map(|reported| reported.finding.check);
            checks.any(|check| provider_of(check) == provider)
        };
        // A check that joins several providers can have nothing to judge. A report without any finding
        // is unjudged as a whole.
        let mut providers: Vec<_> = ran()
            .filter(|check| {
                let own = |kind: &&str| provider_of(kind) == check.provider();
                check.kinds.iter().any(own) || (self.findings.is_empty() && !check.kinds.is_empty())
            })
            .map(CheckReport::provider)
            .collect();
        providers.sort_unstable();
        providers.dedup();
        providers.retain(|provider| !has_finding(provider));
        providers
    }

    /// The exit code. Only findings at or above the severity `fail_on` count. `allow_unknown` makes an
    /// incomplete audit without failures [`ExitCode::Clean`].
    #[must_use]
    pub fn exit_code(&self, fail_on: Severity, allow_unknown: bool) -> ExitCode {
        let mut counted = self.findings.iter().filter(|f| f.severity >= fail_on);
        if counted.clone().any(Reported::is_failure) {
            ExitCode::Failed
        } else if !allow_unknown
            && (counted.any(Reported::is_unknown)
                || self.no_check_ran()
                || self.is_only_advice()
                || !self.unjudged().is_empty())
        {
            ExitCode::Unknown
        } else {
            ExitCode::Clean
        }
    }
}
