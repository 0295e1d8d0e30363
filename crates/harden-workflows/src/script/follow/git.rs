//! `git` and `gh`, by their verbs.

use super::super::known_verbs::{GH, GIT};
use super::super::shell::Shell;
use super::super::walk::Walk;
use super::super::word::Word;
use super::Call;
use crate::facts::Why;
use crate::names::names_pull;

impl Walk {
    /// `git`, by its verb: its own options, and the commands that it runs.
    pub(in crate::script) fn git(&mut self, mut call: Call) -> Option<Call> {
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
            // an alias or an extension: `git co`
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
    pub(in crate::script) fn gh(&mut self, mut call: Call) -> Option<Call> {
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
    pub(in crate::script) fn substituted_words(&self, mut call: Call) -> Call {
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
}
