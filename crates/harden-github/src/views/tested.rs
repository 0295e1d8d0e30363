//! What runs tests: commands, the names of scripts, actions.

use harden_core::{Known, Unknown};

use crate::resources::workflow::Command;
use crate::views::deploy::{Mark, Production};
use crate::views::deploying::action;
use crate::views::flow::Placed;
use crate::views::names::words;
use crate::views::plan::Node;
use crate::views::triggers::runs_on;

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
fn tests(command: &Command) -> Option<bool> {
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
        "gradle" | "mvn" if has(&["…"]) && !has(&["assemble"]) => None,
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
fn action_tests(uses: &str) -> Option<bool> {
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

/// What is known of the tests in a job.
pub(crate) enum Tested {
    /// This runs them, and its failure is the job's.
    By(String),
    /// Nothing does.
    Not,
    /// It can't be told.
    Unclear(Unknown),
}

/// Whether a job runs tests on all of the events, and fails with them.
pub(crate) fn runs_tests(node: &Node<'_>, events: &[&str]) -> Tested {
    let mut doubt = node.opaque.clone();
    for step in node.steps() {
        match step {
            Known::No(unknown) => {
                doubt.get_or_insert_with(|| unknown.into());
            }
            Known::Yes(placed) => match of_step(&placed, events, None) {
                Tested::By(test) => return Tested::By(test),
                Tested::Unclear(unknown) => {
                    doubt.get_or_insert(unknown);
                }
                Tested::Not if placed.step.others && counts(&placed, events) => {
                    doubt.get_or_insert_with(|| {
                        Unknown::undetermined(format!(
                            "whether the job {} runs tests can't be told: its script runs programs \
                             that are not known; if it does, name the job in `checks` of \
                             [github.protection]",
                            node.name()
                        ))
                    });
                }
                Tested::Not => {}
            },
        }
    }
    doubt.map_or(Tested::Not, Tested::Unclear)
}

/// Whether a job that deploys runs tests before it does.
pub(crate) fn tests_before(node: &Node<'_>, production: &Production, events: &[&str]) -> Tested {
    let steps = node.steps();
    let mut doubt = None;
    for (number, placed) in steps.iter().enumerate() {
        let Some(placed) = placed.ok() else {
            continue;
        };
        // of the step that deploys, the commands before it
        let within = |mark: Option<Mark>| match mark {
            Some((step, _)) if number < step => Some(None),
            Some((step, command)) if number == step => Some(Some(command)),
            Some(_) => None,
            None => Some(None),
        };
        let said = match within(production.sure) {
            Some(end) => of_step(placed, events, end),
            None => Tested::Not,
        };
        let first = within(production.first);
        let known = production.first.is_some() && first.is_some();
        let whole = |test: &str| match first {
            Some(end) => matches!(of_step(placed, events, end), Tested::By(own) if own == test),
            None => false,
        };
        match said {
            // a step that deploys after a failure as well is stopped by none before it
            Tested::By(_) if after_failure(&steps, production) => {}
            Tested::By(test) if known && whole(&test) => return Tested::By(test),
            Tested::By(test) => {
                doubt.get_or_insert_with(|| {
                    Unknown::undetermined(format!(
                        "which step of the job {} deploys first can't be told, and {test} may come \
                         after it: run the tests in a job that it needs",
                        node.name()
                    ))
                });
            }
            // where none is known to deploy, the script itself does
            Tested::Unclear(unknown) if production.first.is_some() => {
                doubt.get_or_insert(unknown);
            }
            Tested::Unclear(_) | Tested::Not => {}
        }
    }
    doubt.map_or(Tested::Not, Tested::Unclear)
}

fn after_failure(steps: &[Known<Placed<'_>>], production: &Production) -> bool {
    let deploying = production.first.and_then(|(step, _)| steps.get(step)?.ok());
    deploying.is_some_and(|placed| placed.conditions().any(|c| c.after_failure))
}

/// Whether a step runs on all of the events, and its failure is the job's.
fn counts(placed: &Placed<'_>, events: &[&str]) -> bool {
    let mut all = placed.conditions();
    let skipped = all.any(|c| c.never || events.iter().any(|event| !runs_on(c, event)));
    !skipped && !placed.step.continue_on_error && !placed.outer.continue_on_error
}

/// The tests of a step; of its commands only those before one, where that is given.
fn of_step(placed: &Placed<'_>, events: &[&str], end: Option<usize>) -> Tested {
    if !counts(placed, events) {
        return Tested::Not;
    }
    let mut doubt = None;
    let commands = placed.step.commands.iter();
    for command in commands.take(end.unwrap_or(usize::MAX)) {
        let line = command.line();
        match tests(command) {
            Some(true) if !command.tolerated => return Tested::By(line),
            // `if npm test; then deploy; fi`: the script may look at what came of them itself
            Some(true) if end.is_some() => {
                doubt.get_or_insert_with(|| {
                    format!("whether the script deploys when {line} failed can't be told")
                });
            }
            None if !command.tolerated => {
                doubt.get_or_insert_with(|| {
                    format!(
                        "whether {line} runs tests can't be told from its name: if it does, say so \
                         in it (`test`), or name its job in `checks` of [github.protection]"
                    )
                });
            }
            _ => {}
        }
    }
    if let Some(uses) = &placed.step.uses
        && action_tests(uses).is_none()
    {
        doubt.get_or_insert_with(|| {
            format!(
                "whether {uses} runs tests can't be told: if it does, name its job in `checks` of \
                 [github.protection]"
            )
        });
    }
    doubt.map_or(Tested::Not, |why| {
        Tested::Unclear(Unknown::undetermined(why))
    })
}
