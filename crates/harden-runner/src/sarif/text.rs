//! The escaping of messages and paths.

use harden_core::{Location, one_line};

/// Code scanning shows at most the first 1,000 characters of a message.
const MAX_MESSAGE: usize = 1000;

/// Formats a message on one line, in which the name of a resource cannot make a link.
pub(super) fn message(text: &str) -> String {
    escape(&one_line(text, MAX_MESSAGE), MAX_MESSAGE)
}

/// Escapes brackets: in SARIF's plain text, `[a](b)` is a link and `\[` is a bracket.
///
/// A backslash that is directly before a bracket is doubled, since it would otherwise cancel our own.
/// Other backslashes stay unchanged, since not every reader removes escapes. Braces stay unchanged
/// too: they are placeholders only in messages with arguments. Characters beyond `max` are cut after
/// escaping.
fn escape(text: &str, max: usize) -> String {
    let mut out = String::with_capacity(text.len());
    let (mut length, mut backslashes) = (0, 0);
    for c in text.chars() {
        let bracket = matches!(c, '[' | ']');
        let added = if bracket { backslashes + 2 } else { 1 };
        if length + added > max {
            break;
        }
        if bracket {
            out.extend(std::iter::repeat_n('\\', backslashes + 1));
        }
        out.push(c);
        length += added;
        backslashes = if c == '\\' { backslashes + 1 } else { 0 };
    }
    out
}

/// The location's path as a URI relative to the root of the checkout. `None` if the path is outside
/// the checkout. Code scanning refuses the whole file if one URI has a scheme or a space.
pub(super) fn relative_uri(location: &Location) -> Option<String> {
    let path = location.path.trim_start_matches("./");
    let climbs = path.split('/').any(|part| part == "..");
    if path.is_empty() || path.starts_with('/') || path.contains("://") || climbs {
        return None;
    }
    let mut uri = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/@".contains(&byte) {
            uri.push(char::from(byte));
        } else {
            // A colon too: in the first segment it would end a scheme.
            uri.push_str(&format!("%{byte:02X}"));
        }
    }
    Some(uri)
}

/// Converts Markdown to plain text: removes backticks and line breaks.
pub(super) fn plain(markdown: &str, max: usize) -> String {
    let text = markdown.replace('`', "");
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    cut(&text, max)
}

/// Cuts a text to `max` characters; the last one is then `…`.
pub(super) fn cut(text: &str, max: usize) -> String {
    match text.char_indices().nth(max) {
        None => text.to_owned(),
        Some(_) => {
            let mut short: String = text.chars().take(max - 1).collect();
            short.push('…');
            short
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_cannot_make_a_link() {
        assert_eq!(message("[a](b)"), r"\[a\](b)");
        assert_eq!(message(r"\[a\](b)"), r"\\\[a\\\](b)");
        assert_eq!(message("a\nb {0}"), r"a\nb {0}");
        assert!(message(&"[".repeat(5000)).chars().count() <= MAX_MESSAGE);
    }

    #[test]
    fn paths_stay_inside_the_checkout() {
        let uri = |path: &str| {
            relative_uri(&Location {
                path: path.to_owned(),
                line: 1,
                column: 1,
            })
        };
        assert_eq!(
            uri("./.github/workflows/a b.yml").as_deref(),
            Some(".github/workflows/a%20b.yml")
        );
        assert_eq!(uri("a:b").as_deref(), Some("a%3Ab"));
        for path in ["", "/etc/passwd", "../x", "a/../../b", "https://x/y"] {
            assert_eq!(uri(path), None, "{path}");
        }
    }

    #[test]
    fn long_text_is_cut() {
        assert_eq!(cut("abc", 3), "abc");
        assert_eq!(cut("abcd", 3), "ab…");
        assert_eq!(plain("a `b`\n c", 9), "a b c");
    }
}
