//! Whether a job runs tests, and fails if they fail.

use harden_core::{Known, Unknown};

use super::jobs::{Position, ProductionJob};
use super::test_commands::{is_test_action, is_test_command, is_waiting_action, waits_for_checks};
use crate::views::workflow::{Node, Placed, runs_on};

/// Whether a job runs tests.
pub(crate) enum Tested {
    /// This command runs tests, and the job fails if it fails.
    By(String),
    /// The job runs no tests.
    Not,
    /// The files do not show it.
    Unclear(Unknown),
}

/// Whether a job runs tests on all of the events, and fails if they fail.
pub(crate) fn runs_tests(node: &Node<'_>, events: &[&str]) -> Tested {
    let mut doubt = node.opaque.clone();
    for step in node.steps() {
        match step {
            Known::No(unknown) => {
                doubt.get_or_insert_with(|| unknown.into());
            }
            Known::Yes(placed) => match tests_of_step(&placed, events, None) {
                Tested::By(test) => return Tested::By(test),
                Tested::Unclear(unknown) => {
                    doubt.get_or_insert(unknown);
                }
                Tested::Not if placed.step.others && counts_on(&placed, events) => {
                    doubt.get_or_insert_with(|| {
                        Unknown::undetermined(format!(
                            "it is not known whether the job {} runs tests: its script runs programs \
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

/// Whether a job that deploys runs tests before it deploys.
pub(crate) fn tests_before(node: &Node<'_>, production: &ProductionJob, events: &[&str]) -> Tested {
    let steps = node.steps();
    let mut doubt = None;
    for (number, placed) in steps.iter().enumerate() {
        let Some(placed) = placed.ok() else {
            continue;
        };
        // `Some(None)` is the whole step, `Some(Some(n))` its first n commands: in the step that deploys,
        // only the commands before the deployment count
        let within = |mark: Option<Position>| match mark {
            // the result of a step in the background is known when something has waited for it
            Some((step, _)) if placed.outer.background.is_some() => {
                let end = waited_for(node, &steps, placed);
                end.is_some_and(|end| end < step).then_some(None)
            }
            Some((step, _)) if number < step => Some(None),
            Some((step, command)) if number == step => Some(Some(command)),
            Some(_) => None,
            None => Some(None),
        };
        let tested = match within(production.sure) {
            Some(end) => tests_of_step(placed, events, end),
            None => Tested::Not,
        };
        let first = within(production.first);
        let known = production.first.is_some() && first.is_some();
        let whole = |test: &str| match first {
            Some(end) => {
                matches!(tests_of_step(placed, events, end), Tested::By(own) if own == test)
            }
            None => false,
        };
        match tested {
            // a deployment with `always()` runs after a failure, so no step before it can stop it
            Tested::By(_) if after_failure(&steps, production) => {}
            Tested::By(test) if known && whole(&test) => return Tested::By(test),
            Tested::By(test) => {
                doubt.get_or_insert_with(|| {
                    Unknown::undetermined(format!(
                        "the first step of the job {} that deploys is not known, and {test} may come \
                         after it: run the tests in a job that it needs",
                        node.name()
                    ))
                });
            }
            // if no step is known to deploy, the script that is not known is the deployment itself
            Tested::Unclear(unknown) if production.first.is_some() => {
                doubt.get_or_insert(unknown);
            }
            Tested::Unclear(_) | Tested::Not => {}
        }
    }
    doubt.map_or(Tested::Not, Tested::Unclear)
}

/// The step, by its index among all steps, at whose end a step in the background is waited for.
fn waited_for(node: &Node<'_>, steps: &[Known<Placed<'_>>], placed: &Placed<'_>) -> Option<usize> {
    let until = placed.outer.background?.until?;
    let end = node.job.steps.get(usize::try_from(until).ok()?)?;
    let of_end = |step: &Known<Placed<'_>>| step.ok().is_some_and(|p| std::ptr::eq(p.outer, end));
    steps.iter().rposition(of_end)
}

/// Whether a step that deploys also runs after a failure.
fn after_failure(steps: &[Known<Placed<'_>>], production: &ProductionJob) -> bool {
    let marks = [production.first, production.sure].into_iter().flatten();
    let numbers = marks.map(|(step, _)| step).chain(production.step);
    numbers
        .filter_map(|step| steps.get(step)?.ok())
        .any(|placed| placed.conditions().any(|c| c.after_failure))
}

/// Whether a step runs on all of the events, and the job fails if it fails.
fn counts_on(placed: &Placed<'_>, events: &[&str]) -> bool {
    let mut all = placed.conditions();
    let skipped = all.any(|c| c.never || events.iter().any(|event| !runs_on(c, event)));
    !skipped && !placed.step.continue_on_error && !placed.outer.continue_on_error
}

/// Why a step that waits for other checks is not known to be a gate.
fn waits(what: &str) -> String {
    format!(
        "{what} waits for other checks of the commit, and it is not known whether these are its tests: \
         run the tests in a job that the deployment needs, or name its job in `checks` of \
         [github.protection]"
    )
}

/// The tests of a step. With `end`, only its first `end` commands count.
fn tests_of_step(placed: &Placed<'_>, events: &[&str], end: Option<usize>) -> Tested {
    if !counts_on(placed, events) {
        return Tested::Not;
    }
    let mut doubt = None;
    let commands = placed.step.commands.iter();
    for command in commands.take(end.unwrap_or(usize::MAX)) {
        let line = command.line();
        match is_test_command(command) {
            Some(true) if !command.tolerated => return Tested::By(line),
            // `if npm test; then deploy; fi`: the script may check the result itself
            Some(true) if end.is_some() => {
                doubt.get_or_insert_with(|| {
                    format!("it is not known whether the script deploys after {line} failed")
                });
            }
            None if !command.tolerated && waits_for_checks(command) => {
                doubt.get_or_insert_with(|| waits(&line));
            }
            None if !command.tolerated => {
                doubt.get_or_insert_with(|| {
                    format!(
                        "it is not known from its name whether {line} runs tests: if it does, put `test` \
                         in the name, or name its job in `checks` of [github.protection]"
                    )
                });
            }
            _ => {}
        }
    }
    if let Some(uses) = &placed.step.uses
        && is_waiting_action(uses)
    {
        doubt.get_or_insert_with(|| waits(uses));
    } else if let Some(uses) = &placed.step.uses
        && is_test_action(uses).is_none()
    {
        doubt.get_or_insert_with(|| {
            format!(
                "it is not known whether {uses} runs tests: if it does, name its job in `checks` of \
                 [github.protection]"
            )
        });
    }
    doubt.map_or(Tested::Not, |why| {
        Tested::Unclear(Unknown::undetermined(why))
    })
}
