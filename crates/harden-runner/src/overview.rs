//! What the formats for people say alike: counts, the verdict in words, the guide's sections, and
//! what is unknown and how to get it.

use harden_core::{Cause, DeniedBy, Outcome, Unknown};

use crate::guide::Section;
use crate::report::{CheckReport, Report, Reported, State, Summary};

/// How an audit stands, from bad to good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standing {
    Failed,
    Incomplete,
    NothingJudged,
    Clean,
}

/// How an audit stands, and that in words without a full stop.
pub(crate) fn standing(report: &Report) -> (Standing, String) {
    let summary = report.summary();
    if summary.fail > 0 {
        let text = match summary.unknown {
            0 => format!("{} failed", summary.fail),
            n => format!("{} failed, and {n} could not be judged", summary.fail),
        };
        return (Standing::Failed, text);
    }
    if summary.unknown > 0 {
        let text = format!(
            "nothing failed, but {} could not be judged: this run is incomplete",
            summary.unknown
        );
        return (Standing::Incomplete, text);
    }
    if summary.pass + summary.accepted == 0 {
        let text = if !ran(report).any(|_| true) {
            "nothing was judged: no check ran"
        } else if summary.not_applicable > 0 {
            "nothing was judged: no check concerns what was found"
        } else {
            "nothing was judged: the checks found no resource"
        };
        return (Standing::NothingJudged, text.to_owned());
    }
    let text = match summary.accepted {
        0 => "nothing failed, and everything could be judged".to_owned(),
        n => format!("nothing failed beside what the policy file accepts ({n})"),
    };
    (Standing::Clean, text)
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

fn ran(report: &Report) -> impl Iterator<Item = &CheckReport> {
    report.checks.iter().filter(|c| c.state == State::Ran)
}

/// The checks that are off, each with the reason.
pub(crate) fn off(report: &Report) -> Vec<(&'static str, &str)> {
    report
        .checks
        .iter()
        .filter_map(|check| match &check.state {
            State::Off(reason) => Some((check.id, reason.as_str())),
            State::Ran => None,
        })
        .collect()
}

/// A section of the guide with the counts of its findings; without counts where no check of it
/// ran.
pub(crate) struct SectionRow {
    pub(crate) section: Section,
    pub(crate) summary: Option<Summary>,
}

/// The guide's sections in its order, and the checks outside it where there are any.
pub(crate) fn sections(report: &Report) -> Vec<SectionRow> {
    Section::ALL
        .into_iter()
        .map(|section| SectionRow {
            section,
            summary: ran(report)
                .any(|c| c.section == section)
                .then(|| Summary::of(report.findings.iter().filter(|r| r.section == section))),
        })
        .filter(|row| row.section != Section::Other || row.summary.is_some())
        .collect()
}

/// What is unknown for one reason.
pub(crate) struct UnknownGroup<'a> {
    /// The reason: of the group, cause and action are the same; the message is the first one.
    pub(crate) unknown: &'a Unknown,
    /// The findings, by check, in the report's order: the most severe first.
    pub(crate) checks: Vec<(&'static str, Vec<&'a Reported>)>,
}

impl UnknownGroup<'_> {
    pub(crate) fn len(&self) -> usize {
        self.checks.iter().map(|(_, of)| of.len()).sum()
    }
}

/// What is unknown, by the reason: the denied action is what a reader can do something about, and
/// it is often the same one for many checks.
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
            Some((last, of)) if *last == check => of.push(reported),
            _ => group.checks.push((check, vec![reported])),
        }
    }
    groups
}

/// What stands over a group: `denied: rds:DescribeDBInstances`.
pub(crate) fn reason(unknown: &Unknown) -> String {
    match &unknown.action {
        Some(action) => format!("{}: {action}", unknown.cause.as_str()),
        None => unknown.cause.as_str().to_owned(),
    }
}

/// What a reader can do to get what is unknown.
pub(crate) fn advice(unknown: &Unknown) -> String {
    let action = unknown.action.as_deref().unwrap_or("the call");
    match (unknown.cause, unknown.by) {
        (Cause::Denied, Some(DeniedBy::Scp)) => format!(
            "a service control policy denies it: ask those who run the organization to allow {action}"
        ),
        (Cause::Denied, Some(DeniedBy::ResourcePolicy)) => {
            format!("allow {action} in the resource's own policy")
        }
        (Cause::Denied, Some(DeniedBy::PermissionsBoundary)) => {
            format!("allow {action} in the caller's permissions boundary, and in its policies")
        }
        (Cause::Denied, Some(DeniedBy::SessionPolicy)) => {
            format!("allow {action} in the session policy that the role is taken with")
        }
        (Cause::Denied, _) => format!("grant {action} to the caller"),
        (Cause::Throttled, _) => {
            format!("run again later, or raise the service's quota for {action}")
        }
        (Cause::Plan, _) => {
            "the plan does not offer it: accept it in the policy file, or look by hand".to_owned()
        }
        (Cause::NotRecorded, _) => "record a new snapshot".to_owned(),
        (Cause::NotRead, _) => "audit that account or region too".to_owned(),
        (Cause::Deadline, _) => "give the run more time".to_owned(),
        (Cause::Interrupted, _) => "let the run go to its end".to_owned(),
        (Cause::Credentials, _) => "give credentials for it".to_owned(),
        (Cause::Undetermined, _) => "look at it by hand".to_owned(),
        _ => "run again; if it stays, this is worth a report".to_owned(),
    }
}

/// `1 resource`, `2 resources`.
pub(crate) fn number(n: usize, one: &str) -> String {
    match n {
        1 => format!("1 {one}"),
        n => format!("{n} {one}s"),
    }
}
