//! Which command is run in the end: through functions, wrappers, and programs that run a text.

use super::known_verbs::{GH, GIT};
use super::runners::run_by;
use super::shell::{Shell, program_name};
use super::source::Lines;
use super::statuses::Place;
use super::walk::Walk;
use super::word::Word;
use super::wrappers::{WRAPPERS, Wrapper, after_options};
use crate::facts::Why;
use crate::names::names_pull;

/// What a command reads.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) enum Input {
    /// What the step has.
    #[default]
    None,
    /// This text: a here-document, or what a plain `echo` prints.
    Text(String),
    /// Something that is computed when it runs.
    Computed,
}

/// A command, before it is known what it runs.
#[derive(Debug, Clone)]
pub(super) struct Call {
    pub(super) words: Vec<Word>,
    /// Assignments in front of it.
    pub(super) before: Vec<String>,
    /// Its redirections, as words.
    pub(super) after: Vec<String>,
    pub(super) input: Input,
    /// All of it, as it is written.
    pub(super) text: String,
    pub(super) line: usize,
    pub(super) tolerated: bool,
    pub(super) place: Place,
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
    pub(super) fn follow(&mut self, mut call: Call) {
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
    fn step(&mut self, program: &str, mut call: Call) -> Option<Call> {
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
        let Some(wrapper) = WRAPPERS.iter().find(|wrapper| wrapper.name == program) else {
            self.called_by_name(&call);
            self.give(call);
            return None;
        };
        self.unwrap(wrapper, call)
    }

    /// Takes a wrapper off.
    fn unwrap(&mut self, wrapper: &Wrapper, mut call: Call) -> Option<Call> {
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

    /// `bash -c text`, `bash <<EOF`, `… | sh`, `bash script.sh`.
    fn shell(&mut self, call: Call) -> Option<Call> {
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
    fn text(&mut self, words: Vec<Word>, shell: Shell, call: &Call) {
        let fixed: Option<Vec<String>> = words.iter().map(|word| self.resolve(word)).collect();
        let place = self.inner_place(call);
        let text = match fixed {
            Some(fixed) => fixed.join(" "),
            None => {
                // what `$(…)` prints runs as well: its own commands were followed where it stands
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
    fn inner_place(&self, call: &Call) -> Place {
        let place = Place {
            guarded: call.tolerated,
            ..call.place
        };
        if call.tolerated { place } else { last(place) }
    }

    /// `git`, by its verb: its own options, and the commands that it runs.
    fn git(&mut self, mut call: Call) -> Option<Call> {
        let mut at = 1;
        let mut heads = Vec::new();
        while let Some(word) = call.words.get(at) {
            let text = self.resolve(word).unwrap_or_else(|| word.text());
            if !text.starts_with('-') {
                break;
            }
            let valued = matches!(
                &*text,
                "-C" | "-c"
                    | "--git-dir"
                    | "--work-tree"
                    | "--namespace"
                    | "--exec-path"
                    | "--super-prefix"
                    | "--config-env"
            );
            if text == "-c" || text.starts_with("-c") {
                let value = call.words.get(at + usize::from(text == "-c"));
                let value = value.map_or(String::new(), Word::text);
                if value.contains("alias.") {
                    self.lose_call(Why::Alias, &call);
                }
                if names_pull(&value) {
                    heads.push(Word::plain(&value));
                }
            }
            at += 1 + usize::from(valued);
        }
        call.words.drain(1..at.min(call.words.len()));
        call.words.extend(heads);
        let Some(verb) = call.words.get(1) else {
            self.give(call);
            return None;
        };
        let Some(verb) = self.resolve(verb) else {
            self.lose_call(Why::Computed, &call);
            self.give(call);
            return None;
        };
        if !GIT.contains(&&*verb) {
            // an alias, or a program of somebody: `git co`
            self.lose_call(Why::Alias, &call);
        }
        let texts: Vec<String> = call.words.iter().map(Word::text).collect();
        let run = match &*verb {
            "submodule" => texts.iter().position(|word| word == "foreach"),
            "bisect" => texts.iter().position(|word| word == "run"),
            "rebase" => texts
                .iter()
                .position(|word| word == "-x" || word == "--exec"),
            _ => None,
        };
        if let Some(at) = run {
            let words = call.words.get(at + 1..).unwrap_or_default();
            let words: Vec<Word> = words
                .iter()
                .skip_while(|word| word.text().starts_with('-'))
                .cloned()
                .collect();
            self.text(words, Shell::Unchecked, &call);
        }
        if verb == "config" && texts.iter().any(|word| names_pull(word)) {
            // `git config remote.origin.fetch +refs/pull/*/head:…`: a later fetch gets them
            call.words.splice(1..2, [Word::plain("fetch")]);
        }
        self.give(self.substituted_words(call));
        None
    }

    /// `gh`, by its verb.
    fn gh(&mut self, mut call: Call) -> Option<Call> {
        let mut at = 1;
        while let Some(word) = call.words.get(at).map(Word::text) {
            if !word.starts_with('-') {
                break;
            }
            at += 1 + usize::from(matches!(&*word, "-R" | "--repo" | "--hostname"));
        }
        call.words.drain(1..at.min(call.words.len()));
        let resolved = call.words.get(1).map(|word| self.resolve(word));
        match resolved {
            Some(Some(verb)) => {
                if verb == "co" {
                    // an alias that gh has from the start
                    let verbs = ["pr", "checkout"].map(Word::plain);
                    call.words.splice(1..2, verbs);
                } else if !GH.contains(&&*verb) {
                    self.lose_call(Why::Alias, &call);
                }
                if let Some(at) = call.words.iter().position(|word| word.text() == "co") {
                    call.words.splice(at..=at, [Word::plain("checkout")]);
                }
                let second = call
                    .words
                    .iter()
                    .skip(2)
                    .find(|w| !w.text().starts_with('-'));
                if second.is_some_and(|word| verb == "pr" && self.resolve(word).is_none()) {
                    self.lose_call(Why::Computed, &call);
                }
            }
            Some(None) => self.lose_call(Why::Computed, &call),
            None => {}
        }
        if let Some(first) = call.words.first_mut() {
            *first = Word::plain("gh");
        }
        self.give(self.substituted_words(call));
        None
    }

    /// Puts what variables are known to hold in their place; of several values one that names a pull
    /// request counts.
    fn substituted_words(&self, mut call: Call) -> Call {
        for word in &mut call.words {
            let Some(values) = self.alternatives(word) else {
                continue;
            };
            let head = values.iter().find(|value| names_pull(value));
            let only = values.first().filter(|_| values.len() == 1);
            if let Some(value) = head.or(only) {
                *word = Word::plain(value);
            }
        }
        call
    }

    /// `find … -exec command ;`.
    fn of_find(&mut self, call: &Call) {
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

    /// `docker run image sh -c text`: a shell inside something else.
    fn inner_shell(&mut self, program: &str, call: &Call) {
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
    fn split_string(&mut self, call: &Call) -> bool {
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

    /// The texts that a program runs which runs others by their text or by the name of their script.
    fn runner(&self, call: &Call) -> Option<Vec<String>> {
        let texts: Vec<String> = call.words.iter().map(Word::text).collect();
        run_by(&texts)
    }

    /// A function that is given to a program by its name: `parallel f`, `retry f`.
    fn called_by_name(&mut self, call: &Call) {
        let named = call.words.iter().skip(1).map(Word::text);
        let named: Vec<_> = named
            .filter_map(|word| self.functions.get(&word).cloned())
            .collect();
        for function in named {
            let place = call.place.guarded();
            self.function(&function, vec![Word::computed()], place);
        }
    }

    /// Whether a command runs a file that this script wrote.
    fn runs_written(&self, program: &str, call: &Call) -> bool {
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

    fn lose_call(&mut self, why: Why, call: &Call) {
        self.lose(why, &call.text, call.line, call.place.nested);
    }

    /// Gives a command as it is.
    fn give(&mut self, call: Call) {
        let mut words = call.before;
        words.extend(call.words.iter().map(Word::text));
        words.extend(call.after);
        self.emit(words, call.line, call.tolerated, call.place);
    }
}

/// The text of a word without what is computed.
fn literal_parts(word: &Word) -> String {
    let parts = word.parts.iter().filter_map(|part| match part {
        super::word::Part::Text(text) => Some(&**text),
        _ => None,
    });
    parts.collect()
}

fn last(place: Place) -> Place {
    Place {
        last: true,
        ..place
    }
}
