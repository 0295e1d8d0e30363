//! What the fuzz target does with its input. The crate of the fuzz targets includes this file too.

use harden_core::{Step, hcl_string, is_unseen, one_line};

/// A text of anybody is one line without invisible characters, and a shell's word for exactly it.
pub(crate) fn escaping(text: &str) {
    for max in [0, 1, 80, 100_000] {
        assert!(!one_line(text, max).contains(is_unseen));
    }
    assert!(!hcl_string(text).contains(is_unseen));
    let command = Step::command("", ["printf", text], &[]).to_shell();
    let Some(command) = command else {
        assert!(text.contains('\0'));
        return;
    };
    assert!(!command.contains(is_unseen));
    let set = r#"nl="$(printf '\n.')" && nl="${nl%.}" && "#;
    let command = command.strip_prefix(set).unwrap_or(&command);
    let word = command.strip_prefix("printf ").unwrap();
    assert_eq!(read_word(word), text, "{word}");
}

/// Reads a word as POSIX defines it, in the forms that are used.
fn read_word(mut word: &str) -> String {
    let mut text = Vec::new();
    while !word.is_empty() {
        if let Some(rest) = word.strip_prefix("\"$nl\"") {
            text.push(b'\n');
            word = rest;
        } else if let Some(rest) = word.strip_prefix("\"$(printf '") {
            let (format, rest) = rest.split_once("')\"").unwrap();
            print_format(format, &mut text);
            word = rest;
        } else if let Some(rest) = word.strip_prefix('\'') {
            let (literal, rest) = rest.split_once('\'').unwrap();
            text.extend(literal.bytes());
            word = rest;
        } else if let Some(rest) = word.strip_prefix("\\'") {
            text.push(b'\'');
            word = rest;
        } else {
            let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=@%+,".contains(c);
            let end = word.find(|c| !plain(c)).unwrap_or(word.len());
            assert!(end > 0, "{word}");
            text.extend(word[..end].bytes());
            word = &word[end..];
        }
    }
    String::from_utf8(text).unwrap()
}

/// What `printf` writes for a format without arguments.
fn print_format(format: &str, text: &mut Vec<u8>) {
    assert!(!format.starts_with('-'));
    let mut bytes = format.bytes();
    while let Some(byte) = bytes.next() {
        match byte {
            b'%' => assert_eq!(bytes.next(), Some(b'%')),
            b'\\' => {
                let next = bytes.next().unwrap();
                if next == b'n' {
                    text.push(b'\n');
                    continue;
                }
                let digits = [next, bytes.next().unwrap(), bytes.next().unwrap()];
                let digits = std::str::from_utf8(&digits).unwrap();
                text.push(u8::from_str_radix(digits, 8).unwrap());
                continue;
            }
            _ => {}
        }
        text.push(byte);
    }
}
