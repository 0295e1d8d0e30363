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
    let runs_nothing = |word: &String| matches!(&*flag(word), "--list" | "--help" | "-h");
    if command.words.iter().any(runs_nothing) || tagged(&["--grep-invert", "-gv"]) {
        return TestSelection::Nothing;
    }
    let grep = ["-g", "--grep"];
    if tagged(&grep) {
        return TestSelection::Tagged;
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
            "--shard" => {
                // a shard for each job of a matrix: the jobs together run all tests
                let value = value.unwrap_or(word);
                let each = ["${{ matrix.", "${{ strategy."];
                if !each.iter().any(|context| value.contains(context)) {
                    found = TestSelection::Part;
                }
            }
            "--project" => found = TestSelection::Part,
            "--grep-invert" | "-gv" | "--last-failed" | "--only-changed" => {
                return TestSelection::Nothing;
            }
            // a file or a folder: only its tests run
            _ if !flag.starts_with('-') => return TestSelection::Nothing,
            _ => {}
        }
    }
    found
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
