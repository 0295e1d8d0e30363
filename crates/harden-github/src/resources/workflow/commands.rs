//! The known commands of a script, reduced to the words that are judged.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::facts::is_false;
use super::positions::{Path, Positions};
use super::shell::{Simple, commands};
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

/// The programs that are known, each with the words of its own that are kept.
const TOOLS: &[(&str, &[&str])] = &[
    ("ansible-playbook", &[]),
    ("ava", &[]),
    (
        "aws",
        &[
            "ecs",
            "update-service",
            "register-task-definition",
            "run-task",
            "wait",
            "services-stable",
            "deploy",
            "create-deployment",
            "push",
            "lambda",
            "update-function-code",
            "s3",
            "sync",
            "cp",
            "cloudformation",
            "elasticbeanstalk",
            "update-environment",
            "apprunner",
            "start-deployment",
            "amplify",
            "start-job",
            "cloudfront",
            "create-invalidation",
        ],
    ),
    (
        "az",
        &[
            "webapp",
            "deploy",
            "containerapp",
            "up",
            "update",
            "functionapp",
        ],
    ),
    ("cargo", &["test", "nextest"]),
    ("cdk", &["deploy", "destroy", "diff", "synth"]),
    ("copilot", &["deploy", "svc", "job"]),
    ("cypress", &["run"]),
    ("dotnet", &["test"]),
    ("eb", &["deploy"]),
    ("ecs-deploy", &[]),
    ("firebase", &["deploy"]),
    ("flyctl", &["deploy"]),
    (
        "gcloud",
        &["run", "deploy", "app", "functions", "services", "update"],
    ),
    ("gh", &["pr", "checkout"]),
    (
        "git",
        &[
            "checkout", "switch", "fetch", "pull", "merge", "reset", "--hard",
        ],
    ),
    ("go", &["test"]),
    ("gradle", &["test", "check"]),
    ("helm", &["upgrade", "install", "--install"]),
    ("heroku", &["container:release", "releases"]),
    (
        "kubectl",
        &["apply", "set", "image", "rollout", "restart", "status"],
    ),
    ("mocha", &[]),
    ("mvn", &["test", "verify"]),
    ("netlify", &["deploy"]),
    ("phpunit", &[]),
    ("playwright", &["test", "install"]),
    ("pulumi", &["up"]),
    ("pytest", &[]),
    ("railway", &["up", "deploy"]),
    ("rspec", &[]),
    ("sam", &["deploy"]),
    ("script", &[]),
    (
        "sentry-cli",
        &[
            "releases",
            "release",
            "new",
            "create",
            "finalize",
            "set-commits",
            "deploys",
            "propose-version",
            "sourcemaps",
            "sourcemap",
            "inject",
            "upload",
        ],
    ),
    ("serverless", &["deploy"]),
    ("terraform", &["apply", "plan", "init"]),
    ("tox", &[]),
    ("vercel", &["deploy", "build", "pull", "promote"]),
    ("vitest", &[]),
    ("wrangler", &["deploy", "publish", "pages"]),
];

/// Other names of those programs.
const ALIASES: &[(&str, &str)] = &[
    ("@sentry/cli", "sentry-cli"),
    ("@playwright/test", "playwright"),
    ("fly", "flyctl"),
    ("sls", "serverless"),
    ("aws-cdk", "cdk"),
    ("sam-cli", "sam"),
    ("vc", "vercel"),
    ("tofu", "terraform"),
    ("gradlew", "gradle"),
    ("mvnw", "mvn"),
    ("terragrunt", "terraform"),
    ("netlify-cli", "netlify"),
    ("firebase-tools", "firebase"),
];

/// What stands before a command and is none.
const BEFORE: &[&str] = &[
    "if", "then", "else", "elif", "do", "while", "until", "!", "{", "time", "sudo", "exec",
    "command", "env", "xvfb-run", "nohup", "corepack", "dotenv", "op", "doppler", "--", "run",
];

/// What a script's words may stand for: variables by their name, outputs of steps as
/// `steps.id.outputs.name`.
pub(super) type Versions = BTreeMap<String, Version>;

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

fn is_variable(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
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

/// The program that a command runs in the end, and its words.
fn program(words: &[String]) -> Option<(&'static str, &[String])> {
    let skipped = words.iter().position(|word| {
        let assignment = word
            .split_once('=')
            .is_some_and(|(name, _)| is_variable(name));
        !BEFORE.contains(&&**word) && !assignment
    })?;
    let mut rest = words.get(skipped..)?;
    // npx --yes playwright test, pnpm exec playwright test, yarn playwright test
    for _ in 0..3 {
        let (first, after) = rest.split_first()?;
        match &**first {
            "npx" | "bunx" | "pnpx" => rest = after_options(after),
            "npm" | "pnpm" | "yarn" | "bun" => {
                let after = after_options(after);
                let (second, others) = after.split_first()?;
                match &**second {
                    "exec" | "dlx" | "x" => rest = after_options(others),
                    "run" | "run-script" => return script(after_options(others)),
                    "install" | "i" | "ci" | "add" | "publish" | "config" | "cache" | "version" => {
                        return None;
                    }
                    // yarn and pnpm run a program or a script without a word for it
                    _ if named(second).is_some() && &**first != "npm" => {
                        rest = after;
                    }
                    _ => return script(after),
                }
            }
            "docker" | "podman" => {
                let image = after
                    .iter()
                    .position(|w| w.contains("getsentry/sentry-cli"))?;
                return Some(("sentry-cli", after.get(image + 1..)?));
            }
            "make" | "just" | "task" | "nx" | "turbo" => return script(after),
            _ => return named(first).map(|tool| (tool, after)),
        }
    }
    None
}

fn script(words: &[String]) -> Option<(&'static str, &[String])> {
    (!words.is_empty()).then_some(("script", words))
}

/// Leaves out options, and `--`. `--filter web` and the like take a value.
fn after_options(words: &[String]) -> &[String] {
    let mut rest = words;
    while let Some((first, after)) = rest.split_first() {
        if !first.starts_with('-') {
            break;
        }
        let valued = matches!(
            &**first,
            "--filter"
                | "-F"
                | "--prefix"
                | "--workspace"
                | "-w"
                | "--cwd"
                | "-C"
                | "--package"
                | "-p"
        );
        rest = if valued {
            after.get(1..).unwrap_or_default()
        } else {
            after
        };
    }
    rest
}

/// The known program of a word: by its path, its package or its alias.
fn named(word: &str) -> Option<&'static str> {
    let package = match word.rfind('@') {
        Some(at) if at > 0 => word.get(..at)?,
        _ => word,
    };
    let alias = |word: &str| {
        ALIASES
            .iter()
            .find(|(other, _)| *other == word)
            .map(|(_, tool)| *tool)
    };
    let last = package.rsplit('/').next()?;
    let known = |word: &str| {
        TOOLS
            .iter()
            .map(|(tool, _)| *tool)
            .find(|tool| *tool == word)
    };
    alias(package)
        .or_else(|| alias(last))
        .or_else(|| known(last))
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

/// The version that a command of sentry-cli names.
fn release_version(words: &[String], known: &Versions) -> Option<Version> {
    let value = words
        .iter()
        .enumerate()
        .find_map(|(i, word)| match &**word {
            "-r" | "--release" => words.get(i + 1).map(String::as_str),
            _ => word.strip_prefix("--release="),
        });
    let positional = || {
        let verbs = ["new", "create", "finalize", "set-commits"];
        let verb = words.iter().position(|word| verbs.contains(&&**word))?;
        // sentry-cli releases deploys VERSION new, of older versions
        let before = verb.checked_sub(1).and_then(|i| words.get(i));
        let deploys = words.iter().position(|word| word == "deploys");
        match (deploys, before) {
            (Some(at), Some(before)) if at + 1 < verb => Some(&**before),
            (Some(_), _) => None,
            _ => {
                let rest = words.get(verb + 1..)?.iter();
                let mut skip = false;
                rest.map(String::as_str).find(|word| {
                    let value = std::mem::replace(&mut skip, takes_value(word));
                    !value && !word.starts_with('-')
                })
            }
        }
    };
    let value = value.or_else(positional)?;
    Some(version_of(value, known).unwrap_or(Version::Other))
}

/// The options of `releases new` and `set-commits` that take a value.
fn takes_value(word: &str) -> bool {
    matches!(
        word,
        "-p" | "--project"
            | "-o"
            | "--org"
            | "--url"
            | "-c"
            | "--commit"
            | "--initial-depth"
            | "--log-level"
    )
}

/// What a text stands for, where it can be told that it is, or comes from, the commit's SHA.
pub(super) fn version_of(text: &str, known: &Versions) -> Option<Version> {
    let text = text.trim();
    let context = text
        .strip_prefix("${{")
        .and_then(|t| t.strip_suffix("}}"))
        .map(str::trim);
    if let Some(context) = context {
        let context = context.to_ascii_lowercase();
        return match &*context {
            "github.sha"
            | "github.event.workflow_run.head_sha"
            | "github.event.pull_request.head.sha"
            | "github.event.deployment.sha"
            | "github.event.after" => Some(Version::Sha),
            _ => match context.split_once('.') {
                Some(("env", name)) => known
                    .iter()
                    .find(|(variable, _)| variable.eq_ignore_ascii_case(name))
                    .map(|(_, version)| *version),
                Some(("steps", _)) => {
                    Some(known.get(&context).copied().unwrap_or(Version::Unclear))
                }
                Some(("needs" | "inputs" | "matrix", _)) => Some(Version::Unclear),
                _ => None,
            },
        };
    }
    if let Some(inner) = text.strip_prefix("$(").and_then(|t| t.strip_suffix(')')) {
        let words: Vec<&str> = inner.split_whitespace().collect();
        return match words.as_slice() {
            ["git", "rev-parse", "HEAD"] => Some(Version::Sha),
            ["git", "rev-parse", "--short", ..] => Some(Version::ShortSha),
            [.., "releases", "propose-version"] => Some(Version::Sha),
            ["git", "rev-parse" | "log" | "describe", ..] => Some(Version::Other),
            _ => None,
        };
    }
    let name = text.strip_prefix('$')?;
    let name = name
        .strip_prefix('{')
        .and_then(|n| n.strip_suffix('}'))
        .unwrap_or(name);
    match name {
        "GITHUB_SHA" => Some(Version::Sha),
        "GITHUB_REF_NAME" | "GITHUB_REF" | "GITHUB_RUN_NUMBER" | "GITHUB_RUN_ID" => {
            Some(Version::Other)
        }
        _ if name.starts_with("GITHUB_SHA:") => Some(Version::ShortSha),
        _ if is_variable(name) => Some(known.get(name).copied().unwrap_or(Version::Unclear)),
        _ => None,
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
