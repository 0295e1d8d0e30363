//! The known commands of a script, reduced to the words that are judged.

use serde::{Deserialize, Serialize};

use super::facts::is_false;
use super::positions::{Path, Positions};
use super::shell::{Simple, commands};
use super::tools::{TOOLS, program};
use super::versions::{Versions, is_variable, release_version, version_of};
use super::{At, Version, expressions, plain};

/// A known command.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Command {
    /// The program: `sentry-cli`, `playwright`, `aws`; `script` for one that `package.json` names.
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

/// What a script comes to.
#[derive(Debug, Default)]
pub(super) struct Script {
    pub(super) commands: Vec<Command>,
    /// What it sets for later steps.
    pub(super) sets: Versions,
}

/// Reads a script. `known` is what variables stand for, and learns what the script sets.
pub(super) fn read(
    text: &str,
    id: Option<&str>,
    known: &Versions,
    positions: &Positions<'_>,
    path: &Path<'_>,
) -> Script {
    let mut known = known.clone();
    let mut script = Script::default();
    for simple in commands(text) {
        for word in &simple.words {
            if let Some((name, value)) = word.split_once('=')
                && is_variable(name)
                && let Some(version) = version_of(value, &known)
            {
                known.insert(name.to_owned(), version);
                if simple.words.iter().any(|w| w.contains("GITHUB_ENV")) {
                    script.sets.insert(name.to_owned(), version);
                }
                if let Some(id) = id
                    && simple.words.iter().any(|w| w.contains("GITHUB_OUTPUT"))
                {
                    let key = format!("steps.{id}.outputs.{name}").to_lowercase();
                    script.sets.insert(key, version);
                }
            }
        }
        if let Some(command) = recognise(&simple, &known, positions, path) {
            script.commands.push(command);
        }
    }
    script
}

fn recognise(
    simple: &Simple,
    known: &Versions,
    positions: &Positions<'_>,
    path: &Path<'_>,
) -> Option<Command> {
    let (tool, rest) = program(&simple.words)?;
    let (_, own) = TOOLS.iter().find(|(name, _)| *name == tool)?;
    // of programs that do a great deal, only what is known is kept
    let first = rest.first().map_or("", String::as_str);
    let known_only = matches!(tool, "cargo" | "dotnet" | "gh" | "git" | "go");
    if (known_only && !own.contains(&first)) || (tool == "script" && first.starts_with('-')) {
        return None;
    }
    let version = (tool == "sentry-cli")
        .then(|| release_version(rest, known))
        .flatten();
    Some(Command {
        tool: tool.to_owned(),
        words: reduce(tool, rest, own),
        at: positions.script_line(path, simple.line),
        version,
        tolerated: simple.tolerated,
    })
}

/// The words that are kept.
fn reduce(tool: &str, words: &[String], own: &[&str]) -> Vec<String> {
    let mut kept = Vec::new();
    let mut named = tool == "script";
    for word in words {
        if matches!(&**word, ">" | ">>" | "<" | "2>" | "2>&1" | "<<<") {
            break;
        }
        let keep = if own.contains(&&**word) {
            (*word).clone()
        } else if named {
            pattern(word)
        } else if let Some((flag, value)) = word.split_once('=').filter(|(f, _)| is_option(f)) {
            let value = if names_next(tool, flag) {
                pattern(value)
            } else {
                plain::LEFT_OUT.to_owned()
            };
            format!("{flag}={value}")
        } else if is_option(word) {
            (*word).clone()
        } else {
            contexts(word)
        };
        named = names_next(tool, word);
        kept.push(keep);
    }
    kept
}

/// Whether the word after an option is a plain name that is judged.
fn names_next(tool: &str, option: &str) -> bool {
    match tool {
        "playwright" | "script" => {
            matches!(option, "-g" | "--grep" | "--grep-invert" | "--project")
        }
        "sentry-cli" => matches!(option, "-e" | "--env" | "--environment"),
        _ => false,
    }
}

fn is_option(word: &str) -> bool {
    let name = word.trim_start_matches('-');
    let dashes = word.len() - name.len();
    let letters = name.bytes().all(|b| b.is_ascii_lowercase() || b == b'-');
    match dashes {
        1 => name.len() == 1,
        2 => name.is_empty() || (letters && name.len() <= 30),
        _ => false,
    }
}

/// The pattern of a `--grep`, or a name.
fn pattern(word: &str) -> String {
    let trimmed = word.trim_matches(['/', '(', ')', '^', '$']);
    let parts: Option<Vec<&str>> = trimmed.split('|').map(|part| plain::name(part)).collect();
    parts.map_or_else(|| contexts(word), |parts| parts.join("|"))
}

/// The contexts of a word, else the mark.
fn contexts(word: &str) -> String {
    let inner = expressions::split(word).unwrap_or_default();
    let read: Vec<String> = inner.into_iter().flat_map(expressions::values).collect();
    if read.is_empty() {
        plain::LEFT_OUT.to_owned()
    } else {
        format!("${{{{ {} }}}}", read.join(" "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(script: &str) -> Vec<String> {
        let positions = Positions::new("");
        let read = read(script, Some("v"), &Versions::new(), &positions, &Vec::new());
        let line = |c: &Command| match c.version {
            Some(version) => format!("{} [{version:?}]", c.line()),
            None => c.line(),
        };
        read.commands.iter().map(line).collect()
    }

    #[test]
    fn known_commands_by_any_way_of_running_them() {
        for way in [
            "npx playwright test --grep @smoke",
            "npx --yes playwright@1.50.0 test --grep '@smoke'",
            "pnpm --filter web exec playwright test --grep @smoke",
            "yarn playwright test --grep @smoke",
            "CI=1 ./node_modules/.bin/playwright test --grep @smoke",
            "if xvfb-run npx playwright test --grep \"@smoke\"; then",
        ] {
            assert_eq!(lines(way), ["playwright test --grep @smoke"], "{way}");
        }
        assert_eq!(
            lines("npm run test:smoke -- --grep @smoke"),
            ["script test:smoke -- --grep @smoke"]
        );
        assert_eq!(lines("npm ci && npm install --global x"), [""; 0]);
    }

    #[test]
    fn versions_are_followed() {
        assert_eq!(
            lines(
                "VERSION=$(sentry-cli releases propose-version)\nsentry-cli releases new -p web \"$VERSION\""
            ),
            ["sentry-cli releases new -p … … [Sha]"]
        );
        assert_eq!(
            lines("sentry-cli releases set-commits --auto ${GITHUB_SHA::7}"),
            ["sentry-cli releases set-commits --auto … [ShortSha]"]
        );
        assert_eq!(
            lines("sentry-cli releases deploys $GITHUB_SHA new -e production"),
            ["sentry-cli releases deploys … new -e production [Sha]"]
        );
        assert_eq!(
            lines("sentry-cli deploys new --release=backend@$GITHUB_SHA --env production"),
            ["sentry-cli deploys new --release=… --env production [Other]"]
        );
    }

    #[test]
    fn nothing_else_of_a_script_is_kept() {
        assert_eq!(
            lines("echo hunter2 | docker login -u me -p hunter2"),
            [""; 0]
        );
        assert_eq!(
            lines("sentry-cli --auth-token hunter2 releases new hunter2"),
            ["sentry-cli --auth-token … releases new … [Other]"]
        );
        assert_eq!(
            lines("vercel deploy --prod --token=hunter2"),
            ["vercel deploy --prod --token=…"]
        );
        assert_eq!(lines("npm run ghp_0123456789abcdef"), ["script …"]);
    }
}
