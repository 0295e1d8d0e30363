//! Words and commands of a POSIX shell.
//!
//! `$'…'` is an extension: dash reads it as a dollar sign and a quoted text, and the text after the
//! first quote in it is executed. So only what POSIX defines is used: single quotes, and `printf` with
//! octal escapes for what a reader could not see.

use std::fmt::Write as _;

use super::{Arg, Input, Part};
use crate::text::is_unseen;

/// The variable that holds a line break. A command substitution removes line breaks at its end, so
/// `printf` cannot write a text that ends in one.
const SET_NEWLINE: &str = r#"nl="$(printf '\n.')" && nl="${nl%.}" && "#;

/// A command as one line.
pub(super) fn command(argv: &[Arg]) -> String {
    let mut line = String::new();
    let ends_in_newline = |part: Part<'_>| matches!(part, Part::Text(text) if text.ends_with('\n'));
    if argv.iter().flat_map(Arg::parts).any(ends_in_newline) {
        line.push_str(SET_NEWLINE);
    }
    for (i, arg) in argv.iter().enumerate() {
        if i > 0 {
            line.push(' ');
        }
        line.push_str(&word(arg));
    }
    line
}

/// An argument as one word.
pub(super) fn word(arg: &Arg) -> String {
    let word: String = arg
        .parts()
        .map(|part| match part {
            Part::Text(text) => quote(text),
            Part::Input(input) => variable(input),
        })
        .collect();
    if word.is_empty() {
        return "''".to_owned();
    }
    word
}

/// The value of an input. Within the quotes a shell would evaluate some characters of the hint.
fn variable(Input { name, hint }: &Input) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || " -_./:=@%+,;()<>#&".contains(c);
    let hint: String = hint
        .chars()
        .map(|c| if is_plain(c) { c } else { ' ' })
        .collect();
    format!("\"${{{name}:?{hint}}}\"")
}

/// A word for exactly this text. What a terminal or a reader could take for something else (control
/// characters, marks that reorder or hide text) is written as an escape.
fn quote(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=@%+,".contains(c);
    // zsh replaces `=name` by the path of the program
    if !text.is_empty() && text.chars().all(plain) && !text.starts_with('=') {
        return text.to_owned();
    }
    if !text.chars().any(is_unseen) {
        return format!("'{}'", text.replace('\'', "'\\''"));
    }
    let shown = text.trim_end_matches('\n');
    let mut out = String::new();
    if !shown.is_empty() {
        out.push_str("\"$(printf '");
        for (i, c) in shown.chars().enumerate() {
            write_format(&mut out, c, i == 0);
        }
        out.push_str("')\"");
    }
    // a line break is one byte
    for _ in shown.len()..text.len() {
        out.push_str("\"$nl\"");
    }
    out
}

/// A character of the format of `printf`, within single quotes and a command substitution within
/// double quotes.
fn write_format(out: &mut String, c: char, is_first: bool) {
    match c {
        '\n' => out.push_str("\\n"),
        '%' => out.push_str("%%"),
        // An option at the front. The others have a meaning in double quotes: interactive shells
        // replace `!` even there, and older shells read quotes and `$` within the substitution.
        '-' if is_first => out.push_str("\\055"),
        '\'' | '\\' | '`' | '$' | '!' => write_octal(out, c),
        c if is_unseen(c) => write_octal(out, c),
        c => out.push(c),
    }
}

fn write_octal(out: &mut String, c: char) {
    let mut bytes = [0; 4];
    for byte in c.encode_utf8(&mut bytes).bytes() {
        // writing to a String can't fail
        let _ = write!(out, "\\{byte:03o}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_quoted_as_posix_defines() {
        assert_eq!(quote("plain-1"), "plain-1");
        assert_eq!(quote("=ls"), "'=ls'");
        assert_eq!(quote("a b'$(rm -rf /)`"), r"'a b'\''$(rm -rf /)`'");
        assert_eq!(quote("a\nb\u{1b}'\\"), r#""$(printf 'a\nb\033\047\134')""#);
        assert_eq!(
            quote("-50%\u{200b}\n\n"),
            r#""$(printf '\05550%%\342\200\213')""$nl""$nl""#
        );
        assert_eq!(word(&Arg::word("")), "''");
    }

    #[test]
    fn a_line_break_at_the_end_is_kept() {
        let argv = ["aws".into(), Arg::from("a\n")];
        assert_eq!(
            command(&argv),
            format!(r#"{SET_NEWLINE}aws "$(printf 'a')""$nl""#)
        );
        assert_eq!(command(&["aws".into(), Arg::from("a")]), "aws a");
    }

    #[test]
    fn a_hint_is_not_evaluated() {
        let hint = "it's `id` $(id) \"x\" } \\ y";
        let shown = word(&Arg::input("A", hint));
        assert_eq!(shown, "\"${A:?it s  id   (id)  x      y}\"");
    }
}
