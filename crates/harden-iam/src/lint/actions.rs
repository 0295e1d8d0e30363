//! Resolves the entries of `Action` to actions of services.

use super::{DocumentLinter, Finding, Rule};
use crate::document::{Effect, Part, Selector, Statement};
use crate::pattern::matches_ignoring_case;
use crate::table::{self, Action, known};

/// The entries of `Action` or `NotAction`, in their order.
pub(super) struct ActionEntry<'a> {
    /// The entry as it is written.
    pub(super) text: &'a str,
    pub(super) actions: Actions<'a>,
}

/// The actions that an entry matches.
pub(super) enum Actions<'a> {
    /// None: the entry matches no existing action. There is a finding for it already.
    Nothing,
    /// All actions, or actions of several services.
    Everything,
    /// One action, by its name.
    One(Action<'a>),
    /// The actions of one service that match a pattern; at least one.
    Some(Vec<Action<'a>>),
}

impl<'a> Actions<'a> {
    /// The actions; empty for [`Everything`](Self::Everything), which is not checked one by one.
    pub(super) fn list(&self) -> &[Action<'a>] {
        match self {
            Self::Nothing | Self::Everything => &[],
            Self::One(action) => std::slice::from_ref(action),
            Self::Some(actions) => actions,
        }
    }
}

impl<'a> ActionEntry<'a> {
    /// The name of the entry in findings.
    pub(super) fn name(&self) -> String {
        match &self.actions {
            Actions::One(action) => action.full_name(),
            _ => self.text.to_owned(),
        }
    }
}

impl<'a> DocumentLinter<'a> {
    /// Resolves the actions of a statement, and reports those that do not exist.
    pub(super) fn read_entries(
        &mut self,
        index: usize,
        statement: &'a Statement,
    ) -> Vec<ActionEntry<'a>> {
        let (Selector::Only(list) | Selector::Except(list)) = statement.actions();
        let allows =
            statement.effect() == Effect::Allow && matches!(statement.actions(), Selector::Only(_));
        let mut entries = Vec::with_capacity(list.len());
        for (at, text) in list.iter().enumerate() {
            let actions = self.read_entry(index, at, text);
            if allows {
                self.report_whole_service(index, at, text);
            }
            entries.push(ActionEntry { text, actions });
        }
        entries
    }

    fn read_entry(&mut self, index: usize, at: usize, text: &'a str) -> Actions<'a> {
        if text == "*" {
            return Actions::Everything;
        }
        let Some((prefix, name)) = text.split_once(':') else {
            let message = format!("`{text}` is no action: actions are resources `service:Name`.");
            let instead = "Write the service's prefix, a colon and the action's name.";
            self.report_unknown_action(index, at, text, message, Some(instead.to_owned()));
            return Actions::Nothing;
        };
        if prefix.contains(['*', '?']) {
            return self.match_across_services(index, at, text, prefix, name);
        }
        let Some(service) = self.service(prefix) else {
            self.report_unknown_service(index, at, text, prefix, name);
            return Actions::Nothing;
        };
        if !name.contains(['*', '?']) {
            if let Some(action) = service.action(name) {
                return Actions::One(action);
            }
            if known::is_unlisted(text) {
                let message = format!(
                    "AWS's reference does not list `{text}`, but AWS managed policies use it."
                );
                let finding = Finding::new(Rule::ActionUnlisted, message).of_action(text);
                self.report(finding, index, Part::Action(at));
                return Actions::Nothing;
            }
            let near = self.suggester.action(prefix, name, Some(service));
            let message = format!("The action `{text}` does not exist.");
            let instead = near.map(|near| format!("Did you mean `{near}`?"));
            self.report_unknown_action(index, at, text, message, instead);
            return Actions::Nothing;
        }
        let fits = |action: &Action<'_>| matches_ignoring_case(name, action.name());
        let actions: Vec<_> = service.actions().filter(fits).collect();
        if actions.is_empty() {
            let message = format!("No action of {} matches `{text}`.", service.prefix());
            let stem = name.replace(['*', '?'], "");
            let near = self.suggester.action(prefix, &stem, Some(service));
            let instead = near.map(|near| format!("The most similar action is `{near}`."));
            self.report_unknown_action(index, at, text, message, instead);
            return Actions::Nothing;
        }
        Actions::Some(actions)
    }

    fn match_across_services(
        &mut self,
        index: usize,
        at: usize,
        text: &str,
        prefix: &str,
        name: &str,
    ) -> Actions<'a> {
        let fits = |service: &&str| matches_ignoring_case(prefix, service);
        let mut services = table::services().filter(fits).filter_map(table::service);
        let some = name.chars().all(|c| c == '*') && !name.is_empty();
        let found = services.any(|service| {
            some || service
                .actions()
                .any(|action| matches_ignoring_case(name, action.name()))
        });
        if found {
            return Actions::Everything;
        }
        let message = format!("No action of any service matches `{text}`.");
        self.report_unknown_action(index, at, text, message, None);
        Actions::Nothing
    }

    fn report_unknown_service(
        &mut self,
        index: usize,
        at: usize,
        text: &str,
        prefix: &str,
        name: &str,
    ) {
        if known::is_retired(prefix) {
            let message = format!("The service of `{text}` is retired: the entry has no effect.");
            let finding = Finding::new(Rule::ServiceRetired, message)
                .of_action(text)
                .instead("Remove it.");
            self.report(finding, index, Part::Action(at));
            return;
        }
        if known::extends_service(prefix) {
            let message = format!(
                "The reference that this version knows does not list the service of `{text}`: it may be new, or withdrawn."
            );
            let finding = Finding::new(Rule::ActionUnlisted, message).of_action(text);
            self.report(finding, index, Part::Action(at));
            return;
        }
        let near = self.suggester.action(prefix, name, None);
        let message =
            format!("The service `{prefix}` does not exist, and neither does the action `{text}`.");
        let instead = near.map(|near| format!("Did you mean `{near}`?"));
        self.report_unknown_action(index, at, text, message, instead);
    }

    fn report_unknown_action(
        &mut self,
        index: usize,
        at: usize,
        text: &str,
        message: String,
        instead: Option<String>,
    ) {
        let mut finding = Finding::new(Rule::ActionUnknown, message).of_action(text);
        finding.instead = instead;
        self.report(finding, index, Part::Action(at));
    }

    fn report_whole_service(&mut self, index: usize, at: usize, text: &str) {
        let star = |name: &str| !name.is_empty() && name.chars().all(|c| c == '*');
        let whole = text
            .split_once(':')
            .map_or(star(text), |(_, name)| star(name));
        if whole && !self.kind.is_limit() {
            let what = match text.split_once(':') {
                Some((prefix, _)) if !prefix.contains('*') => format!("every action of {prefix}"),
                _ => "every action of every service".to_owned(),
            };
            let finding = Finding::new(Rule::WildcardAction, format!("`{text}` allows {what}."))
                .of_action(text)
                .instead("List the actions that are needed.");
            self.report(finding, index, Part::Action(at));
        }
    }

    pub(super) fn report(&mut self, finding: Finding, index: usize, part: Part) {
        self.findings.push(finding.at(self.policy, index, part));
    }
}
