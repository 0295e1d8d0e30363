//! Text from outside, made safe to show.

use std::error::Error;
use std::fmt::Write as _;

use sha2::{Digest, Sha256};

/// A text as one line that is safe on a terminal: control characters and the marks that reorder or
/// hide text are written as escapes, and what is longer than `max` characters is cut in the middle.
#[must_use]
pub fn one_line(text: &str, max: usize) -> String {
    let mut out = String::with_capacity(text.len().min(max * 4));
    let count = text.chars().count();
    let keep = if count > max {
        max.saturating_sub(1) / 2
    } else {
        count
    };
    for (i, c) in text.chars().enumerate() {
        if count > max && i == keep {
            out.push('…');
        }
        if count > max && i >= keep && i < count - keep {
            continue;
        }
        match c {
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            c if c.is_control() || is_invisible(c) => {
                // writing to a String can't fail
                let _ = write!(out, "\\u{{{:x}}}", c as u32);
            }
            c => out.push(c),
        }
    }
    out
}

/// An error and its sources, each once: `could not read the policy: no such file`.
#[must_use]
pub fn error_chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        // writing to a String can't fail
        let _ = write!(text, ": {cause}");
        source = cause.source();
    }
    text
}

/// Whether a character is not simply shown: control characters, and marks that reorder, join or hide
/// text.
#[must_use]
pub fn is_unseen(c: char) -> bool {
    c.is_control() || is_invisible(c)
}

/// Marks that reorder, join or hide text, and line separators.
pub(crate) fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}' | '\u{ad}' | '\u{61c}')
}

/// The first 64 bits of the SHA-256 of parts that can't run into each other, in hexadecimal: the
/// same over runs and machines.
#[must_use]
pub fn fingerprint(parts: &[&str]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part.as_bytes());
    }
    hash.finalize()[..8]
        .iter()
        .fold(String::with_capacity(16), |mut out, byte| {
            let _ = write!(out, "{byte:02x}");
            out
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_reaches_the_terminal_raw() {
        let line = one_line("a\u{1b}[31m\nb\u{202e}c", 100);
        assert_eq!(line, "a\\u{1b}[31m\\nb\\u{202e}c");
        assert!(one_line(&"x".repeat(10_000), 80).chars().count() <= 80);
        assert_eq!(one_line("abcdefghij", 5), "ab…ij");
    }

    #[test]
    fn fingerprints_do_not_run_together() {
        assert_ne!(fingerprint(&["ab", "c"]), fingerprint(&["a", "bc"]));
        assert_eq!(fingerprint(&["a"]).len(), 16);
    }
}
