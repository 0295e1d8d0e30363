//! Leaves out findings that the user does not want or has accepted, and combines those that are the same.

use harden_iam::Pattern;
use serde::Deserialize;

use crate::args::iam::LintArgs;
use crate::commands::iam::report::Found;
use crate::failure::{Context as _, Failure};
use crate::input;

/// Which findings are reported.
#[derive(Default)]
pub(super) struct Filter {
    select: Vec<String>,
    ignore: Vec<String>,
    accepted: Vec<Accepted>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AcceptedFile {
    #[serde(default)]
    ignore: Vec<Accepted>,
}

/// A finding that is accepted.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Accepted {
    rule: String,
    /// The file, with `*` for any text; every file if it is missing.
    file: Option<String>,
    /// The Sid of the statement; every statement if it is missing.
    sid: Option<String>,
    reason: String,
}

impl Filter {
    pub(super) fn read(args: &LintArgs) -> Result<Self, Failure> {
        let accepted = match &args.ignore_file {
            None => Vec::new(),
            Some(path) => {
                let shown = path.display();
                let text = input::read_text(path, input::MAX_CONFIG)?;
                let file: AcceptedFile =
                    toml::from_str(&text).context(format!("{shown} is not valid"))?;
                let empty = |one: &&Accepted| one.reason.trim().is_empty();
                if let Some(one) = file.ignore.iter().find(empty) {
                    return Err(Failure::new(format!(
                        "{shown}: the entry for {} has no reason",
                        one.rule
                    )));
                }
                let known = |id: &str| {
                    harden_iam::lint::Rule::ALL
                        .iter()
                        .any(|rule| rule.id() == id)
                };
                if let Some(one) = file.ignore.iter().find(|one| !known(&one.rule)) {
                    return Err(Failure::new(format!(
                        "{shown}: there is no rule `{}`",
                        one.rule
                    )));
                }
                file.ignore
            }
        };
        Ok(Self {
            select: args.select.clone(),
            ignore: args.ignore.clone(),
            accepted,
        })
    }

    pub(super) fn keeps(&self, found: &Found) -> bool {
        let id = found.finding.rule.id();
        let selected = self.select.is_empty() || self.select.iter().any(|one| one == id);
        let sid = found
            .finding
            .statement
            .as_ref()
            .and_then(|one| one.sid.as_deref());
        let accepted = self.accepted.iter().any(|one| {
            one.rule == id
                && one
                    .file
                    .as_deref()
                    .is_none_or(|file| Pattern::text(file).matches(&found.file))
                && (one.sid.is_none() || one.sid.as_deref() == sid)
        });
        selected && !accepted && !self.ignore.iter().any(|one| one == id)
    }
}

/// The number of findings of one rule in one statement that are reported one by one.
const ALONE: usize = 5;

/// Combines more than [`ALONE`] findings of one rule about the actions of one statement.
pub(super) fn combine(found: Vec<Found>) -> Vec<Found> {
    let same = |one: &Found, other: &Found| {
        one.input == other.input
            && one.document == other.document
            && one.finding.rule == other.finding.rule
            && one.finding.statement.is_some()
            && one.finding.statement == other.finding.statement
            && one.finding.action.is_some()
            && other.finding.action.is_some()
    };
    let mut combined: Vec<(Found, Vec<String>)> = Vec::with_capacity(found.len());
    // The findings of one statement are near each other.
    for one in found {
        let action = one.finding.action.clone().unwrap_or_default();
        let start = combined.len().saturating_sub(200);
        match combined[start..]
            .iter_mut()
            .find(|(first, _)| same(first, &one))
        {
            Some((_, others)) if others.len() >= ALONE => others.push(action),
            _ => combined.push((one, Vec::new())),
        }
        // Count the findings of the same statement, so that the sixth one joins the fifth.
        let Some((last, _)) = combined.last() else {
            continue;
        };
        let count = combined[start..]
            .iter()
            .filter(|(other, _)| same(other, last))
            .count();
        if count > ALONE {
            merge_last(&mut combined, start, &same);
        }
    }
    combined
        .into_iter()
        .map(|(one, others)| with_others(one, &others))
        .collect()
}

/// Joins all findings that are the same as the last one into the first of them.
fn merge_last(
    combined: &mut Vec<(Found, Vec<String>)>,
    start: usize,
    same: &dyn Fn(&Found, &Found) -> bool,
) {
    let Some((last, _)) = combined.pop() else {
        return;
    };
    let mut actions = Vec::new();
    let mut first = None;
    let mut at = start;
    while at < combined.len() {
        if same(&combined[at].0, &last) {
            if first.is_none() {
                first = Some(at);
                at += 1;
                continue;
            }
            let (one, others) = combined.remove(at);
            actions.extend(one.finding.action);
            actions.extend(others);
        } else {
            at += 1;
        }
    }
    actions.extend(last.finding.action);
    if let Some((_, others)) = first.and_then(|at| combined.get_mut(at)) {
        others.extend(actions);
    }
}

fn with_others(mut one: Found, others: &[String]) -> Found {
    const SHOWN: usize = 8;
    if others.is_empty() {
        return one;
    }
    let names: Vec<String> = others
        .iter()
        .take(SHOWN)
        .map(|name| format!("`{name}`"))
        .collect();
    let more = match others.len().checked_sub(SHOWN) {
        Some(more) if more > 0 => format!(" and {more} more"),
        _ => String::new(),
    };
    one.finding.message.push_str(&format!(
        " The same is true for {} other actions of the statement: {}{more}.",
        others.len(),
        names.join(", ")
    ));
    one
}
