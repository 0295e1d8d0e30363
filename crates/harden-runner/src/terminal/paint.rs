//! Colors, wrapping and padding.

use std::fmt;

use anstyle::{AnsiColor, Style as Ansi};
use harden_core::Severity;
use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

pub(super) const BOLD: Ansi = Ansi::new().bold();
pub(super) const DIM: Ansi = Ansi::new().dimmed();
pub(super) const RED: Ansi = AnsiColor::Red.on_default();
pub(super) const YELLOW: Ansi = AnsiColor::Yellow.on_default();
pub(super) const GREEN: Ansi = AnsiColor::Green.on_default();
pub(super) const CYAN: Ansi = AnsiColor::Cyan.on_default();

/// The style of a severity.
pub(super) fn severity_style(severity: Severity) -> Ansi {
    match severity {
        Severity::Critical => RED.bold(),
        Severity::High => RED,
        Severity::Medium => YELLOW,
        Severity::Low => CYAN,
        Severity::Info => DIM,
    }
}

/// A text in a style, or a plain text if colors are off.
pub(super) struct Painted<'a> {
    pub(super) text: &'a str,
    pub(super) style: Ansi,
    pub(super) color: bool,
}

impl fmt::Display for Painted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.color {
            return f.write_str(self.text);
        }
        write!(
            f,
            "{}{}{}",
            self.style.render(),
            self.text,
            self.style.render_reset()
        )
    }
}

/// Splits a text into lines of at most `width` columns, at spaces. A word that is longer than a line
/// is split at the end of the line.
pub(super) fn wrap(text: &str, width: usize) -> Vec<String> {
    let width = width.max(8);
    let mut lines = Vec::new();
    let (mut line, mut used) = (String::new(), 0);
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        let needed = word.width();
        if used > 0 && used + 1 + needed > width {
            lines.push(std::mem::take(&mut line));
            used = 0;
        }
        if used > 0 {
            line.push(' ');
            used += 1;
        }
        for c in word.chars() {
            let cell = c.width().unwrap_or(0);
            if used + cell > width {
                lines.push(std::mem::take(&mut line));
                used = 0;
            }
            line.push(c);
            used += cell;
        }
    }
    if used > 0 {
        lines.push(line);
    }
    lines
}

/// Pads a text with spaces on the right, to a width in columns.
pub(super) fn pad(text: &str, width: usize) -> String {
    let mut out = text.to_owned();
    out.extend(std::iter::repeat_n(' ', width.saturating_sub(text.width())));
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_line_is_wider_than_the_width() {
        assert_eq!(
            wrap("a bc def ghijklmnop", 8),
            ["a bc def", "ghijklmn", "op"]
        );
        // A character of two columns does not exceed the width.
        assert_eq!(wrap("日本語日本語", 9), ["日本語日", "本語"]);
        assert!(wrap("", 80).is_empty());
    }
}
