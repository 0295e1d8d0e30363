//! Escapes text that comes from resources, so that nothing in it is interpreted as Markdown or HTML.

use std::borrow::Cow;

use harden_core::one_line;

/// The longest text in a summary; the JSON report has the whole text.
const MAX: usize = 300;

/// Escapes text in prose. An entity never starts a Markdown construct. GitHub links `@name` and `#1`
/// after it has rendered the page, where entities no longer help: a zero-width space prevents that.
pub(crate) fn prose(text: &str) -> String {
    entities(&one_line(text, MAX), true)
}

/// Formats a name as code. The HTML element is used instead of backticks, since it can contain any
/// name: one with backticks, with pipes in a table, or with spaces at its ends. It also works inside
/// `<summary>`, where Markdown is not interpreted, and GitHub does not create mentions inside it.
pub(crate) fn code(text: &str) -> String {
    format!("<code>{}</code>", entities(&one_line(text, MAX), false))
}

fn entities(text: &str, prose: bool) -> String {
    let mut out = String::with_capacity(text.len() * 2);
    let mut before = ' ';
    for (i, c) in text.chars().enumerate() {
        let plain = match c {
            // `1.` and `1)` start a list, and `www.` starts a link.
            '.' => before.is_ascii_alphabetic() && !matches!(before, 'w' | 'W'),
            // At the start of a line these make a list or underline a heading.
            '-' | '+' | '=' => i > 0,
            // Leading spaces are removed, and four of them make a code block.
            ' ' => i > 0 && before != ' ',
            ',' | ';' | '/' | '%' | '?' | '\'' => true,
            c => !c.is_ascii() || c.is_ascii_alphanumeric(),
        };
        if plain {
            out.push(c);
        } else {
            out.push_str(&format!("&#{};", c as u32));
        }
        match c {
            '@' | '#' if prose => out.push('\u{200b}'),
            // An email address becomes a link even inside `<code>`, but not across an element. A
            // zero-width space would be copied along with the name, a comment is not.
            '@' => out.push_str("<!-- -->"),
            _ => {}
        }
        before = c;
    }
    out
}

/// Formats a command as a fenced block. The fence is longer than any run of backticks in the command.
pub(super) fn fenced(command: &str) -> String {
    let mut longest = 0;
    let mut run = 0;
    for c in command.chars() {
        run = if c == '`' { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    let fence = "`".repeat(3.max(longest + 1));
    // Our own quoting keeps a command on one line; a command of an embedder can contain line breaks.
    let command: Cow<'_, str> = if command.chars().any(char::is_control) {
        one_line(command, usize::MAX / 8).into()
    } else {
        command.into()
    };
    format!("{fence}sh\n{command}\n{fence}\n")
}

/// Formats the content of a file as a fenced block. Line breaks stay; invisible characters are
/// escaped.
pub(super) fn fenced_text(text: &str) -> String {
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(3.max(longest + 1));
    let lines: Vec<String> = text
        .lines()
        .map(|line| one_line(line, usize::MAX / 8))
        .collect();
    format!("{fence}yaml\n{}\n{fence}\n", lines.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_not_interpreted() {
        assert_eq!(code("`a`|<b>"), "<code>&#96;a&#96;&#124;&#60;b&#62;</code>");
        assert_eq!(code("a@b.c"), "<code>a&#64;<!-- -->b.c</code>");
        assert_eq!(prose("- @me"), "&#45; &#64;\u{200b}me");
        assert_eq!(prose("1. x.y"), "1&#46; x.y");
        assert_eq!(prose("a\n# b"), "a&#92;n&#35;\u{200b} b");
    }

    #[test]
    fn a_fence_is_longer_than_the_backticks_inside() {
        assert_eq!(fenced("a"), "```sh\na\n```\n");
        assert_eq!(fenced("a ```` b"), "`````sh\na ```` b\n`````\n");
    }
}
