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

/// Characters that a reader does not see, or takes for something else: Unicode's default-ignorable code
/// points (marks that reorder, join or hide text, variation selectors, fillers, tags), spaces other
/// than the plain one, line separators, blank symbols, and noncharacters.
pub(crate) fn is_invisible(c: char) -> bool {
    let is_noncharacter = matches!(c as u32 & 0xffff, 0xfffe | 0xffff);
    is_noncharacter
        || matches!(c,
        // Default_Ignorable_Code_Point, from DerivedCoreProperties.txt of Unicode
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
        | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}'
        | '\u{fff0}'..='\u{fff8}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}'
        | '\u{e0000}'..='\u{e0fff}'
        // spaces and separators
        | '\u{a0}' | '\u{1680}' | '\u{2000}'..='\u{200a}' | '\u{2028}' | '\u{2029}' | '\u{202f}'
        | '\u{205f}' | '\u{3000}'
        // other format characters and symbols without a glyph
        | '\u{2800}' | '\u{fdd0}'..='\u{fdef}' | '\u{fff9}'..='\u{fffc}' | '\u{13430}'..='\u{13440}'
        | '\u{16fe4}' | '\u{1d159}')
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
    hex(&hash.finalize()[..8])
}

/// Bytes in hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    let room = String::with_capacity(bytes.len() * 2);
    bytes.iter().fold(room, |mut out, byte| {
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
    fn invisible_characters_are_escaped() {
        for c in [
            '\u{ad}',
            '\u{34f}',
            '\u{115f}',
            '\u{180e}',
            '\u{200b}',
            '\u{2028}',
            '\u{202e}',
            '\u{2065}',
            '\u{2800}',
            '\u{3164}',
            '\u{fe0f}',
            '\u{feff}',
            '\u{ffa0}',
            '\u{fff8}',
            '\u{fffc}',
            '\u{fffe}',
            '\u{1bca0}',
            '\u{1d173}',
            '\u{e0020}',
            '\u{e0100}',
            '\u{a0}',
            '\u{2003}',
            '\u{202f}',
            '\u{3000}',
            '\u{10ffff}',
        ] {
            let line = one_line(&format!("a{c}b"), 100);
            assert_eq!(line, format!("a\\u{{{:x}}}b", c as u32));
            assert!(is_unseen(c));
        }
        let shown = "Ünïcödé 日本語 … „x“ ✅ \u{301}";
        assert_eq!(one_line(shown, 100), shown);
    }

    #[test]
    fn fingerprints_do_not_run_together() {
        assert_ne!(fingerprint(&["ab", "c"]), fingerprint(&["a", "bc"]));
        assert_eq!(fingerprint(&["a"]).len(), 16);
    }
}
