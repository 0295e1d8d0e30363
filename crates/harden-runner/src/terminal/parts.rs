//! The parts of the report.

use std::io::{self, Write};

use anstyle::Style as Ansi;
use harden_core::{Evidence, Outcome, Remediation, Severity, one_line};
use unicode_width::UnicodeWidthStr as _;

use super::Pen;
use super::paint::{self, BOLD, DIM, GREEN, RED, YELLOW, pad};
use crate::overview::{self, advice, number, reason};
use crate::report::{Report, Reported};

/// Of the resources that one check fails on, so many are shown.
const MAX_RESOURCES: usize = 10;
/// Of those that are unknown: the reason is what matters.
const MAX_UNKNOWN: usize = 3;
const MAX_LINES: usize = 20;
const MAX_SETTINGS: usize = 8;
const ALL_IN_JSON: &str = "all in --format json";

pub(super) fn failures(pen: &mut Pen<impl Write>, report: &Report) -> io::Result<()> {
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
        pen.wrapped(0, 0, &heading, paint::of(severity).bold())?;
        // findings of one severity are ordered by check
        for of_check in failed.chunk_by(|a, b| a.finding.check == b.finding.check) {
            check(pen, report, of_check)?;
        }
        pen.blank()?;
    }
    Ok(())
}

fn check(pen: &mut Pen<impl Write>, report: &Report, failed: &[&Reported]) -> io::Result<()> {
    let Some(first) = failed.first() else {
        return Ok(());
    };
    let id = first.finding.check;
    let title = report.check(id).map_or("", |check| check.title);
    let section = match first.section.number() {
        0 => String::new(),
        n => format!(" (§{n})"),
    };
    pen.wrapped(2, 2, &format!("{id}: {title}{section}"), BOLD)?;
    for reported in failed.iter().take(MAX_RESOURCES) {
        let Outcome::Fail(evidence, remediation) = &reported.finding.outcome else {
            continue;
        };
        pen.name(
            4,
            reported.finding.resource.shown(),
            paint::of(reported.severity),
        )?;
        if let Some(place) = &reported.finding.location {
            let place = format!("at {}:{}:{}", place.path, place.line, place.column);
            pen.name(6, &place, DIM)?;
        }
        found(pen, evidence)?;
        fix(pen, remediation)?;
    }
    more(pen, 4, failed.len().saturating_sub(MAX_RESOURCES))
}

fn found(pen: &mut Pen<impl Write>, evidence: &Evidence) -> io::Result<()> {
    for item in evidence.items.iter().take(MAX_SETTINGS) {
        pen.wrapped(6, 2, &item.to_string(), Ansi::new())?;
    }
    more(pen, 6, evidence.items.len().saturating_sub(MAX_SETTINGS))?;
    match &evidence.note {
        Some(note) => pen.wrapped(6, 2, note, Ansi::new()),
        None => Ok(()),
    }
}

/// What to do, and one command: the first, since the others are of no use without it.
fn fix(pen: &mut Pen<impl Write>, remediation: &Remediation) -> io::Result<()> {
    pen.wrapped(
        6,
        2,
        &format!("to fix: {}", remediation.summary),
        Ansi::new(),
    )?;
    if let Some(why) = &remediation.withheld {
        return pen.wrapped(6, 2, &format!("no command is offered: {why}"), DIM);
    }
    let steps = || remediation.steps.iter();
    let Some((step, command)) = steps().find_map(|step| Some((step, step.to_shell()?))) else {
        return Ok(());
    };
    if step.destructive {
        pen.wrapped(6, 2, "this deletes what can't be had back:", YELLOW)?;
    }
    pen.command(6, &command)?;
    match steps().filter(|s| !std::ptr::eq(*s, step)).count() {
        0 => Ok(()),
        n => pen.wrapped(
            6,
            2,
            &format!("and {} ({ALL_IN_JSON})", number(n, "more step")),
            DIM,
        ),
    }
}

fn more(pen: &mut Pen<impl Write>, indent: usize, n: usize) -> io::Result<()> {
    if n == 0 {
        return Ok(());
    }
    pen.wrapped(indent, 2, &format!("… and {n} more ({ALL_IN_JSON})"), DIM)
}

pub(super) fn accepted(pen: &mut Pen<impl Write>, report: &Report) -> io::Result<()> {
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
    list(pen, "Accepted risks", lines)
}

/// The guide's sections with their counts.
pub(super) fn sections(pen: &mut Pen<impl Write>, report: &Report) -> io::Result<()> {
    let rows = overview::sections(report);
    let titles = rows.iter().map(|row| row.section.title().width());
    // a narrow terminal cuts the titles, never the numbers
    let title = titles.max().unwrap_or(0).min(pen.width.saturating_sub(36));
    let cut = |text: &str| pad(&text.chars().take(title).collect::<String>(), title);
    let heads = format!("    {}   pass   fail unknown     n/a", cut("The guide"));
    pen.name(0, &heads, BOLD)?;
    for row in rows {
        let number = match row.section.number() {
            0 => "  ".to_owned(),
            n => format!("§{n}"),
        };
        let name = cut(row.section.title());
        let Some(s) = row.summary else {
            let line = format!("{number}  {name}      not looked at");
            pen.name(0, &line, DIM)?;
            continue;
        };
        let cell = |n: usize, style: Ansi, width: usize| {
            let text = format!("{n:>width$}");
            let style = if n == 0 { DIM } else { style };
            pen.painted(&text, style).to_string()
        };
        let line = format!(
            "{number}  {name}{}{}{}{}",
            cell(s.pass, GREEN, 7),
            cell(s.fail, RED, 7),
            cell(s.unknown, YELLOW, 8),
            cell(s.not_applicable, Ansi::new(), 8),
        );
        writeln!(pen.out, "{line}")?;
    }
    pen.blank()
}

/// What is unknown and why: by the reason, with the checks that it concerns.
pub(super) fn unknowns(pen: &mut Pen<impl Write>, report: &Report) -> io::Result<()> {
    let groups = overview::unknowns(report);
    let total: usize = groups.iter().map(overview::UnknownGroup::len).sum();
    if total == 0 {
        return Ok(());
    }
    pen.heading(&format!("Unknown: {total} could not be judged"))?;
    for group in groups {
        let line = format!("{} ({})", reason(group.unknown), group.len());
        pen.wrapped(2, 2, &line, YELLOW)?;
        pen.wrapped(4, 2, &group.unknown.message, Ansi::new())?;
        pen.wrapped(
            4,
            2,
            &format!("to know it: {}", advice(group.unknown)),
            Ansi::new(),
        )?;
        for (check, of) in &group.checks {
            let names = of.iter().take(MAX_UNKNOWN);
            let names: Vec<String> = names
                .map(|r| one_line(r.finding.resource.shown(), 100))
                .collect();
            let more = match of.len().saturating_sub(MAX_UNKNOWN) {
                0 => String::new(),
                n => format!(" and {n} more"),
            };
            let line = format!("{check} ({}): {}{more}", of.len(), names.join(", "));
            pen.wrapped(4, 2, &line, DIM)?;
        }
    }
    pen.blank()
}

pub(super) fn gaps(pen: &mut Pen<impl Write>, report: &Report) -> io::Result<()> {
    let lines = report
        .gaps
        .iter()
        .map(|gap| format!("{} in {}: {}", gap.kind, gap.place, gap.unknown));
    list(pen, "Could not be read", lines)
}

pub(super) fn off(pen: &mut Pen<impl Write>, report: &Report) -> io::Result<()> {
    let checks = overview::off(report).into_iter();
    list(
        pen,
        "Checks that are off",
        checks.map(|(id, why)| format!("{id}: {why}")),
    )
}

/// A list under its heading. Nothing, where there is nothing.
pub(super) fn list(
    pen: &mut Pen<impl Write>,
    heading: &str,
    lines: impl Iterator<Item = String>,
) -> io::Result<()> {
    let mut count = 0_usize;
    for line in lines {
        if count == 0 {
            pen.heading(heading)?;
        }
        if count < MAX_LINES {
            pen.wrapped(2, 2, &line, Ansi::new())?;
        }
        count += 1;
    }
    if count > 0 {
        more(pen, 2, count.saturating_sub(MAX_LINES))?;
        pen.blank()?;
    }
    Ok(())
}
