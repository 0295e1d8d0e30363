//! The report as Markdown, for the summary of a CI job (`GITHUB_STEP_SUMMARY`).
//!
//! A step's summary may have 1 MiB, and is dropped whole when it has more. So each part has a
//! budget, and says how much of it is cut; the JSON report has everything. Nothing that comes from
//! a resource is read as Markdown or HTML.

mod escape;
mod failure;

use std::io::{self, Write};

use harden_core::Severity;

use crate::overview::{
    Standing, advice, counts, number, off, reason, sections, standing, unknowns,
};
use crate::report::{Report, Reported};
use escape::{code, prose};
use failure::failure;

/// How many bytes the failures may take, and each other part. With the table they stay under
/// 900 kB.
const FAILURES: usize = 450_000;
const UNKNOWN: usize = 150_000;
const PART: usize = 50_000;

/// A summary is read by people: past this many failures of a severity the rest is counted.
const MAX_OF_A_SEVERITY: usize = 100;
const MAX_RESOURCES: usize = 5;

/// Writes the report.
///
/// # Errors
/// When writing fails.
pub fn write(report: &Report, out: impl Write) -> io::Result<()> {
    let mut out = io::BufWriter::new(out);
    headline(report, &mut out)?;
    section_table(report, &mut out)?;
    failures(report, &mut out)?;
    part(&mut out, UNKNOWN, "Unknown", "lines", unknown_lines(report))?;
    part(
        &mut out,
        PART,
        "Accepted risks",
        "accepted risks",
        accepted(report),
    )?;
    let gaps = report.gaps.iter().map(|gap| {
        let place = code(&gap.place.to_string());
        let why = prose(&gap.unknown.to_string());
        format!("- {} in {place}: {why}\n", code(gap.kind))
    });
    part(&mut out, PART, "Could not be read", "gaps", gaps)?;
    let notices = report.notices.iter();
    let notices = notices.map(|notice| format!("- {}\n", prose(&notice.message)));
    part(&mut out, PART, "Notices", "notices", notices)?;
    let providers = report.not_audited.iter();
    let providers = providers.map(|p| format!("- {}: {}\n", code(&p.provider), prose(&p.reason)));
    part(&mut out, PART, "Not audited", "providers", providers)?;
    let checks = off(report).into_iter();
    let checks = checks.map(|(id, why)| format!("- {}: {}\n", code(id), prose(why)));
    part(&mut out, PART, "Checks that are off", "checks", checks)?;
    out.flush()
}

fn headline(report: &Report, out: &mut impl Write) -> io::Result<()> {
    let (standing, words) = standing(report);
    let mark = match standing {
        Standing::Failed => "❌",
        Standing::Incomplete | Standing::NothingJudged => "❔",
        Standing::Clean => "✅",
    };
    let mut words = words.chars();
    let words: String = words
        .next()
        .into_iter()
        .flat_map(char::to_uppercase)
        .chain(words)
        .collect();
    writeln!(out, "## {mark} {words}\n")?;
    writeln!(
        out,
        "{}. Estate {}, as of {}, by {} {}.\n",
        counts(&report.summary()),
        code(&report.estate),
        prose(&report.as_of.to_string()),
        prose(&report.tool.name),
        prose(&report.tool.version),
    )
}

fn section_table(report: &Report, out: &mut impl Write) -> io::Result<()> {
    writeln!(
        out,
        "| § | Section | Passed | Failed | Unknown | Not applicable | Accepted |"
    )?;
    writeln!(
        out,
        "|--:|---------|-------:|-------:|--------:|---------------:|---------:|"
    )?;
    for row in sections(report) {
        let number = match row.section.number() {
            0 => String::new(),
            n => n.to_string(),
        };
        let title = row.section.title();
        match row.summary {
            Some(s) => writeln!(
                out,
                "| {number} | {title} | {} | {} | {} | {} | {} |",
                s.pass, s.fail, s.unknown, s.not_applicable, s.accepted
            )?,
            None => writeln!(out, "| {number} | {title} | not looked at | | | | |")?,
        }
    }
    writeln!(out)
}

fn failures(report: &Report, out: &mut impl Write) -> io::Result<()> {
    let mut left = FAILURES;
    for severity in Severity::ALL {
        let failed: Vec<&Reported> = report
            .findings
            .iter()
            .filter(|r| r.is_failure() && r.severity == severity)
            .collect();
        if failed.is_empty() {
            continue;
        }
        writeln!(out, "### Failed: {severity} ({})\n", failed.len())?;
        let mut shown = 0;
        for reported in failed.iter().take(MAX_OF_A_SEVERITY) {
            let block = failure(report, reported);
            let Some(rest) = left.checked_sub(block.len()) else {
                break;
            };
            left = rest;
            shown += 1;
            out.write_all(block.as_bytes())?;
        }
        more(out, failed.len() - shown, "failures")?;
    }
    Ok(())
}

/// A part under its heading, cut where its budget ends. Nothing, where there is nothing.
fn part(
    out: &mut impl Write,
    budget: usize,
    heading: &str,
    what: &str,
    blocks: impl IntoIterator<Item = String>,
) -> io::Result<()> {
    let mut left = budget;
    let (mut shown, mut cut) = (0, 0);
    for block in blocks {
        if shown + cut == 0 {
            writeln!(out, "### {heading}\n")?;
        }
        match left.checked_sub(block.len()) {
            Some(rest) if cut == 0 => {
                left = rest;
                shown += 1;
                out.write_all(block.as_bytes())?;
            }
            _ => cut += 1,
        }
    }
    if shown > 0 {
        writeln!(out)?;
    }
    more(out, cut, what)
}

fn more(out: &mut impl Write, n: usize, what: &str) -> io::Result<()> {
    if n == 0 {
        return Ok(());
    }
    writeln!(
        out,
        "… and {n} more {what}, cut here: the JSON report has them all.\n"
    )
}

fn unknown_lines(report: &Report) -> impl Iterator<Item = String> {
    unknowns(report).into_iter().flat_map(|group| {
        let head = format!(
            "- {} ({}): {}. To know it: {}\n",
            code(&reason(group.unknown)),
            number(group.len(), "finding"),
            prose(&group.unknown.message),
            prose(&advice(group.unknown)),
        );
        let checks = group.checks.into_iter().map(|(check, of)| {
            let names = of.iter().take(MAX_RESOURCES);
            let names: Vec<String> = names.map(|r| code(r.finding.resource.shown())).collect();
            let more = match of.len().saturating_sub(MAX_RESOURCES) {
                0 => String::new(),
                n => format!(" and {n} more"),
            };
            format!("  - {}: {}{more}\n", code(check), names.join(", "))
        });
        std::iter::once(head).chain(checks)
    })
}

fn accepted(report: &Report) -> impl Iterator<Item = String> {
    report.findings.iter().filter_map(|reported| {
        let accepted = reported.accepted.as_ref()?;
        let finding = &reported.finding;
        Some(format!(
            "- {} on {} ({}, {}): {} – owner {}, until {}\n",
            code(finding.check),
            code(finding.resource.shown()),
            reported.severity,
            finding.outcome.as_str(),
            prose(&accepted.reason),
            code(&accepted.owner),
            accepted.expires,
        ))
    })
}
