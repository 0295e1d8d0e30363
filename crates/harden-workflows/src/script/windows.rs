//! Scripts of PowerShell and `cmd`.
//!
//! Their grammar is not bash's. A line of plain words is the same command in all of them; any other
//! line is not followed.

use super::follow::Call;
use super::input::Input;
use super::shell::program_name;
use super::statuses::Place;
use super::walk::Walk;
use super::word::Word;
use crate::expressions::end_of;
use crate::facts::Why;

/// Words of PowerShell and `cmd` that run something else, or that open a statement.
const OTHERS: &[&str] = &[
    "begin",
    "call",
    "cmd",
    "do",
    "doskey",
    "else",
    "for",
    "foreach",
    "function",
    "icm",
    "iex",
    "if",
    "invoke-command",
    "invoke-expression",
    "nal",
    "new-alias",
    "powershell",
    "pwsh",
    "sal",
    "saps",
    "set-alias",
    "start",
    "start-process",
    "switch",
    "trap",
    "try",
    "while",
];

impl Walk {
    /// Follows a script of PowerShell or `cmd`, as far as it is plain.
    pub(super) fn windows(&mut self, text: &str, powershell: bool) {
        let lines = text.lines().enumerate();
        let lines = lines.filter(|(_, line)| {
            let line = line.trim();
            !line.is_empty() && !line.starts_with('#') && !line.starts_with("::")
        });
        let lines: Vec<_> = lines.collect();
        let plain: Option<Vec<_>> = lines
            .iter()
            .map(|(number, line)| Some((*number, plain_line(line, powershell)?)))
            .collect();
        let Some(plain) = plain else {
            let first = lines.first().map_or(0, |(number, _)| *number);
            return self.lose(Why::Shell, text, first, false);
        };
        // only the status of the last command is that of the step: whether the others stop anything
        // is unknown
        if plain.len() > 1 {
            self.lose(Why::Shell, text, 0, false);
        }
        if let Some((line, words)) = plain.into_iter().next_back() {
            let text = words.iter().map(Word::text).collect::<Vec<_>>().join(" ");
            self.follow(Call {
                words,
                before: Vec::new(),
                after: Vec::new(),
                input: Input::None,
                text,
                line,
                tolerated: false,
                place: Place::default(),
            });
        }
    }
}

/// The command of a line: of PowerShell it may pipe into what only shows its output, which leaves
/// the status that the step fails by to the command.
fn plain_line(line: &str, powershell: bool) -> Option<Vec<Word>> {
    let (command, shown) = match line.split_once('|') {
        Some((command, shown)) if powershell => (command, Some(shown)),
        _ => (line, None),
    };
    if let Some(shown) = shown {
        let words = plain_words(shown)?;
        let first = words.first()?.text();
        if !matches!(
            &*first,
            "Tee-Object" | "Out-Null" | "Out-File" | "Out-Host" | "Out-Default"
        ) {
            return None;
        }
    }
    plain_words(command)
}

/// The words of a line that is the same in every shell.
fn plain_words(line: &str) -> Option<Vec<Word>> {
    let mut words = Vec::new();
    let mut rest = line.trim();
    while !rest.is_empty() {
        let mut word = Word::default();
        let mut length = 0;
        while let Some(c) = rest.get(length..).and_then(|r| r.chars().next()) {
            if c.is_whitespace() {
                break;
            }
            if let Some(inner) = rest.get(length..).and_then(|r| r.strip_prefix("${{")) {
                let end = length + 3 + end_of(inner)? + 2;
                let text = rest.get(length..end)?.to_owned();
                word.parts.push(super::word::Part::Computed(text));
                length = end;
                continue;
            }
            // `@x` at the start is PowerShell's splatting
            if !(c.is_ascii_alphanumeric() || "-_./:=+@".contains(c)) || (c == '@' && length == 0) {
                return None;
            }
            word.parts.push(super::word::Part::Text(c.to_string()));
            length += c.len_utf8();
        }
        words.push(joined(word));
        rest = rest.get(length..)?.trim_start();
    }
    let first = program_name(&words.first()?.text());
    (!OTHERS.contains(&&*first)).then_some(words)
}

/// Puts neighbouring texts together.
fn joined(word: Word) -> Word {
    let mut out = Word::default();
    for part in word.parts {
        match (out.parts.last_mut(), part) {
            (Some(super::word::Part::Text(last)), super::word::Part::Text(text)) => {
                last.push_str(&text);
            }
            (_, part) => out.parts.push(part),
        }
    }
    out
}
