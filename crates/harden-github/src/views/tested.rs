//! Which jobs run tests, and fail with them.

use harden_core::{Known, Unknown};

use crate::views::deploy_jobs::{Mark, Production};
use crate::views::flow::Placed;
use crate::views::plan::{Node, runs_on};
use crate::views::testing::{action_tests, tests};

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

/// Whether a step that deploys does so after a failure as well.
fn after_failure(steps: &[Known<Placed<'_>>], production: &Production) -> bool {
    let marks = [production.first, production.sure].into_iter().flatten();
    let numbers = marks.map(|(step, _)| step).chain(production.step);
    numbers
        .filter_map(|step| steps.get(step)?.ok())
        .any(|placed| placed.conditions().any(|c| c.after_failure))
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
