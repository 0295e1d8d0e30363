//! Scripts of `run`: the commands in them that are known, and what can't be followed.

mod commands;
mod folders;
mod follow;
mod input;
mod known_verbs;
mod programs;
mod reduce;
mod runners;
mod shell;
mod source;
mod statuses;
mod tools;
mod unfollowed;
mod versions;
mod walk;
mod windows;
mod word;
mod wrappers;

#[cfg(test)]
mod spellings;

use std::cell::Cell;
use std::collections::BTreeMap;

pub(crate) use commands::read;
pub(crate) use folders::{Folder, within};
pub(crate) use shell::Shell;
pub(crate) use unfollowed::{mentions, runs_programs};
pub(crate) use versions::{Versions, is_variable, version_of};
pub(crate) use walk::Simple;

use self::source::Lines;
use self::statuses::Place;
use self::unfollowed::Lost;
use self::walk::Walk;
use crate::facts::Why;

/// What all scripts of a file may take, in squares of bytes. The parser takes some texts time by the
/// square of their length: 20 KiB of them take about a second. A function is parsed anew at each call.
pub(crate) const EFFORT: u64 = (20 * 1024) * (20 * 1024);

/// The commands of a script in the order in which it runs them, and what can't be followed.
///
/// `literals` are the values of the environment that are known.
fn split(
    text: &str,
    shell: Shell,
    literals: &BTreeMap<String, Option<String>>,
    effort: &Cell<u64>,
) -> (Vec<Simple>, Vec<Lost>) {
    let literals = literals.iter().map(|(name, value)| {
        let values = value.clone().map(|value| vec![value]);
        (name.clone(), values)
    });
    let mut walk = Walk::new(literals.collect(), effort.get());
    match shell {
        Shell::Other => walk.lose(Why::Shell, text, 0, false),
        Shell::Pwsh => walk.windows(text, true),
        Shell::Cmd => walk.windows(text, false),
        shell => {
            let place = Place {
                last: true,
                ..Place::default()
            };
            walk.script(text, Lines::From(0), shell, place);
        }
    }
    effort.set(walk.effort);
    (walk.commands, walk.lost)
}
