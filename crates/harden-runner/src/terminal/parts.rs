//! Writes the parts of the report.

use std::io::{self, Write};

use anstyle::Style as Ansi;
use harden_core::{Evidence, Outcome, Remediation, Severity, one_line};
use unicode_width::UnicodeWidthStr as _;

use super::Printer;
use super::paint::{self, BOLD, DIM, GREEN, RED, YELLOW, pad};
use crate::overview::{self, advice, count_of, group_heading};
use crate::report::{Report, Reported};

/// The failed resources of one check that are shown.
const MAX_RESOURCES: usize = 10;
/// The unknown resources of one check that are shown. There are fewer, since the reason is what
/// matters.
const MAX_UNKNOWN: usize = 3;
const MAX_LINES: usize = 20;
const MAX_SETTINGS: usize = 8;
/// Where everything is that the terminal leaves out.
const ALL_IN_JSON: &str = "all in --format json";

/// Writes what was audited, so that a wrong account is seen first.
pub(super) fn write_audited(printer: &mut Printer<impl Write>, report: &Report) -> io::Result<()> {
    let lines = overview::audited(report);
    if lines.is_empty() {
        return Ok(());
    }
    for (provider, accounts) in lines {
        printer.write_wrapped(0, 2, &format!("audited {provider}: {accounts}"), DIM)?;
    }
    printer.write_blank()
}

pub(super) fn write_failures(printer: &mut Printer<impl Write>, report: &Report) -> io::Result<()> {
    for severity in Severity::ALL {
        let failed: Vec<&Reported> = report
            .findings
            .iter()
            .filter(|r| r.is_failure() && r.severity == severity)
            .collect();
        if failed.is_empty() {
            continue;
        }
        let heading = format!("{severity}: {} failed", failed.len());
        printer.write_wrapped(0, 0, &heading, paint::severity_style(severity).bold())?;
        // The findings of one severity are in the order of their checks.
        for of_check in failed.chunk_by(|a, b| a.finding.check == b.finding.check) {
            write_failed_check(printer, report, of_check)?;
        }
        printer.write_blank()?;
    }
    Ok(())
}

fn write_failed_check(
    printer: &mut Printer<impl Write>,
    report: &Report,
    failed: &[&Reported],
) -> io::Result<()> {
    let Some(first) = failed.first() else {
        return Ok(());
    };
    let id = first.finding.check;
    let title = report.check(id).map_or("", |check| check.title);
    let section = match first.section.number() {
        0 => String::new(),
        n => format!(" (§{n})"),
    };
    printer.write_wrapped(2, 2, &format!("{id}: {title}{section}"), BOLD)?;
    for reported in failed.iter().take(MAX_RESOURCES) {
        let Outcome::Fail(evidence, remediation) = &reported.finding.outcome else {
            continue;
        };
        printer.write_name(
            4,
            reported.finding.resource.shown(),
            paint::severity_style(reported.severity),
        )?;
        if let Some(location) = &reported.finding.location {
            let position = format!("at {}:{}:{}", location.path, location.line, location.column);
            printer.write_name(6, &position, DIM)?;
        }
        write_evidence(printer, evidence)?;
        write_remediation(printer, remediation)?;
    }
    write_omitted(printer, 4, failed.len().saturating_sub(MAX_RESOURCES))
}

fn write_evidence(printer: &mut Printer<impl Write>, evidence: &Evidence) -> io::Result<()> {
    for item in evidence.items.iter().take(MAX_SETTINGS) {
        printer.write_wrapped(6, 2, &item.to_string(), Ansi::new())?;
    }
    write_omitted(
        printer,
        6,
        evidence.items.len().saturating_sub(MAX_SETTINGS),
    )?;
    match &evidence.note {
        Some(note) => printer.write_wrapped(6, 2, note, Ansi::new()),
        None => Ok(()),
    }
}

/// Writes how to fix it, with the first command only: later ones depend on it.
fn write_remediation(
    printer: &mut Printer<impl Write>,
    remediation: &Remediation,
) -> io::Result<()> {
    printer.write_wrapped(
        6,
        2,
        &format!("to fix: {}", remediation.summary),
        Ansi::new(),
    )?;
    if let Some(reason) = &remediation.withheld {
        return printer.write_wrapped(6, 2, &format!("no command is offered: {reason}"), DIM);
    }
    let steps = || remediation.steps.iter();
    let Some((step, command)) = steps().find_map(|step| Some((step, step.to_shell()?))) else {
        return Ok(());
    };
    if step.destructive {
        printer.write_wrapped(6, 2, "this deletes what cannot be recovered:", YELLOW)?;
    }
    printer.write_command(6, &command)?;
    match steps().filter(|s| !std::ptr::eq(*s, step)).count() {
        0 => Ok(()),
        n => printer.write_wrapped(
            6,
            2,
            &format!("and {} ({ALL_IN_JSON})", count_of(n, "more step")),
            DIM,
        ),
    }
}

fn write_omitted(printer: &mut Printer<impl Write>, indent: usize, n: usize) -> io::Result<()> {
    if n == 0 {
        return Ok(());
    }
    printer.write_wrapped(indent, 2, &format!("… and {n} more ({ALL_IN_JSON})"), DIM)
}

pub(super) fn write_accepted(printer: &mut Printer<impl Write>, report: &Report) -> io::Result<()> {
    let lines = report.findings.iter().filter_map(|reported| {
        let accepted = reported.accepted.as_ref()?;
        Some(format!(
            "{} on {} ({}): until {} by {}: {}",
            reported.finding.check,
            one_line(reported.finding.resource.shown(), 120),
            reported.finding.outcome.as_str(),
            accepted.expires,
            one_line(&accepted.owner, 80),
            accepted.reason,
        ))
    });
    write_list(printer, "Accepted risks", lines)
}

/// Writes the sections of the guide with their counts.
pub(super) fn write_sections(printer: &mut Printer<impl Write>, report: &Report) -> io::Result<()> {
    let rows = overview::sections(report);
    let titles = rows.iter().map(|row| row.section.title().width());
    // On a narrow terminal the titles are cut, never the numbers.
    let title = titles
        .max()
        .unwrap_or(0)
        .min(printer.width.saturating_sub(36));
    let cut = |text: &str| pad(&text.chars().take(title).collect::<String>(), title);
    let heads = format!("    {}   pass   fail unknown     n/a", cut("The guide"));
    printer.write_name(0, &heads, BOLD)?;
    for row in rows {
        let number = match row.section.number() {
            0 => "  ".to_owned(),
            n => format!("§{n}"),
        };
        let name = cut(row.section.title());
        let Some(s) = row.summary else {
            let line = format!("{number}  {name}      no check ran");
            printer.write_name(0, &line, DIM)?;
            continue;
        };
        let cell = |n: usize, style: Ansi, width: usize| {
            let text = format!("{n:>width$}");
            let style = if n == 0 { DIM } else { style };
            printer.painted(&text, style).to_string()
        };
        let line = format!(
            "{number}  {name}{}{}{}{}",
            cell(s.pass, GREEN, 7),
            cell(s.fail, RED, 7),
            cell(s.unknown, YELLOW, 8),
            cell(s.not_applicable, Ansi::new(), 8),
        );
        writeln!(printer.out, "{line}")?;
    }
    printer.write_blank()
}

/// Writes the unknown findings by reason, with the affected checks.
pub(super) fn write_unknowns(printer: &mut Printer<impl Write>, report: &Report) -> io::Result<()> {
    let groups = overview::unknowns(report);
    let total: usize = groups.iter().map(overview::UnknownGroup::len).sum();
    if total == 0 {
        return Ok(());
    }
    printer.write_heading(&format!("Unknown: {total} could not be judged"))?;
    for group in groups {
        let line = format!("{} ({})", group_heading(group.unknown), group.len());
        printer.write_wrapped(2, 2, &line, YELLOW)?;
        printer.write_wrapped(4, 2, &group.unknown.message, Ansi::new())?;
        printer.write_wrapped(
            4,
            2,
            &format!("to find out: {}", advice(group.unknown)),
            Ansi::new(),
        )?;
        for (check, findings) in &group.checks {
            let names = findings.iter().take(MAX_UNKNOWN);
            let names: Vec<String> = names
                .map(|r| one_line(r.finding.resource.shown(), 100))
                .collect();
            let more = match findings.len().saturating_sub(MAX_UNKNOWN) {
                0 => String::new(),
                n => format!(" and {n} more"),
            };
            let line = format!("{check} ({}): {}{more}", findings.len(), names.join(", "));
            printer.write_wrapped(4, 2, &line, DIM)?;
        }
    }
    printer.write_blank()
}

pub(super) fn write_gaps(printer: &mut Printer<impl Write>, report: &Report) -> io::Result<()> {
    let lines = report
        .gaps
        .iter()
        .map(|gap| format!("{} in {}: {}", gap.kind, gap.place, gap.unknown));
    write_list(printer, "Could not be read", lines)
}

pub(super) fn write_checks_off(
    printer: &mut Printer<impl Write>,
    report: &Report,
) -> io::Result<()> {
    let checks = overview::checks_off(report).into_iter();
    write_list(
        printer,
        "Checks that are off",
        checks.map(|(id, why)| format!("{id}: {why}")),
    )
}

/// Writes a list under its heading. Writes nothing if the list is empty.
pub(super) fn write_list(
    printer: &mut Printer<impl Write>,
    heading: &str,
    lines: impl Iterator<Item = String>,
) -> io::Result<()> {
    let mut count = 0_usize;
    for line in lines {
        if count == 0 {
            printer.write_heading(heading)?;
        }
        if count < MAX_LINES {
            printer.write_wrapped(2, 2, &line, Ansi::new())?;
        }
        count += 1;
    }
    if count > 0 {
        write_omitted(printer, 2, count.saturating_sub(MAX_LINES))?;
        printer.write_blank()?;
    }
    Ok(())
}
