//! Finds entries and statements whose effect another one already has.

use super::{DocumentLinter, Finding, Rule};
use crate::document::{Part, Selector, Statement};
use crate::pattern::{Token, matches, matches_ignoring_case, with_open_variables};

/// The maximum number of compared pairs. No policy that AWS accepts reaches it.
const MOST: usize = 500_000;

impl DocumentLinter<'_> {
    pub(super) fn check_redundancy(&mut self) {
        let policy = self.policy;
        let mut left = MOST;
        for (index, statement) in policy.statements().iter().enumerate() {
            let (Selector::Only(actions) | Selector::Except(actions)) = statement.actions();
            self.check_pairs(
                index,
                actions,
                "action",
                Part::Action,
                &mut left,
                |one, other| covers_action(&actions[one], &actions[other]),
            );
            if let Some(Selector::Only(list) | Selector::Except(list)) = statement.resources() {
                let version = policy.version();
                let patterns: Vec<Option<Vec<Token>>> = list
                    .iter()
                    .map(|text| (!text.contains("${")).then(|| with_open_variables(text, version)))
                    .collect();
                let covers = |one: usize, other: usize| {
                    list[one] == list[other]
                        || patterns[one]
                            .as_deref()
                            .is_some_and(|tokens| covers_text(&list[one], tokens, &list[other]))
                };
                self.check_pairs(index, list, "resource", Part::Resource, &mut left, covers);
            }
        }
        self.check_statements(&mut left);
    }

    fn check_pairs(
        &mut self,
        index: usize,
        list: &[String],
        what: &str,
        part: fn(usize) -> Part,
        left: &mut usize,
        covers: impl Fn(usize, usize) -> bool,
    ) {
        *left = left.saturating_sub(list.len().saturating_mul(list.len()));
        if *left == 0 {
            return;
        }
        for at in 0..list.len() {
            let by = (0..list.len()).find(|&by| {
                // Of two entries with the same effect the first one stays.
                by != at && covers(by, at) && (by < at || !covers(at, by))
            });
            if let Some(by) = by {
                let message = format!(
                    "The {what} `{}` is redundant: `{}` already covers it.",
                    list[at], list[by]
                );
                let mut finding = Finding::new(Rule::Redundant, message).instead("Remove it.");
                if what == "action" {
                    finding = finding.of_action(&list[at]);
                }
                self.report(finding, index, part(at));
            }
        }
    }

    /// Reports statements that another one covers: with the same effect, principals and conditions.
    fn check_statements(&mut self, left: &mut usize) {
        let policy = self.policy;
        let all = policy.statements();
        for (index, statement) in all.iter().enumerate() {
            let by = all.iter().enumerate().find(|(by, other)| {
                *by != index
                    && is_alike(statement, other)
                    && self.covers_statement(other, statement, left)
                    && (*by < index || !self.covers_statement(statement, other, left))
            });
            if let Some((by, _)) = by {
                let message = format!(
                    "The statement is redundant: {} already has its effect.",
                    policy.reference(by)
                );
                let finding = Finding::new(Rule::Redundant, message).instead("Remove it.");
                self.report(finding, index, Part::Effect);
            }
        }
    }

    fn covers_statement(&self, wide: &Statement, narrow: &Statement, left: &mut usize) -> bool {
        let (Selector::Only(actions), Selector::Only(inner)) = (wide.actions(), narrow.actions())
        else {
            return wide.actions() == narrow.actions() && wide.resources() == narrow.resources();
        };
        *left = left.saturating_sub(actions.len().saturating_mul(inner.len()));
        if *left == 0 || inner.is_empty() {
            return false;
        }
        let named = inner
            .iter()
            .all(|one| actions.iter().any(|wide| covers_action(wide, one)));
        named
            && match (wide.resources(), narrow.resources()) {
                (Some(Selector::Only(wide)), Some(Selector::Only(narrow))) => {
                    *left = left.saturating_sub(wide.len().saturating_mul(narrow.len()));
                    let version = self.policy.version();
                    let covered = |one: &String| {
                        wide.iter().any(|wide| {
                            wide == one
                                || (!wide.contains("${")
                                    && wide.contains('*')
                                    && covers_text(wide, &with_open_variables(wide, version), one))
                        })
                    };
                    *left > 0 && narrow.iter().all(covered)
                }
                (wide, narrow) => wide == narrow,
            }
    }
}

/// Whether two statements differ only in their actions and resources.
fn is_alike(one: &Statement, other: &Statement) -> bool {
    one.effect() == other.effect()
        && one.principal() == other.principal()
        && one.conditions() == other.conditions()
}

/// Whether a pattern of actions includes every action of another one. A `*` of the inner pattern is
/// compared as a character, which only a `*` of the outer one matches.
fn covers_action(wide: &str, narrow: &str) -> bool {
    if !wide.contains('*') && !wide.contains('?') {
        return wide.eq_ignore_ascii_case(narrow);
    }
    let exact = wide.contains('?') && narrow.contains(['*', '?']);
    !exact && matches_ignoring_case(wide, narrow)
}

/// As [`covers_action`], for resources.
fn covers_text(text: &str, tokens: &[Token], narrow: &str) -> bool {
    if !text.contains('*') || (text.contains('?') && narrow.contains(['*', '?'])) {
        return text == narrow;
    }
    matches(tokens, narrow.chars())
}
