//! Text for messages and paths.

use harden_core::{Location, one_line};

/// Code scanning shows the first thousand characters of a message, and cuts it elsewhere sooner.
const MAX_MESSAGE: usize = 1000;

/// A message: one line, in which no name of a resource makes a link.
pub(super) fn message(text: &str) -> String {
    escape(&one_line(text, MAX_MESSAGE), MAX_MESSAGE)
}

/// In SARIF's plain text `[a](b)` is a link, and a backslash takes a bracket's meaning away. A
/// backslash that is there already must not take away that of ours, so it is doubled where it
/// stands before a bracket; elsewhere it stays, since not every reader takes the escapes back.
/// Braces stay too: they are placeholders only where a message has arguments. What would not fit
/// after escaping is left off.
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

/// The path of a place as a reference relative to the checkout's root, if it is one: code scanning
/// refuses a whole file for one reference with a scheme, or with a space in it.
pub(super) fn relative_uri(place: &Location) -> Option<String> {
    let path = place.path.trim_start_matches("./");
    let climbs = path.split('/').any(|part| part == "..");
    if path.is_empty() || path.starts_with('/') || path.contains("://") || climbs {
        return None;
    }
    let mut uri = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/@".contains(&byte) {
            uri.push(char::from(byte));
        } else {
            // a colon too: in the first part it would end a scheme
            uri.push_str(&format!("%{byte:02X}"));
        }
    }
    Some(uri)
}

/// A text of Markdown as plain text: without the marks of code.
pub(super) fn plain(markdown: &str, max: usize) -> String {
    let text = markdown.replace('`', "");
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    cut(&text, max)
}

/// A text with its end cut off where it is too long.
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
    fn no_name_makes_a_link() {
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
    fn what_is_long_is_cut() {
        assert_eq!(cut("abc", 3), "abc");
        assert_eq!(cut("abcd", 3), "ab…");
        assert_eq!(plain("a `b`\n c", 9), "a b c");
    }
}
