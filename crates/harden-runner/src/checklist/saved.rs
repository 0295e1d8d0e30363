//! The parts of a JSON report that the checklist reads.

use harden_core::AttestationsFile;
use jiff::Timestamp;
use serde::Deserialize;

use crate::json::VERSION;

/// A report that was written as JSON.
#[derive(Debug, Deserialize)]
pub(super) struct Saved {
    pub(super) as_of: Timestamp,
    pub(super) estate: String,
    #[serde(default)]
    checks: Vec<Check>,
    #[serde(default)]
    findings: Vec<Finding>,
    #[serde(default)]
    not_audited: Vec<NotAudited>,
}

#[derive(Debug, Deserialize)]
struct Check {
    id: String,
    state: State,
    #[serde(default)]
    reason: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum State {
    Ran,
    Off,
}

#[derive(Debug, Deserialize)]
struct NotAudited {
    provider: String,
    reason: String,
}

/// A finding.
#[derive(Debug, Deserialize)]
pub(super) struct Finding {
    pub(super) check: String,
    pub(super) verdict: Verdict,
    pub(super) resource: String,
    resource_id: ResourceId,
    #[serde(default)]
    remediation: Option<Remediation>,
    #[serde(default)]
    accepted: Option<serde::de::IgnoredAny>,
}

/// A verdict by its name in the report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Verdict {
    Pass,
    Fail,
    NotApplicable,
    Unknown,
}

#[derive(Debug, Deserialize)]
struct ResourceId {
    name: String,
}

#[derive(Debug, Deserialize)]
struct Remediation {
    summary: String,
}

/// Why a text is not a report that the checklist can be made from.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SavedReportError {
    /// It is not a JSON report of harden.
    #[error("not a JSON report of harden")]
    NotAReport(#[source] serde_json::Error),
    /// It has another version of the format.
    #[error(
        "the report has version {found} of the format, and this program reads version {VERSION}"
    )]
    Version {
        /// Its version.
        found: u64,
    },
}

impl Saved {
    pub(super) fn parse(text: &str) -> Result<Self, SavedReportError> {
        #[derive(Deserialize)]
        struct Head {
            harden_report: u64,
        }
        let head: Head = serde_json::from_str(text).map_err(SavedReportError::NotAReport)?;
        if head.harden_report != u64::from(VERSION) {
            return Err(SavedReportError::Version {
                found: head.harden_report,
            });
        }
        serde_json::from_str(text).map_err(SavedReportError::NotAReport)
    }

    /// The findings of a check, or why it has none.
    pub(super) fn findings_of(&self, id: &str) -> Result<Vec<&Finding>, Absent> {
        let Some(check) = self.checks.iter().find(|check| check.id == id) else {
            let provider = id.split_once('/').map_or(id, |(provider, _)| provider);
            let left_out = self.not_audited.iter().find(|one| one.provider == provider);
            return Err(Absent::NotRun(left_out.map_or_else(
                || format!("{id} was not selected"),
                |left| format!("{} was not audited: {}", left.provider, left.reason),
            )));
        };
        if check.state == State::Off {
            let reason = check.reason.clone();
            return Err(Absent::Off(
                reason.unwrap_or_else(|| "it is off".to_owned()),
            ));
        }
        Ok(self.findings.iter().filter(|one| one.check == id).collect())
    }

    /// The finding about a recurring duty. Without an attestations file there is one finding for all.
    pub(super) fn duty(&self, duty: &str) -> Result<Option<&Finding>, Absent> {
        let findings = self.findings_of(REVIEWS)?;
        if findings
            .iter()
            .any(|one| one.resource_id.name == AttestationsFile::NAME)
        {
            return Err(Absent::NotRun(format!(
                "no attestations are recorded: `harden-cli attest {duty}` records one"
            )));
        }
        Ok(findings
            .into_iter()
            .find(|one| one.resource_id.name == duty))
    }
}

/// The check of recurring duties.
const REVIEWS: &str = "ops/review-overdue";

/// Why a check has no findings.
pub(super) enum Absent {
    /// It is off.
    Off(String),
    /// It did not run, so nothing is known.
    NotRun(String),
}

impl Finding {
    /// Whether the policy file accepts it.
    pub(super) fn is_accepted(&self) -> bool {
        self.accepted.is_some()
    }

    /// What fixes it, in one sentence.
    pub(super) fn fix(&self) -> Option<&str> {
        self.remediation.as_ref().map(|one| one.summary.as_str())
    }
}
