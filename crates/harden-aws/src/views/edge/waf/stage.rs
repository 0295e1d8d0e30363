//! A rule at its place in the evaluation order of a web ACL.

use crate::resources::{Action, WafRule};

/// A rule at its place.
#[derive(Debug)]
pub(crate) struct Stage<'a> {
    pub(crate) rule: &'a WafRule,
    /// The rule's name, with its group's.
    pub(crate) shown: String,
    /// What it does, overrides of its group applied; nothing for a group that can't be looked into.
    pub(super) action: Option<&'a Action>,
    /// Whether it only counts, since the group that it is or is in is overridden.
    pub(crate) counted: bool,
}

impl Stage<'_> {
    /// Whether it ends a request by this action.
    pub(crate) fn does(&self, action: &str) -> bool {
        !self.counted && self.action.is_some_and(|a| a.name() == action)
    }

    /// A rule of a group of AWS or of the marketplace that is overridden to Allow: what it finds
    /// ends there, and no later rule sees it.
    pub(super) fn lets_in(&self) -> Option<&str> {
        let group = self.rule.statement.managed_rule_group_statement.as_ref()?;
        let mut overrides = group.rule_action_overrides.iter();
        let allowed = overrides.find(|rule| rule.action_to_use.name() == "Allow");
        allowed.filter(|_| !self.counted).map(|rule| &*rule.name)
    }

    /// The action, in words.
    pub(crate) fn action(&self) -> &str {
        match self.action {
            _ if self.counted => "Count",
            Some(action) => action.name(),
            None => "None",
        }
    }
}
