//! Which command is run in the end: through functions, wrappers, and programs that run a text.

mod git;
mod texts;

use self::texts::last;
use super::input::Input;
use super::shell::{Shell, program_name};
use super::source::Lines;
use super::statuses::Place;
use super::walk::Walk;
use super::word::Word;
use super::wrappers::{WRAPPERS, Wrapper, after_options, started};
use crate::facts::Why;

/// A command, before it is known what it runs.
#[derive(Debug, Clone)]
pub(in crate::script) struct Call {
    pub(in crate::script) words: Vec<Word>,
    /// Assignments in front of it.
    pub(in crate::script) before: Vec<String>,
    /// Its redirections, as words.
    pub(in crate::script) after: Vec<String>,
    pub(in crate::script) input: Input,
    /// All of it, as it is written.
    pub(in crate::script) text: String,
    pub(in crate::script) line: usize,
    pub(in crate::script) tolerated: bool,
    pub(in crate::script) place: Place,
}

/// How many wrappers may be around a command.
const MOST_WRAPPERS: usize = 12;

/// Programs that run a text of another language: given by an option, or read from the input.
const LANGUAGES: &[(&str, &[&str])] = &[
    ("deno", &["eval"]),
    ("expect", &["-c"]),
    ("groovy", &["-e"]),
    ("lua", &["-e"]),
    ("node", &["-e", "-p", "-pe", "--eval", "--print"]),
    ("nodejs", &["-e", "-p", "--eval", "--print"]),
    ("osascript", &["-e"]),
    ("perl", &["-e", "-E", "-ne", "-pe", "-i", "-n", "-p"]),
    ("php", &["-r"]),
    (
        "powershell",
        &["-c", "-command", "-encodedcommand", "-e", "-ec"],
    ),
    ("pwsh", &["-c", "-command", "-encodedcommand", "-e", "-ec"]),
    ("python", &["-c"]),
    ("python2", &["-c"]),
    ("python3", &["-c"]),
    ("ruby", &["-e", "-ne", "-pe"]),
    ("rscript", &["-e"]),
    ("tclsh", &[]),
];

/// The shells whose grammar bash's parser reads.
const SHELLS: &[&str] = &["ash", "bash", "dash", "ksh", "sh", "zsh"];

impl Walk {
    /// Follows a command to what it runs.
    pub(in crate::script) fn follow(&mut self, mut call: Call) {
        for depth in 0..MOST_WRAPPERS {
            let Some(first) = call.words.first() else {
                return self.give(call);
            };
            let Some(name) = self.resolve(first) else {
                // `$TOOL checkout`: the program is known when it runs
                self.lose_call(Why::Computed, &call);
                return self.give(call);
            };
            if first.fixed().is_none() && name.contains(char::is_whitespace) {
                // an unquoted variable of several words
                let split = name.split_whitespace().map(Word::plain);
                call.words.splice(..1, split);
                continue;
            }
            if first.fixed().as_ref() != Some(&name) {
                call.words.splice(..1, [Word::plain(&name)]);
            }
            // behind a wrapper there is always a program: `command git` inside a function `git`
            if depth == 0
                && let Some(function) = self.functions.get(&name).cloned()
            {
                let arguments = call.words.split_off(1);
                return self.function(&function, arguments, call.place);
            }
            if depth == 0 && self.aliases.contains(&name) {
                self.lose_call(Why::Alias, &call);
                return self.give(call);
            }
            match self.step(&program_name(&name), call) {
                Some(inner) => call = inner,
                None => return,
            }
        }
        self.lose_call(Why::Nested, &call);
    }

    /// One step towards what a command runs; none where it was followed to its end.
    pub(in crate::script) fn step(&mut self, program: &str, mut call: Call) -> Option<Call> {
        if self.runs_written(program, &call) {
            self.lose_call(Why::File, &call);
        }
        match program {
            "alias" => {
                let named = call.words.iter().skip(1).map(Word::text);
                let named = named.filter_map(|word| Some(word.split_once('=')?.0.to_owned()));
                self.aliases.extend(named);
            }
            "eval" => {
                let words = call.words.split_off(1);
                self.text(words, Shell::Plain, &call);
                return None;
            }
            "source" | "." => self.lose_call(Why::File, &call),
            "trap" => {
                if let Some(text) = call.words.get(1).cloned()
                    && !matches!(&*text.text(), "-" | "")
                {
                    let mut quiet = call.clone();
                    quiet.place = quiet.place.guarded();
                    self.text(vec![text], Shell::Plain, &quiet);
                }
            }
            "read" | "mapfile" | "readarray" | "getopts" | "let" => {
                for word in call.words.iter().skip(1).map(Word::text) {
                    let name = word.split('=').next().unwrap_or(&word);
                    self.variables.insert(name.to_owned(), None);
                }
            }
            "printf" => {
                if let Some(at) = call.words.iter().position(|word| word.text() == "-v")
                    && let Some(name) = call.words.get(at + 1)
                {
                    self.variables.insert(name.text(), None);
                }
            }
            "find" => self.of_find(&call),
            "awk" | "gawk" | "mawk" | "nawk" => {
                let runs = |text: &str| {
                    text.contains("system") || text.contains("getline") || text.contains("| \"")
                };
                if call.words.iter().any(|word| runs(&word.text())) {
                    self.lose_call(Why::Code, &call);
                }
            }
            "tee" => {
                let files = call.words.iter().skip(1).map(Word::text);
                self.written.extend(files);
            }
            "docker" | "podman" | "docker-compose" | "kubectl" | "ssh" | "su" | "runuser"
            | "nix-shell" | "nix" | "script" => self.inner_shell(program, &call),
            "env" if self.split_string(&call) => return None,
            "git" => return self.git(call),
            "gh" | "hub" => return self.gh(call),
            _ if SHELLS.contains(&program) => return self.shell(call),
            _ => {}
        }
        if let Some((_, options)) = LANGUAGES.iter().find(|(name, _)| *name == program) {
            let inline = call.words.iter().skip(1).any(|word| {
                let word = word.text().to_ascii_lowercase();
                options.iter().any(|option| word == *option)
            });
            let file = call.words.iter().skip(1).map(Word::text);
            let file = file.filter(|word| !word.starts_with('-')).count() > 0;
            if inline || (!file && call.input != Input::None) {
                self.lose_call(Why::Code, &call);
            }
        }
        if let Some(texts) = self.runner(&call) {
            for text in texts {
                let place = Place {
                    guarded: call.tolerated,
                    forced: !call.tolerated,
                    ..call.place
                };
                self.script(&text, Lines::At(call.line), Shell::Unchecked, last(place));
            }
            return None;
        }
        let texts: Vec<String> = call.words.iter().map(Word::text).collect();
        if let Some(at) = started(&texts) {
            call.words.drain(..at);
            if let Some(first) = call.words.first_mut() {
                // by the name of the program, without the package's scope and version
                let name = first.text();
                let name = name.rsplit('/').next().unwrap_or(&name);
                let name = name.split('@').next().unwrap_or(name);
                *first = Word::plain(name.strip_suffix("-cli").unwrap_or(name));
            }
            return Some(call);
        }
        let Some(wrapper) = WRAPPERS.iter().find(|wrapper| wrapper.name == program) else {
            self.called_by_name(&call);
            self.give(call);
            return None;
        };
        self.unwrap(wrapper, call)
    }

    /// Takes a wrapper off.
    pub(in crate::script) fn unwrap(&mut self, wrapper: &Wrapper, mut call: Call) -> Option<Call> {
        let texts: Vec<String> = call.words.iter().map(Word::text).collect();
        let Some(at) = after_options(wrapper, &texts) else {
            self.give(call);
            return None;
        };
        for word in texts.get(1..at).unwrap_or_default() {
            if word.contains('=') && !word.starts_with('-') {
                call.before.push(word.clone());
            }
        }
        call.words.drain(..at);
        if wrapper.name == "xargs" || wrapper.name == "parallel" {
            if let Some(list) = call.words.iter().position(|word| word.text() == ":::") {
                call.words.truncate(list);
            }
            // what comes from the input is added to the words
            call.words.push(Word::computed());
            call.input = Input::None;
        }
        Some(call)
    }

    /// A function that is given to a program by its name: `parallel f`, `retry f`.
    pub(in crate::script) fn called_by_name(&mut self, call: &Call) {
        let named = call.words.iter().skip(1).map(Word::text);
        let named: Vec<_> = named
            .filter_map(|word| self.functions.get(&word).cloned())
            .collect();
        for function in named {
            let place = call.place.guarded();
            self.function(&function, vec![Word::computed()], place);
        }
    }

    pub(in crate::script) fn lose_call(&mut self, why: Why, call: &Call) {
        self.lose(why, &call.text, call.line, call.place.nested);
    }

    /// Gives a command as it is.
    pub(in crate::script) fn give(&mut self, call: Call) {
        let mut words = call.before;
        words.extend(call.words.iter().map(Word::text));
        words.extend(call.after);
        let input = match call.input {
            Input::Text(text) => Some(text),
            _ => None,
        };
        self.emit_reading(words, call.line, call.tolerated, call.place, input);
    }
}
