//! What runs tests: commands, the names of scripts, actions.

use crate::resources::workflow::Command;
use crate::views::deploying::action;
use crate::views::names::words;

/// Programs that run tests whatever they are given, but for [`NOT_RUN`].
const RUNNERS: &[&str] = &[
    "ava",
    "behave",
    "ctest",
    "cucumber-js",
    "ginkgo",
    "gotestsum",
    "jest",
    "karma",
    "mocha",
    "newman",
    "nightwatch",
    "nox",
    "pest",
    "phpunit",
    "pytest",
    "rspec",
    "testcafe",
    "tox",
    "unittest",
    "vitest",
    "wdio",
];
/// Programs that run tests where they are told to, with the words that say so.
const TOLD: &[(&str, &[&str])] = &[
    ("bazel", &["test"]),
    ("cargo", &["test", "nextest", "t"]),
    ("cypress", &["run"]),
    ("dart", &["test"]),
    ("deno", &["test"]),
    ("dotnet", &["test"]),
    ("flutter", &["test"]),
    ("go", &["test"]),
    // `build` runs `check`
    ("gradle", &["test", "check", "build"]),
    ("mix", &["test"]),
    // each later phase runs the tests too
    ("mvn", &["test", "package", "verify", "install", "deploy"]),
    ("node", &["--test"]),
    ("playwright", &["test"]),
    ("sbt", &["test"]),
    ("swift", &["test"]),
];
/// Options with which nothing is run: what is there is listed, built, or told.
const NOT_RUN: &[&str] = &[
    "--list",
    "--list-tests",
    "--collect-only",
    "--co",
    "--dry-run",
    "--no-run",
    "--version",
    "--help",
    "--listTests",
    "--showConfig",
    "-DskipTests",
    "-DskipTests=true",
    "-Dmaven.test.skip",
    "-Dmaven.test.skip=true",
];
/// Words of scripts that run tests.
const TESTS: &[&str] = &[
    "test",
    "tests",
    "e2e",
    "smoke",
    "verify",
    "spec",
    "specs",
    "cypress",
    "jest",
    "mocha",
    "playwright",
    "pytest",
    "vitest",
    "unittest",
    "unittests",
];
/// Words with which a script does something else, though it may be for tests: `build:test`,
/// `install:e2e`, `check-env`.
const ELSE: &[&str] = &[
    "build",
    "bump",
    "clean",
    "compile",
    "container",
    "deploy",
    "deps",
    "docker",
    "docs",
    "down",
    "download",
    "env",
    "fmt",
    "format",
    "generate",
    "image",
    "images",
    "install",
    "lint",
    "list",
    "login",
    "migrate",
    "notify",
    "package",
    "prepare",
    "publish",
    "push",
    "release",
    "render",
    "report",
    "seed",
    "serve",
    "setup",
    "sourcemaps",
    "start",
    "stop",
    "tag",
    "tsc",
    "typecheck",
    "up",
    "upload",
    "version",
    "wait",
];

/// Whether a command runs tests; none where it can't be told.
pub(crate) fn tests(command: &Command) -> Option<bool> {
    let tool = &*command.tool;
    let has = |wanted: &[&str]| command.words.iter().any(|word| wanted.contains(&&**word));
    if matches!(tool, "file" | "script" | "task") {
        return named(command);
    }
    if has(NOT_RUN)
        || (tool == "gradle" && command.option(&["-x", "--exclude-task"]) == Some("test"))
    {
        return Some(false);
    }
    if RUNNERS.contains(&tool) {
        return Some(true);
    }
    let Some((_, told)) = TOLD.iter().find(|(other, _)| *other == tool) else {
        return Some(false);
    };
    if has(told) {
        return Some(true);
    }
    // tasks of the project's own
    match tool {
        "gradle" | "mvn" | "sbt" if has(&["…"]) && !has(&["assemble"]) => None,
        _ => Some(false),
    }
}

/// A script by its name: the parts before a `:` in `check:types` count for more than the others.
fn named(command: &Command) -> Option<bool> {
    let mut names: Vec<&str> = command
        .words
        .first()
        .map(String::as_str)
        .into_iter()
        .collect();
    if let [many] = names.as_slice()
        && matches!(*many, "affected" | "run-many")
    {
        let after = command.words.iter().skip_while(|word| {
            let option = word.split('=').next().unwrap_or(word);
            !matches!(option, "-t" | "--target" | "--targets")
        });
        names = after
            .map(|word| word.split_once('=').map_or(&**word, |(_, value)| value))
            .filter(|word| !word.starts_with('-'))
            .collect();
    }
    let mut doubt = names.is_empty();
    for name in names {
        let stem = match &*command.tool {
            "file" => name.rsplit_once('.').map_or(name, |(stem, _)| stem),
            _ => name,
        };
        let words = words(stem);
        let says = |wanted: &[&str]| words.iter().any(|word| wanted.contains(&&**word));
        if says(ELSE) {
            continue;
        }
        if says(TESTS) || stem.split(':').next() == Some("check") {
            return Some(true);
        }
        doubt = true;
    }
    (!doubt).then_some(false)
}

/// Whether an action runs tests: one of others whose name says so may.
pub(crate) fn action_tests(uses: &str) -> Option<bool> {
    let action = action(uses);
    if uses.starts_with("./") || action.starts_with("actions/") {
        return Some(false);
    }
    let (_, name) = action.split_once('/').unwrap_or(("", &action));
    let words = words(name);
    let known = action == "cypress-io/github-action";
    let says = words.iter().any(|word| TESTS.contains(&&**word)) || known;
    let other = words.iter().any(|word| ELSE.contains(&&**word));
    (!says || other).then_some(false)
}
