//! Text that comes from elsewhere, so written that Markdown and HTML take nothing in it as their
//! own.

use std::borrow::Cow;

use harden_core::one_line;

/// What people read in a summary; the whole is in the JSON report.
const MAX: usize = 300;

/// Text in prose. An entity never starts a construct of Markdown; what GitHub makes of the finished
/// page (`@name`, `#1`) is broken by a space of no width.
pub(super) fn prose(text: &str) -> String {
    entities(&one_line(text, MAX), true)
}

/// A name, as code. HTML's element rather than backticks: it holds any name, with backticks,
/// pipes (also in a table) and at the ends, and it works inside `<summary>` too, where Markdown
/// is not read. GitHub makes no mentions inside it.
pub(super) fn code(text: &str) -> String {
    format!("<code>{}</code>", entities(&one_line(text, MAX), false))
}

fn entities(text: &str, prose: bool) -> String {
    let mut out = String::with_capacity(text.len() * 2);
    let mut before = ' ';
    for (i, c) in text.chars().enumerate() {
        let plain = match c {
            // `1.` and `1)` begin a list, `www.` a link
            '.' => before.is_ascii_alphabetic() && !matches!(before, 'w' | 'W'),
            // at the start: a list, a line under a heading
            '-' | '+' | '=' => i > 0,
            // spaces at the ends are cut, four at the start are code
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
            // an address becomes a link even here, but not across an element; a name stays as it
            // is for whoever copies it
            '@' => out.push_str("<!-- -->"),
            _ => {}
        }
        before = c;
    }
    out
}

/// A command as a fenced block: the fence is longer than any that the command holds.
pub(super) fn fenced(command: &str) -> String {
    let mut longest = 0;
    let mut run = 0;
    for c in command.chars() {
        run = if c == '`' { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    let fence = "`".repeat(3.max(longest + 1));
    // a command is one line by its quoting; what is no command of ours may not be
    let command: Cow<'_, str> = if command.chars().any(char::is_control) {
        one_line(command, usize::MAX / 8).into()
    } else {
        command.into()
    };
    format!("{fence}sh\n{command}\n{fence}\n")
}

/// A text of several lines that goes into a file, as a fenced block. Its lines stay lines; what is
/// not seen in them is written as an escape.
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
    fn names_are_not_read() {
        assert_eq!(code("`a`|<b>"), "<code>&#96;a&#96;&#124;&#60;b&#62;</code>");
        assert_eq!(code("a@b.c"), "<code>a&#64;<!-- -->b.c</code>");
        assert_eq!(prose("- @me"), "&#45; &#64;\u{200b}me");
        assert_eq!(prose("1. x.y"), "1&#46; x.y");
        assert_eq!(prose("a\n# b"), "a&#92;n&#35;\u{200b} b");
    }

    #[test]
    fn fences_hold() {
        assert_eq!(fenced("a"), "```sh\na\n```\n");
        assert_eq!(fenced("a ```` b"), "`````sh\na ```` b\n`````\n");
    }
}
