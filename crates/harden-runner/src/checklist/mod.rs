//! The guide's implementation checklist, with the state of each item.
//!
//! It is made from a report: of this run ([`Checklist::of`]) or a JSON report that was saved
//! ([`Checklist::from_json`]).

mod items;
mod saved;
mod write;

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::Serialize;

use crate::json;
use crate::report::{ExitCode, Report};
use items::{ITEMS, Item};
use saved::{Absent, Finding, Saved, Verdict};

pub use items::Period;
pub use saved::SavedReportError;

/// The checklist of an estate.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Checklist {
    /// The time as of which the facts were judged.
    pub as_of: Timestamp,
    /// The name of the estate.
    pub estate: String,
    /// The items, in the order of the guide.
    pub items: Vec<ItemState>,
}

/// An item, and whether it is done.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ItemState {
    /// When the guide asks for it.
    pub period: Period,
    /// What is to be done.
    pub text: &'static str,
    /// Whether it is done.
    pub state: Progress,
    /// What decided the state.
    pub by: Basis,
    /// Why the state is unknown or not applicable.
    pub reason: Option<String>,
    /// What to do next, for an open item.
    pub next: Option<String>,
    /// The findings behind the state: the failures of an open item, the unknowns of an unknown one.
    pub findings: Vec<Behind>,
}

/// The state of an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Progress {
    /// It does not concern this estate.
    NotApplicable,
    /// It is done.
    Done,
    /// Whether it is done cannot be told.
    Unknown,
    /// It is not done.
    Open,
}

/// What decided the state of an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Basis {
    /// Facts that were read.
    Facts,
    /// What a person attested.
    Attestation,
    /// Nothing that was read: a person has to decide.
    Hand,
}

/// A finding behind the state of an item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Behind {
    /// The check.
    pub check: String,
    /// The resource, as its users know it.
    pub resource: String,
}

/// The ids of the checks that decide items. A program that lacks one of them cannot tell the item.
pub fn checks() -> impl Iterator<Item = &'static str> {
    ITEMS.iter().flat_map(|item| item.checks).copied()
}

/// The names of the recurring duties that decide items.
pub fn duties() -> impl Iterator<Item = &'static str> {
    ITEMS.iter().flat_map(|item| item.duties).copied()
}

/// What one check or one duty says about an item.
struct Vote<'a> {
    state: Progress,
    by: Basis,
    reason: Option<String>,
    findings: Vec<&'a Finding>,
}

impl Checklist {
    /// The checklist of a report.
    ///
    /// # Errors
    /// When the report cannot be written as JSON, from which the checklist is made.
    pub fn of(report: &Report) -> std::io::Result<Self> {
        let text = json::to_string(report)?;
        Self::from_json(&text).map_err(std::io::Error::other)
    }

    /// The checklist of a report that was written as JSON.
    ///
    /// # Errors
    /// When the text is not a report, or a report of another version.
    pub fn from_json(text: &str) -> Result<Self, SavedReportError> {
        let saved = Saved::parse(text)?;
        Ok(Self {
            items: ITEMS.iter().map(|item| judge(item, &saved)).collect(),
            as_of: saved.as_of,
            estate: saved.estate,
        })
    }

    /// The number of items in a state.
    #[must_use]
    pub fn count(&self, state: Progress) -> usize {
        self.items.iter().filter(|item| item.state == state).count()
    }

    /// The exit code: that of an audit in which an open item is a failure.
    #[must_use]
    pub fn exit_code(&self) -> ExitCode {
        if self.count(Progress::Open) > 0 {
            ExitCode::Failed
        } else if self.count(Progress::Unknown) > 0 {
            ExitCode::Unknown
        } else {
            ExitCode::Clean
        }
    }
}

/// The state of an item: the worst of what its checks and duties say.
fn judge(item: &Item, saved: &Saved) -> ItemState {
    let checks = item.checks.iter().map(|id| check_vote(id, saved));
    let duties = item.duties.iter().map(|duty| duty_vote(duty, saved));
    let votes: Vec<Vote<'_>> = checks.chain(duties).collect();
    let worst = votes.iter().map(|vote| vote.state).max();
    let worst = worst.unwrap_or(Progress::Unknown);
    let deciding: Vec<&Vote<'_>> = votes.iter().filter(|vote| vote.state == worst).collect();
    // An optional item that nobody started is not needed.
    let state = match worst {
        Progress::Open if item.is_optional => Progress::NotApplicable,
        other => other,
    };
    let findings = deciding.iter().flat_map(|vote| &vote.findings);
    let next = findings.clone().find_map(|one| one.fix());
    let reasons: BTreeSet<&str> = deciding
        .iter()
        .filter_map(|v| v.reason.as_deref())
        .collect();
    let reason = match state {
        Progress::NotApplicable if worst == Progress::Open => Some("optional".to_owned()),
        Progress::Open => None,
        _ if reasons.is_empty() => None,
        _ => Some(reasons.into_iter().collect::<Vec<_>>().join("; ")),
    };
    ItemState {
        period: item.period,
        text: item.text,
        state,
        by: deciding.first().map_or(Basis::Hand, |vote| vote.by),
        reason,
        next: (state == Progress::Open)
            .then(|| next.map(str::to_owned))
            .flatten(),
        findings: findings
            .map(|one| Behind {
                check: one.check.clone(),
                resource: one.resource.clone(),
            })
            .collect(),
    }
}

fn check_vote<'a>(id: &str, saved: &'a Saved) -> Vote<'a> {
    match saved.findings_of(id) {
        Err(absent) => absent.into_vote(Basis::Facts),
        Ok(findings) => vote(findings, Basis::Facts),
    }
}

fn duty_vote<'a>(duty: &str, saved: &'a Saved) -> Vote<'a> {
    match saved.duty(duty) {
        Err(absent) => absent.into_vote(Basis::Hand),
        Ok(None) => Vote {
            state: Progress::NotApplicable,
            by: Basis::Attestation,
            reason: Some(format!("the policy excludes {duty}")),
            findings: Vec::new(),
        },
        Ok(Some(finding)) => vote(vec![finding], Basis::Attestation),
    }
}

/// The worst verdict of a check's findings, with the findings that have it. An accepted risk counts
/// as done.
fn vote(findings: Vec<&Finding>, by: Basis) -> Vote<'_> {
    let state_of = |one: &Finding| match one.verdict {
        _ if one.is_accepted() => Progress::Done,
        Verdict::Fail => Progress::Open,
        Verdict::Unknown => Progress::Unknown,
        Verdict::Pass => Progress::Done,
        Verdict::NotApplicable => Progress::NotApplicable,
    };
    let state = findings.iter().map(|one| state_of(one)).max();
    let state = state.unwrap_or(Progress::NotApplicable);
    let accepted = findings.iter().filter(|one| one.is_accepted()).count();
    let reason = match state {
        Progress::Done if accepted == 1 => Some("1 accepted risk".to_owned()),
        Progress::Done if accepted > 1 => Some(format!("{accepted} accepted risks")),
        _ => None,
    };
    let is_shown = matches!(state, Progress::Open | Progress::Unknown);
    let findings = findings
        .into_iter()
        .filter(|one| is_shown && state_of(one) == state);
    Vote {
        state,
        by,
        reason,
        findings: findings.collect(),
    }
}

impl Absent {
    fn into_vote<'a>(self, by: Basis) -> Vote<'a> {
        let (state, reason) = match self {
            Self::Off(reason) => (Progress::NotApplicable, reason),
            Self::NotRun(reason) => (Progress::Unknown, reason),
        };
        Vote {
            state,
            by,
            reason: Some(reason),
            findings: Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests;
