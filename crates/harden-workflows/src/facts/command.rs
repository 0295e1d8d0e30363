//! What is recorded of a command.

use serde::{Deserialize, Serialize};

use super::{At, Version, is_false};

/// A known command.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Command {
    /// The program: `sentry-cli`, `playwright`, `aws`; `script` for one that `package.json` names,
    /// `task` for one that a `Makefile` or another build tool does.
    pub tool: String,
    /// Its words, as far as they are known words, options, plain names and contexts; any other is
    /// `…`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub words: Vec<String>,
    /// Where.
    pub at: At,
    /// Of `sentry-cli`: what the version of the release is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<Version>,
    /// Whether its failure is swallowed.
    #[serde(default, skip_serializing_if = "is_false")]
    pub tolerated: bool,
    /// Of a `script`: the folder whose `package.json` names it, if not the root; of a `file` the
    /// folder that it is in; `…` where it is unknown.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub folder: String,
}

impl Command {
    /// Whether the words are there, in this order, others between them or not.
    #[must_use]
    pub fn says(&self, words: &[&str]) -> bool {
        let mut own = self.words.iter();
        words.iter().all(|wanted| own.any(|word| word == wanted))
    }

    /// The value of an option: `--grep @smoke`, `--grep=@smoke`.
    #[must_use]
    pub fn option(&self, names: &[&str]) -> Option<&str> {
        self.words.iter().enumerate().find_map(|(i, word)| {
            names
                .iter()
                .find_map(|name| match word.strip_prefix(name)? {
                    "" => self.words.get(i + 1).map(String::as_str),
                    rest => rest.strip_prefix('='),
                })
        })
    }

    /// The command as a line, for evidence.
    #[must_use]
    pub fn line(&self) -> String {
        let words = self.words.iter().map(String::as_str);
        let all: Vec<&str> = std::iter::once(&*self.tool).chain(words).collect();
        all.join(" ")
    }
}
