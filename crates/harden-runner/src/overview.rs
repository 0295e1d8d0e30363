//! What the formats for people share: the counts, the conclusion in words, the sections of the
//! guide, and the unknown findings with advice.

use std::collections::BTreeMap;

use harden_core::{Cause, DeniedBy, Outcome, Unknown, one_line};

use crate::guide::Section;
use crate::report::{CheckReport, Report, Reported, State, Summary};

/// The conclusion of an audit, from worst to best.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Conclusion {
    Failed,
    Incomplete,
    NothingJudged,
    Clean,
}

/// The conclusion of an audit, also in words without a full stop.
pub(crate) fn conclusion(report: &Report) -> (Conclusion, String) {
    let summary = report.summary();
    if summary.fail > 0 {
        let text = match summary.unknown {
            0 => format!("{} failed", summary.fail),
            n => format!("{} failed, and {n} could not be judged", summary.fail),
        };
        return (Conclusion::Failed, text);
    }
    if summary.unknown > 0 {
        let text = format!(
            "nothing failed, but {} could not be judged: this run is incomplete",
            summary.unknown
        );
        return (Conclusion::Incomplete, text);
    }
    let unjudged = report.unjudged();
    if summary.pass + summary.accepted > 0 && !unjudged.is_empty() {
        let text = format!(
            "nothing failed, but nothing of {} was judged: its checks found no resource",
            unjudged.join(" and ")
        );
        return (Conclusion::Incomplete, text);
    }
    if summary.pass + summary.accepted == 0 {
        let text = if !ran(report).any(|_| true) {
            "nothing was judged: no check ran"
        } else if summary.not_applicable > 0 {
            "nothing was judged: no check applies to the resources that were found"
        } else {
            "nothing was judged: the checks found no resource"
        };
        return (Conclusion::NothingJudged, text.to_owned());
    }
    let text = match summary.accepted {
        0 => "nothing failed, and everything could be judged".to_owned(),
        n => format!("nothing failed except what the policy file accepts ({n})"),
    };
    (Conclusion::Clean, text)
}

/// `2 failed, 1 unknown, 10 passed, 3 not applicable, 1 accepted`.
pub(crate) fn counts(summary: &Summary) -> String {
    let mut text = format!(
        "{} failed, {} unknown, {} passed, {} not applicable",
        summary.fail, summary.unknown, summary.pass, summary.not_applicable
    );
    if summary.accepted > 0 {
        text.push_str(&format!(", {} accepted", summary.accepted));
    }
    text
}

/// The longest list of accounts of a provider.
const MAX_ACCOUNTS: usize = 8;

/// What was audited, a line for each provider: the accounts with their regions.
pub(crate) fn audited(report: &Report) -> Vec<(&'static str, String)> {
    let places = report.facts.places.iter();
    let of_provider = places.filter(|(_, places)| !places.is_empty());
    of_provider
        .map(|(provider, places)| {
            let mut accounts: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
            for place in places {
                let regions = accounts.entry(&place.account).or_default();
                regions.extend(Some(&*place.region).filter(|region| !region.is_empty()));
            }
            let more = accounts.len().saturating_sub(MAX_ACCOUNTS);
            let named = accounts
                .iter()
                .take(MAX_ACCOUNTS)
                .map(|(account, regions)| {
                    let account = one_line(account, 80);
                    match regions.as_slice() {
                        [] => account,
                        regions => format!("{account} ({})", one_line(&regions.join(", "), 200)),
                    }
                });
            let mut line = named.collect::<Vec<_>>().join(", ");
            if more > 0 {
                line.push_str(&format!(" and {more} more"));
            }
            (*provider, line)
        })
        .collect()
}

fn ran(report: &Report) -> impl Iterator<Item = &CheckReport> {
    report.checks.iter().filter(|c| c.state == State::Ran)
}

/// The checks that are off, with the reasons.
pub(crate) fn checks_off(report: &Report) -> Vec<(&'static str, &str)> {
    report
        .checks
        .iter()
        .filter_map(|check| match &check.state {
            State::Off(reason) => Some((check.id, reason.as_str())),
            State::Ran => None,
        })
        .collect()
}

/// A section of the guide with the counts of its findings. There are no counts if no check of the
/// section ran.
pub(crate) struct SectionRow {
    pub(crate) section: Section,
    pub(crate) summary: Option<Summary>,
}

/// The sections in the order of the guide. The row for checks outside the guide is left out if none
/// of them ran.
pub(crate) fn sections(report: &Report) -> Vec<SectionRow> {
    Section::ALL
        .into_iter()
        .map(|section| SectionRow {
            section,
            summary: ran(report)
                .any(|c| c.section == section)
                .then(|| Summary::count(report.findings.iter().filter(|r| r.section == section))),
        })
        .filter(|row| row.section != Section::Other || row.summary.is_some())
        .collect()
}

/// The findings that are unknown for the same reason.
pub(crate) struct UnknownGroup<'a> {
    /// The reason. Cause and action are the same in the whole group; the message is that of the first
    /// finding.
    pub(crate) unknown: &'a Unknown,
    /// The findings by check, in the order of the report: the most severe first.
    pub(crate) checks: Vec<(&'static str, Vec<&'a Reported>)>,
}

impl UnknownGroup<'_> {
    pub(crate) fn len(&self) -> usize {
        self.checks.iter().map(|(_, findings)| findings.len()).sum()
    }
}

/// The unknown findings, grouped by reason. One denied action often affects many checks, and the
/// action is what the reader can allow.
pub(crate) fn unknowns(report: &Report) -> Vec<UnknownGroup<'_>> {
    let mut groups: Vec<UnknownGroup<'_>> = Vec::new();
    for reported in report.findings.iter().filter(|r| r.is_unknown()) {
        let Outcome::Unknown(unknown) = &reported.finding.outcome else {
            continue;
        };
        let key = |u: &Unknown| (u.cause, u.by, u.action.clone());
        let at = groups.iter().position(|g| key(g.unknown) == key(unknown));
        let group = match at {
            Some(i) => groups.get_mut(i),
            None => {
                groups.push(UnknownGroup {
                    unknown,
                    checks: Vec::new(),
                });
                groups.last_mut()
            }
        };
        let Some(group) = group else { continue };
        let check = reported.finding.check;
        match group.checks.last_mut() {
            Some((last, findings)) if *last == check => findings.push(reported),
            _ => group.checks.push((check, vec![reported])),
        }
    }
    groups
}

/// The heading of a group, for example `denied: rds:DescribeDBInstances`.
pub(crate) fn group_heading(unknown: &Unknown) -> String {
    match &unknown.action {
        Some(action) => format!("{}: {action}", unknown.cause.as_str()),
        None => unknown.cause.as_str().to_owned(),
    }
}

/// What the reader can do so that the finding is no longer unknown.
pub(crate) fn advice(unknown: &Unknown) -> String {
    let action = unknown.action.as_deref().unwrap_or("the call");
    match (unknown.cause, unknown.by) {
        (Cause::Denied, Some(DeniedBy::Scp)) => format!(
            "a service control policy denies it: ask the administrators of the organization to allow {action}"
        ),
        (Cause::Denied, Some(DeniedBy::ResourcePolicy)) => {
            format!("allow {action} in the resource-based policy")
        }
        (Cause::Denied, Some(DeniedBy::PermissionsBoundary)) => {
            format!("allow {action} in the caller's permissions boundary and in its policies")
        }
        (Cause::Denied, Some(DeniedBy::SessionPolicy)) => {
            format!("allow {action} in the session policy that is passed when the role is assumed")
        }
        (Cause::Denied, _) => format!("grant {action} to the caller"),
        (Cause::Throttled, _) => {
            format!("run the audit again later, or raise the service's quota for {action}")
        }
        (Cause::Plan, _) => {
            "the plan does not include it: accept it in the policy file, or check it manually"
                .to_owned()
        }
        (Cause::NotRecorded, _) => "record a new snapshot".to_owned(),
        (Cause::NotRead, _) => "audit that account or region too".to_owned(),
        (Cause::Deadline, _) => "give the run more time".to_owned(),
        (Cause::Interrupted, _) => "let the run finish".to_owned(),
        (Cause::Credentials, _) => "provide credentials for it".to_owned(),
        (Cause::Undetermined, _) => "check it manually".to_owned(),
        _ => "run the audit again; if the error persists, report it as a bug".to_owned(),
    }
}

/// `1 resource`, `2 resources`.
pub(crate) fn count_of(n: usize, noun: &str) -> String {
    match n {
        1 => format!("1 {noun}"),
        n => format!("{n} {noun}s"),
    }
}
