//! Finds the statements of one policy that match a request.

use crate::condition::{holds, resolve};
use crate::document::{Effect, Policy, Selector, Statement, Version};
use crate::pattern::{Token, action_matches, contains, overlaps};
use crate::request::RequestKeys;
use crate::truth::Truth;
use crate::variable::split_variables;

/// The index of the first matching statement of each sort. A statement that only may match has the
/// reason: what is unknown.
#[derive(Default)]
pub(super) struct StatementMatches {
    pub(super) allow: Option<usize>,
    pub(super) maybe_allow: Option<(usize, String)>,
    pub(super) deny: Option<usize>,
    pub(super) maybe_deny: Option<(usize, String)>,
}

/// The resource that a request names.
pub(super) enum RequestedResource<'a> {
    /// One resource.
    One(&'a str),
    /// A pattern of resources; the question is whether some of them can be accessed. An Allow counts
    /// if it matches some of them. A Deny counts only if it matches all of them: otherwise one of the
    /// others can still be accessed.
    AnyOf(&'a [Token]),
}

/// Matches all statements. `who` decides whether a statement's principal element includes the caller.
pub(super) fn match_statements(
    policy: &Policy,
    who: impl Fn(&Statement) -> Truth,
    action: &str,
    asked: &RequestedResource<'_>,
    view: &RequestKeys<'_>,
) -> StatementMatches {
    let mut found = StatementMatches::default();
    let version = policy.version();
    for (index, statement) in policy.statements().iter().enumerate() {
        let applies = who(statement)
            .and(|| statement.matches_action(action).into())
            .and(|| resource_applies(statement, asked, version, view))
            .and(|| {
                let conditions = statement.conditions().iter();
                Truth::all(conditions.map(|one| holds(one, version, view)))
            });
        let (certain, maybe) = match statement.effect() {
            Effect::Allow => (&mut found.allow, &mut found.maybe_allow),
            Effect::Deny => (&mut found.deny, &mut found.maybe_deny),
        };
        match applies {
            Truth::True => {
                certain.get_or_insert(index);
            }
            Truth::Unknown(key) => {
                maybe.get_or_insert((index, key));
            }
            Truth::False => {}
        }
    }
    found
}

impl Statement {
    /// Whether the statement is about an action: `Action` names it, or `NotAction` does not. Case
    /// does not matter (IAM User Guide, "IAM JSON policy elements: Action" and "... NotAction").
    pub fn matches_action(&self, action: &str) -> bool {
        let is_named = |list: &[String]| list.iter().any(|pattern| action_matches(pattern, action));
        match self.actions() {
            Selector::Only(list) => is_named(list),
            Selector::Except(list) => !is_named(list),
        }
    }
}

fn resource_applies(
    statement: &Statement,
    asked: &RequestedResource<'_>,
    version: Version,
    view: &RequestKeys<'_>,
) -> Truth {
    // `whole`: the pattern must contain all requested resources, not only overlap them. Under
    // `NotResource` the roles of Allow and Deny are swapped.
    let named = |list: &[String], negated, whole| {
        Truth::any(list.iter().map(|pattern| {
            let mut pattern = resolve(&split_variables(pattern, version), view, true);
            pattern.within_segments();
            match asked {
                RequestedResource::One(resource) => pattern.matches(resource, negated),
                RequestedResource::AnyOf(all) if whole => {
                    pattern.apply_gaps(contains(pattern.tokens(), all), negated)
                }
                RequestedResource::AnyOf(all) => {
                    pattern.apply_gaps(overlaps(pattern.tokens(), all), negated)
                }
            }
        }))
    };
    let deny = statement.effect() == Effect::Deny;
    match statement.resources() {
        None => Truth::True,
        Some(Selector::Only(list)) => named(list, false, deny),
        Some(Selector::Except(list)) => named(list, true, !deny).not(),
    }
}
