//! The report as Markdown, for the summary of a CI job (`GITHUB_STEP_SUMMARY`).
//!
//! GitHub drops the whole summary of a step if it is larger than 1 MiB. Therefore each part of the
//! page has a limit and states how much was cut; the JSON report is always complete. Text that comes
//! from a resource is escaped, so that it is never interpreted as Markdown or HTML.

mod escape;
mod failure;

use std::io::{self, Write};

use harden_core::Severity;

use crate::overview::{
    Conclusion, advice, audited, checks_off, conclusion, count_of, counts, group_heading, sections,
    unknowns,
};
use crate::report::{Report, Reported};
pub(crate) use escape::{code, prose};
use failure::failure;

/// The limits in bytes: for the failures, for the unknown findings, and for each other part. The
/// whole page stays under 900 kB.
const FAILURES: usize = 450_000;
const UNKNOWN: usize = 150_000;
const PART: usize = 50_000;

/// The failures of one severity that are shown; the others are only counted, since people read the
/// summary.
const MAX_OF_A_SEVERITY: usize = 100;
const MAX_RESOURCES: usize = 5;

/// Writes the report.
///
/// # Errors
/// When writing fails.
pub fn write(report: &Report, out: impl Write) -> io::Result<()> {
    let mut out = io::BufWriter::new(out);
    write_headline(report, &mut out)?;
    write_section_table(report, &mut out)?;
    write_failures(report, &mut out)?;
    write_part(&mut out, UNKNOWN, "Unknown", "lines", unknown_lines(report))?;
    write_part(
        &mut out,
        PART,
        "Accepted risks",
        "accepted risks",
        accepted_lines(report),
    )?;
    let gaps = report.gaps.iter().map(|gap| {
        let place = code(&gap.place.to_string());
        let reason = prose(&gap.unknown.to_string());
        format!("- {} in {place}: {reason}\n", code(gap.kind))
    });
    write_part(&mut out, PART, "Could not be read", "gaps", gaps)?;
    let notices = report.notices.iter();
    let notices = notices.map(|notice| format!("- {}\n", prose(&notice.message)));
    write_part(&mut out, PART, "Notices", "notices", notices)?;
    let providers = report.not_audited.iter();
    let providers = providers.map(|p| format!("- {}: {}\n", code(&p.provider), prose(&p.reason)));
    write_part(&mut out, PART, "Not audited", "providers", providers)?;
    let checks = checks_off(report).into_iter();
    let checks = checks.map(|(id, why)| format!("- {}: {}\n", code(id), prose(why)));
    write_part(&mut out, PART, "Checks that are off", "checks", checks)?;
    out.flush()
}

fn write_headline(report: &Report, out: &mut impl Write) -> io::Result<()> {
    let (conclusion, words) = conclusion(report);
    let mark = match conclusion {
        Conclusion::Failed => "❌",
        Conclusion::Incomplete | Conclusion::NothingJudged => "❔",
        Conclusion::Clean => "✅",
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
    )?;
    for (provider, accounts) in audited(report) {
        writeln!(out, "Audited {}: {}\n", code(provider), code(&accounts))?;
    }
    match report.facts.sha256.as_str() {
        "" => Ok(()),
        digest => writeln!(out, "The facts have the SHA-256 {}.\n", code(digest)),
    }
}

fn write_section_table(report: &Report, out: &mut impl Write) -> io::Result<()> {
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
            None => writeln!(out, "| {number} | {title} | no check ran | | | | |")?,
        }
    }
    writeln!(out)
}

fn write_failures(report: &Report, out: &mut impl Write) -> io::Result<()> {
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
        write_omitted(out, failed.len() - shown, "failures")?;
    }
    Ok(())
}

/// Writes the blocks of a part under its heading, up to the limit. Writes nothing if there are no
/// blocks.
fn write_part(
    out: &mut impl Write,
    limit: usize,
    heading: &str,
    what: &str,
    blocks: impl IntoIterator<Item = String>,
) -> io::Result<()> {
    let mut left = limit;
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
    write_omitted(out, cut, what)
}

fn write_omitted(out: &mut impl Write, n: usize, what: &str) -> io::Result<()> {
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
            "- {} ({}): {}. To find out: {}\n",
            code(&group_heading(group.unknown)),
            count_of(group.len(), "finding"),
            prose(&group.unknown.message),
            prose(&advice(group.unknown)),
        );
        let checks = group.checks.into_iter().map(|(check, findings)| {
            let names = findings.iter().take(MAX_RESOURCES);
            let names: Vec<String> = names.map(|r| code(r.finding.resource.shown())).collect();
            let more = match findings.len().saturating_sub(MAX_RESOURCES) {
                0 => String::new(),
                n => format!(" and {n} more"),
            };
            format!("  - {}: {}{more}\n", code(check), names.join(", "))
        });
        std::iter::once(head).chain(checks)
    })
}

fn accepted_lines(report: &Report) -> impl Iterator<Item = String> {
    report.findings.iter().filter_map(|reported| {
        let accepted = reported.accepted.as_ref()?;
        let finding = &reported.finding;
        Some(format!(
            "- {} on {} ({}, {}): {} (owner {}, until {})\n",
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
