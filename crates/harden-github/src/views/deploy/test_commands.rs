//! Recognizes the commands, scripts and actions that run tests.

use super::names::words;
use crate::resources::workflow::Command;
use crate::views::workflow::action;

/// Programs that run tests with any arguments except those in [`NOT_RUN`].
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
/// Programs that run tests with one of these words among their arguments.
const BY_WORD: &[(&str, &[&str])] = &[
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
/// Options that run no tests: they list, build or describe them.
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
/// Words in the names of scripts that run tests.
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
/// Words in the names of scripts that do something else, even if it is for tests: `build:test`,
/// `install:e2e`, `check-env`.
const OTHER_PURPOSE: &[&str] = &[
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

/// Whether a command waits for the checks or the run of the same commit, and fails if they failed: which
/// tests these run is not known.
pub(crate) fn waits_for_checks(command: &Command) -> bool {
    command.tool == "gh"
        && (command.says(&["run", "watch", "--exit-status"])
            || command.says(&["pr", "checks", "--watch"]))
}

/// Whether an action waits for checks, statuses or runs of a commit, by its name:
/// `lewagon/wait-on-check-action`.
pub(crate) fn is_waiting_action(uses: &str) -> bool {
    const AWAITED: &[&str] = &[
        "build",
        "builds",
        "check",
        "checks",
        "ci",
        "job",
        "jobs",
        "run",
        "runs",
        "status",
        "statuses",
        "workflow",
        "workflows",
    ];
    if uses.starts_with("./") {
        return false;
    }
    let action = action(uses);
    let (_, name) = action.split_once('/').unwrap_or(("", &action));
    let words = words(name);
    let has = |any_of: &[&str]| words.iter().any(|word| any_of.contains(&&**word));
    has(&["wait", "await", "waiting", "waiter"]) && has(AWAITED)
}

/// Whether a command runs tests; `None` if it is not known.
pub(crate) fn is_test_command(command: &Command) -> Option<bool> {
    if waits_for_checks(command) {
        return None;
    }
    let tool = &*command.tool;
    let has = |any_of: &[&str]| command.words.iter().any(|word| any_of.contains(&&**word));
    if matches!(tool, "file" | "script" | "task") {
        return is_test_script(command);
    }
    // `gradle build -x test` builds without the tests
    if has(NOT_RUN)
        || (tool == "gradle" && command.option(&["-x", "--exclude-task"]) == Some("test"))
    {
        return Some(false);
    }
    if RUNNERS.contains(&tool) {
        return Some(true);
    }
    let Some((_, test_words)) = BY_WORD.iter().find(|(other, _)| *other == tool) else {
        return Some(false);
    };
    if has(test_words) {
        return Some(true);
    }
    // a custom task of the project, whose name is not recorded, may run tests
    match tool {
        "gradle" | "mvn" | "sbt" if has(&["…"]) && !has(&["assemble"]) => None,
        _ => Some(false),
    }
}

/// Whether a script runs tests, by its name. `check` counts only as the first part of a name:
/// `check:types` runs checks, `health-check` does not.
fn is_test_script(command: &Command) -> Option<bool> {
    let mut names: Vec<&str> = command
        .words
        .first()
        .map(String::as_str)
        .into_iter()
        .collect();
    // Nx: the tasks are in an option, `nx run-many -t test`
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
        let has_word = |any_of: &[&str]| words.iter().any(|word| any_of.contains(&&**word));
        // `build:test` has a word for tests, but another purpose
        if has_word(OTHER_PURPOSE) {
            continue;
        }
        if has_word(TESTS) || stem.split(':').next() == Some("check") {
            return Some(true);
        }
        // `npm run ci` may run tests
        doubt = true;
    }
    (!doubt).then_some(false)
}

/// Whether an action runs tests: `None` for a third-party action whose name contains a word for tests.
/// The steps of a local action are judged themselves.
pub(crate) fn is_test_action(uses: &str) -> Option<bool> {
    let action = action(uses);
    if uses.starts_with("./") || action.starts_with("actions/") {
        return Some(false);
    }
    let (_, name) = action.split_once('/').unwrap_or(("", &action));
    let words = words(name);
    let known = action == "cypress-io/github-action";
    let names_tests = words.iter().any(|word| TESTS.contains(&&**word)) || known;
    let other = words.iter().any(|word| OTHER_PURPOSE.contains(&&**word));
    (!names_tests || other).then_some(false)
}
