//! Recognizes the commands that run the smoke tests.

use crate::policy::GithubPolicy;
use crate::resources::workflow::Command;

/// Which tests a command runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TestSelection {
    /// The tests with the smoke tag.
    Tagged,
    /// All tests.
    Whole,
    /// One project or shard of all tests.
    Part,
    /// Other tests, or no tests.
    Nothing,
}

pub(super) fn selected_tests(command: &Command, policy: &GithubPolicy) -> TestSelection {
    let workflows = &policy.workflows;
    if command.tool != "playwright" || !command.says(&["test"]) {
        return TestSelection::Nothing;
    }
    // `--grep "@smoke|@critical"`: one of the alternatives is enough
    let tagged = |names: &[&str]| {
        let pattern = command.option(names);
        pattern.is_some_and(|p| p.split('|').any(|part| part == workflows.smoke_tag))
    };
    let flag = |word: &String| word.split('=').next().unwrap_or(word).to_owned();
    // no tests, only those of some changes, or tests that somebody must start by hand
    let runs_nothing = |word: &String| {
        matches!(
            &*flag(word),
            "--list"
                | "--help"
                | "-h"
                | "--dry-run"
                | "--ui"
                | "--ui-host"
                | "--ui-port"
                | "--debug"
                | "--last-failed"
                | "--only-changed"
        )
    };
    if command.words.iter().any(runs_nothing) || tagged(&["--grep-invert", "-gv"]) {
        return TestSelection::Nothing;
    }
    let grep = ["-g", "--grep"];
    if tagged(&grep) {
        return match command.option(&["--shard"]) {
            Some(shard) if !of_each_job(shard) => TestSelection::Part,
            _ => TestSelection::Tagged,
        };
    }
    // another pattern selects other tests
    if command.option(&grep).is_some() {
        return TestSelection::Nothing;
    }
    let mut found = TestSelection::Whole;
    let mut words = command.words.iter().skip(1).peekable();
    while let Some(word) = words.next() {
        let flag = flag(word);
        let own = flag != *word;
        let value = if own || !VALUED.contains(&&*flag) {
            None
        } else {
            words.next()
        };
        match &*flag {
            "--shard" if of_each_job(value.unwrap_or(word)) => {}
            "--shard" => found = TestSelection::Part,
            "--project" => found = TestSelection::Part,
            "--grep-invert" | "-gv" => return TestSelection::Nothing,
            // a file or a folder: only its tests run
            _ if !flag.starts_with('-') => return TestSelection::Nothing,
            _ => {}
        }
    }
    found
}

/// Whether each job of a matrix runs a shard of its own: together they run all tests.
fn of_each_job(shard: &str) -> bool {
    let each = ["${{ matrix.", "${{ strategy."];
    each.iter().any(|context| shard.contains(context))
}

/// The options of Playwright whose value may be the next word.
/// <https://playwright.dev/docs/test-cli>
const VALUED: [&str; 17] = [
    "--browser",
    "--config",
    "--global-timeout",
    "--grep-invert",
    "--max-failures",
    "--output",
    "--project",
    "--repeat-each",
    "--reporter",
    "--retries",
    "--shard",
    "--timeout",
    "--trace",
    "--tsconfig",
    "--workers",
    "-c",
    "-j",
];

/// A command as the policy names it: a script without its runner, such as `npm run`.
pub(super) fn policy_name(command: &Command) -> String {
    if matches!(&*command.tool, "script" | "task") {
        command.words.join(" ")
    } else {
        command.line()
    }
}
