//! Keeps text of others from being a command in the log of a CI job.
//!
//! GitHub Actions runs a line that starts with `::` (after spaces) as a workflow command, and a line that
//! contains `##[` anywhere; Azure Pipelines and TeamCity read `##vso[` and `##teamcity[`. The name of a
//! resource, or a line that wraps at the wrong word, must not be one.

use std::io::{self, Write};

use crate::args::ListFormat;
use crate::environment::is_ci;

/// What is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Content {
    /// Text for people.
    Text,
    /// JSON: an escape must stay valid.
    Json,
}

impl From<ListFormat> for Content {
    fn from(format: ListFormat) -> Self {
        match format {
            ListFormat::Text => Self::Text,
            ListFormat::Json => Self::Json,
        }
    }
}

/// A writer that rewrites lines that a CI service would run. Outside CI it changes nothing.
pub(crate) struct CiLog<W: Write> {
    out: W,
    content: Content,
    is_ci: bool,
    line: Vec<u8>,
}

impl<W: Write> CiLog<W> {
    pub(crate) fn new(out: W, content: Content) -> Self {
        Self {
            out,
            content,
            is_ci: is_ci(),
            line: Vec::new(),
        }
    }

    fn write_line(&mut self) -> io::Result<()> {
        let line = std::mem::take(&mut self.line);
        match std::str::from_utf8(&line) {
            Ok(text) => self.out.write_all(escape(text, self.content).as_bytes()),
            Err(_) => self
                .out
                .write_all(escape(&String::from_utf8_lossy(&line), self.content).as_bytes()),
        }
    }
}

impl<W: Write> Write for CiLog<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if !self.is_ci {
            return self.out.write(bytes);
        }
        for part in bytes.split_inclusive(|byte| matches!(byte, b'\n' | b'\r')) {
            self.line.extend_from_slice(part);
            if part.ends_with(b"\n") || part.ends_with(b"\r") {
                self.write_line()?;
            }
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if !self.line.is_empty() {
            self.write_line()?;
        }
        self.out.flush()
    }
}

impl<W: Write> Drop for CiLog<W> {
    fn drop(&mut self) {
        let _ = self.flush();
    }
}

/// A line that no CI service runs, and that reads the same.
fn escape(line: &str, content: Content) -> String {
    let start = visible_start(line);
    let (before, rest) = line.split_at(start);
    let is_command = content == Content::Text && rest.starts_with("$ ");
    let mut out = before.to_owned();
    let mut rest = rest;
    if content == Content::Text
        && let Some(after) = rest.strip_prefix("::")
    {
        out.push_str("\\u{3a}:");
        rest = after;
    }
    while let Some(at) = rest.find("##") {
        let (text, from) = rest.split_at(at);
        out.push_str(text);
        let name = from.trim_start_matches('#');
        let hashes = from.len() - name.len();
        let after_name = name.trim_start_matches(|c: char| c.is_ascii_alphabetic());
        out.push_str(&"#".repeat(hashes - 1));
        out.push_str(match (after_name.starts_with('['), content) {
            (false, _) => "#",
            (true, Content::Json) => "\\u0023",
            // Inside quotes and outside of them, `''` adds nothing to a word of the shell.
            (true, Content::Text) if is_command => "#''",
            (true, Content::Text) => "\\u{23}",
        });
        rest = name;
    }
    out.push_str(rest);
    out
}

/// The length of the spaces and styles at the start of a line.
fn visible_start(line: &str) -> usize {
    let mut rest = line;
    loop {
        rest = rest.trim_start();
        let style = rest.strip_prefix("\u{1b}[").and_then(|style| {
            let (codes, after) = style.split_once('m')?;
            let is_code = |c: char| c.is_ascii_digit() || c == ';';
            codes.chars().all(is_code).then_some(after)
        });
        match style {
            Some(after) => rest = after,
            None => return line.len() - rest.len(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_line_is_a_workflow_command() {
        for (line, escaped) in [
            ("::add-mask::x\n", "\\u{3a}:add-mask::x\n"),
            (" \t ::stop-commands::x", " \t \\u{3a}:stop-commands::x"),
            ("\u{1b}[1m::error::x", "\u{1b}[1m\\u{3a}:error::x"),
            ("a ##[add-mask]x", "a #\\u{23}[add-mask]x"),
            ("##vso[task.x]", "#\\u{23}vso[task.x]"),
            ("###[group]", "##\\u{23}[group]"),
            ("## Heading\n", "## Heading\n"),
            ("a::b ::/0", "a::b ::/0"),
            (
                "      $ aws --name '##[add-mask]x'",
                "      $ aws --name '##''[add-mask]x'",
            ),
        ] {
            assert_eq!(escape(line, Content::Text), escaped);
        }
    }

    #[test]
    fn json_stays_json() {
        let line = "    {\"name\": \"::a ##[add-mask]x ##vso[y] ### z\"},\n";
        let escaped = escape(line, Content::Json);
        assert!(
            !escaped.contains("##[") && !escaped.contains("##vso["),
            "{escaped}"
        );
        let parse = |text: &str| -> serde_json::Value {
            serde_json::from_str(text.trim().trim_end_matches(',')).unwrap()
        };
        assert_eq!(parse(&escaped), parse(line));
    }
}
