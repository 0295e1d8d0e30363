//! Texts and files that are run as scripts.

use super::super::input::Input;
use super::super::runners::run_by;
use super::super::shell::{Shell, program_name};
use super::super::source::Lines;
use super::super::statuses::Place;
use super::super::walk::Walk;
use super::super::word::{Part, Word};
use super::{Call, LANGUAGES, SHELLS};
use crate::facts::Why;

impl Walk {
    /// `bash -c text`, `bash <<EOF`, `… | sh`, `bash script.sh`.
    pub(in crate::script) fn shell(&mut self, call: Call) -> Option<Call> {
        let mut checked = Shell::Unchecked;
        let mut words = call.words.iter().skip(1).peekable();
        let mut from_input = true;
        while let Some(word) = words.next() {
            let text = word.text();
            if text == "-s" || text == "-" || text == "/dev/stdin" {
                break;
            }
            if text.starts_with('-') || text.starts_with('+') {
                let long = text.starts_with("--");
                if !long && text.contains('e') {
                    checked = Shell::Plain;
                }
                if !long && text.contains('c') {
                    let text: Vec<Word> = words.next().cloned().into_iter().collect();
                    self.text(text, checked, &call);
                    return None;
                }
                let valued = matches!(
                    &*text,
                    "-o" | "+o" | "-O" | "+O" | "--rcfile" | "--init-file"
                ) || (!long && text.ends_with('o'));
                if valued
                    && let Some(mode) = words.next().map(Word::text)
                    && mode == "errexit"
                {
                    checked = Shell::Plain;
                }
                continue;
            }
            from_input = false;
            if word.fixed().is_none() && text.contains("<(") {
                self.lose_call(Why::Input, &call);
            }
            break;
        }
        match &call.input {
            _ if !from_input => {}
            Input::Text(text) => {
                let text = text.clone();
                let place = self.inner_place(&call);
                self.script(&text, Lines::At(call.line), checked, place);
                return None;
            }
            Input::Computed => self.lose_call(Why::Input, &call),
            Input::None => {}
        }
        self.give(call);
        None
    }

    /// Follows words as the text of a script: what is computed in them is lost, what is not is
    /// followed all the same.
    pub(in crate::script) fn text(&mut self, words: Vec<Word>, shell: Shell, call: &Call) {
        let fixed: Option<Vec<String>> = words.iter().map(|word| self.resolve(word)).collect();
        let place = self.inner_place(call);
        let text = match fixed {
            Some(fixed) => fixed.join(" "),
            None => {
                // what `$(…)` prints runs as well: its own commands were followed already
                let literal: Vec<String> = words.iter().map(literal_parts).collect();
                self.lose(
                    Why::Computed,
                    &literal.join(" "),
                    call.line,
                    call.place.nested,
                );
                let texts: Vec<String> = words.iter().map(Word::text).collect();
                if literal.iter().all(|text| text.trim().is_empty()) {
                    return;
                }
                texts.join(" ")
            }
        };
        self.script(&text, Lines::At(call.line), shell, place);
    }

    /// The place of commands that a command runs: they fail with it.
    pub(in crate::script) fn inner_place(&self, call: &Call) -> Place {
        let place = Place {
            guarded: call.tolerated,
            ..call.place
        };
        if call.tolerated { place } else { last(place) }
    }

    /// `docker run image sh -c text`: a shell inside something else.
    pub(in crate::script) fn inner_shell(&mut self, program: &str, call: &Call) {
        let texts: Vec<String> = call.words.iter().map(Word::text).collect();
        let shell = texts
            .iter()
            .skip(1)
            .position(|word| SHELLS.contains(&&*program_name(word)) && !word.starts_with('-'));
        if let Some(at) = shell {
            let inner = Call {
                words: call.words.iter().skip(at + 1).cloned().collect(),
                ..call.clone()
            };
            // without a text for it, the program's own reader looks at it
            if inner.words.iter().any(|word| word.text().ends_with('c')) {
                self.shell(inner);
            } else if call.input != Input::None {
                self.lose_call(Why::Input, call);
            }
        }
        let option = match program {
            "su" | "runuser" | "script" => &["-c", "--command"][..],
            "nix-shell" => &["--run", "--command"][..],
            _ => return,
        };
        if let Some(at) = texts.iter().position(|word| option.contains(&&**word)) {
            let text = call.words.get(at + 1).cloned();
            self.text(text.into_iter().collect(), Shell::Unchecked, call);
        }
    }

    /// `env -S 'git checkout'`; whether it is one.
    pub(in crate::script) fn split_string(&mut self, call: &Call) -> bool {
        let texts: Vec<String> = call.words.iter().map(Word::text).collect();
        let split = |word: &String| {
            word == "-S" || word.starts_with("--split-string") || word.starts_with("-S")
        };
        let Some(at) = texts.iter().position(split) else {
            return false;
        };
        self.lose_call(Why::Computed, call);
        let words = call.words.get(at + 1..).unwrap_or_default().to_vec();
        self.text(words, Shell::Unchecked, call);
        true
    }

    /// `find … -exec command ;`.
    pub(in crate::script) fn of_find(&mut self, call: &Call) {
        let texts: Vec<String> = call.words.iter().map(Word::text).collect();
        for (at, word) in texts.iter().enumerate() {
            if !matches!(&**word, "-exec" | "-execdir" | "-ok" | "-okdir") {
                continue;
            }
            let words = call.words.get(at + 1..).unwrap_or_default().iter();
            let words = words.take_while(|word| !matches!(&*word.text(), ";" | "+" | "\\;"));
            let inner = Call {
                words: words.cloned().collect(),
                tolerated: true,
                ..call.clone()
            };
            self.follow(inner);
        }
    }

    /// The texts that a program runs which runs others by their text or by the name of their script.
    pub(in crate::script) fn runner(&self, call: &Call) -> Option<Vec<String>> {
        let texts: Vec<String> = call.words.iter().map(Word::text).collect();
        run_by(&texts)
    }

    /// Whether a command runs a file that this script wrote.
    pub(in crate::script) fn runs_written(&self, program: &str, call: &Call) -> bool {
        let base = |path: &str| path.rsplit('/').next().unwrap_or(path).to_owned();
        let is_written = |word: &str| {
            let word = base(word);
            !word.is_empty() && self.written.iter().any(|file| base(file) == word)
        };
        let runs_a_file = SHELLS.contains(&program)
            || LANGUAGES.iter().any(|(name, _)| *name == program)
            || matches!(program, "source" | ".");
        let words = call.words.iter().map(Word::text);
        let count = if runs_a_file { usize::MAX } else { 1 };
        words.take(count).any(|word| is_written(&word))
    }
}

/// The text of a word without what is computed.
fn literal_parts(word: &Word) -> String {
    let parts = word.parts.iter().filter_map(|part| match part {
        Part::Text(text) => Some(&**text),
        _ => None,
    });
    parts.collect()
}

pub(super) fn last(place: Place) -> Place {
    Place {
        last: true,
        ..place
    }
}
