//! A rule in the evaluation order of a web ACL.

use crate::resources::{Action, WafRule};

/// A rule in the evaluation order.
#[derive(Debug)]
pub(crate) struct OrderedRule<'a> {
    pub(crate) rule: &'a WafRule,
    /// The name of the rule, and of its rule group if any.
    pub(crate) label: String,
    /// The action after the overrides of its rule group. `None` for a managed rule group, which has
    /// an action for each of its rules.
    pub(super) action: Option<&'a Action>,
    /// Whether it only counts: it is, or is in, a rule group that is overridden to Count.
    pub(crate) only_counts: bool,
}

impl OrderedRule<'_> {
    /// Whether it ends the evaluation of a request with this action.
    pub(crate) fn does(&self, action: &str) -> bool {
        !self.only_counts && self.action.is_some_and(|a| a.name() == action)
    }

    /// The rule of a managed rule group that is overridden to Allow. The requests that it matches end
    /// there: no later rule evaluates them.
    pub(super) fn allow_override(&self) -> Option<&str> {
        let group = self.rule.statement.managed_rule_group_statement.as_ref()?;
        let mut overrides = group.rule_action_overrides.iter();
        let allowed = overrides.find(|rule| rule.action_to_use.name() == "Allow");
        allowed
            .filter(|_| !self.only_counts)
            .map(|rule| &*rule.name)
    }

    /// The name of the action.
    pub(crate) fn action(&self) -> &str {
        match self.action {
            _ if self.only_counts => "Count",
            Some(action) => action.name(),
            None => "None",
        }
    }
}
