//! The checklist as text, Markdown and JSON.

use std::fmt::Write as _;
use std::io;

use harden_core::one_line;
use serde_json::json;

use super::{Basis, Checklist, ItemState, Period, Progress};
use crate::markdown::{code, prose};

/// The version of the JSON format.
const VERSION: u32 = 1;

/// The findings of an item that are listed; the others are counted.
const MAX_FINDINGS: usize = 3;

/// Longer names and reasons are cut in text and Markdown.
const MAX_TEXT: usize = 300;

impl Progress {
    /// The name in JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NotApplicable => "not-applicable",
            Self::Done => "done",
            Self::Unknown => "unknown",
            Self::Open => "open",
        }
    }
}

impl Basis {
    fn as_text(self) -> &'static str {
        match self {
            Self::Facts => "by facts",
            Self::Attestation => "by an attestation",
            Self::Hand => "by hand",
        }
    }
}

impl Checklist {
    fn by_period(&self) -> impl Iterator<Item = (Period, impl Iterator<Item = &ItemState>)> {
        Period::ALL.into_iter().map(|period| {
            let items = self.items.iter().filter(move |item| item.period == period);
            (period, items)
        })
    }

    fn summary(&self) -> String {
        format!(
            "{} done, {} open, {} unknown, {} not applicable",
            self.count(Progress::Done),
            self.count(Progress::Open),
            self.count(Progress::Unknown),
            self.count(Progress::NotApplicable)
        )
    }

    /// The checklist as text for a terminal.
    #[must_use]
    pub fn to_text(&self) -> String {
        let mut text = String::new();
        for (period, items) in self.by_period() {
            let _ = writeln!(text, "{}", period.title());
            for item in items {
                let mark = match item.state {
                    Progress::Done => "[x]",
                    Progress::Open => "[ ]",
                    Progress::Unknown => "[?]",
                    Progress::NotApplicable => "[-]",
                };
                let _ = writeln!(text, "  {mark} {}", item.text);
                for line in details(item, |resource| one_line(resource, MAX_TEXT)) {
                    let _ = writeln!(text, "      {line}");
                }
            }
            text.push('\n');
        }
        text + &self.summary() + "\n"
    }

    /// The checklist as Markdown with task boxes.
    #[must_use]
    pub fn to_markdown(&self) -> String {
        let estate = prose(&one_line(&self.estate, MAX_TEXT));
        let mut text = format!("# Checklist of {estate}\n\n{}\n", self.summary());
        for (period, items) in self.by_period() {
            let _ = writeln!(text, "\n## {}\n", period.title());
            for item in items {
                let mark = match item.state {
                    Progress::Done => "- [x] ",
                    Progress::Open | Progress::Unknown => "- [ ] ",
                    Progress::NotApplicable => "- ",
                };
                let _ = writeln!(text, "{mark}{}", item.text);
                for line in details(item, |resource| code(&one_line(resource, MAX_TEXT))) {
                    let _ = writeln!(text, "  - {line}");
                }
            }
        }
        text
    }

    /// Writes the checklist as JSON; docs/schema/checklist-1.schema.json describes it.
    ///
    /// # Errors
    /// When writing fails.
    pub fn write_json(&self, mut out: impl io::Write) -> io::Result<()> {
        let items: Vec<_> = self
            .items
            .iter()
            .map(|item| {
                json!({
                    "period": item.period.as_str(),
                    "item": item.text,
                    "state": item.state,
                    "by": item.by,
                    "reason": item.reason,
                    "next": item.next,
                    "findings": item.findings,
                })
            })
            .collect();
        let document = json!({
            "harden_checklist": VERSION,
            "as_of": self.as_of,
            "estate": self.estate,
            "summary": {
                "done": self.count(Progress::Done),
                "open": self.count(Progress::Open),
                "unknown": self.count(Progress::Unknown),
                "not-applicable": self.count(Progress::NotApplicable),
            },
            "items": items,
        });
        serde_json::to_writer_pretty(&mut out, &document)?;
        writeln!(out)
    }
}

/// What is known about an item besides its state. `name` escapes the name of a resource.
fn details(item: &ItemState, name: impl Fn(&str) -> String) -> Vec<String> {
    let mut lines = Vec::new();
    match item.state {
        Progress::Open => {
            if let Some(next) = &item.next {
                lines.push(format!("next: {}", one_line(next, MAX_TEXT)));
            }
        }
        state => {
            let word = match state {
                Progress::Done => "done",
                Progress::Unknown => "cannot be told",
                _ => "not applicable",
            };
            let reason = item.reason.as_deref();
            let reason = reason.map(|reason| format!(": {}", one_line(reason, MAX_TEXT)));
            let basis = item.by.as_text();
            lines.push(format!("{word} ({basis}){}", reason.unwrap_or_default()));
        }
    }
    let shown = item.findings.iter().take(MAX_FINDINGS);
    lines.extend(shown.map(|one| format!("{} on {}", one.check, name(&one.resource))));
    let more = item.findings.len().saturating_sub(MAX_FINDINGS);
    if more > 0 {
        lines.push(format!("and {more} more findings"));
    }
    lines
}
