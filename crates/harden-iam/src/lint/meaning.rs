//! What a pattern of actions stands for.

use super::{Finding, Judge, Rule};
use crate::document::{Effect, Part, Selector, Statement};
use crate::pattern::matches_ignoring_case;
use crate::table::{self, Action, known};

/// The entries of `Action` or `NotAction`, in their order.
pub(super) struct Meaning<'a> {
    /// As it stands.
    pub(super) text: &'a str,
    pub(super) actions: Actions<'a>,
}

/// What an entry stands for.
pub(super) enum Actions<'a> {
    /// Nothing that exists; said already.
    Nothing,
    /// All actions, or those of several services.
    Everything,
    /// One, by its name.
    One(Action<'a>),
    /// Those of one service that fit a pattern; at least one.
    Some(Vec<Action<'a>>),
}

impl<'a> Actions<'a> {
    /// All of them; nothing if they are too many to be looked at one by one.
    pub(super) fn list(&self) -> &[Action<'a>] {
        match self {
            Self::Nothing | Self::Everything => &[],
            Self::One(action) => std::slice::from_ref(action),
            Self::Some(actions) => actions,
        }
    }
}

impl<'a> Meaning<'a> {
    /// What a finding about the entry calls it.
    pub(super) fn name(&self) -> String {
        match &self.actions {
            Actions::One(action) => action.full_name(),
            _ => self.text.to_owned(),
        }
    }
}

impl<'a> Judge<'a> {
    /// What the actions of a statement stand for; says what does not exist.
    pub(super) fn meanings(&mut self, index: usize, statement: &'a Statement) -> Vec<Meaning<'a>> {
        let (Selector::Only(list) | Selector::Except(list)) = statement.actions();
        let allows =
            statement.effect() == Effect::Allow && matches!(statement.actions(), Selector::Only(_));
        let mut meanings = Vec::with_capacity(list.len());
        for (at, text) in list.iter().enumerate() {
            let actions = self.meaning(index, at, text);
            if allows {
                self.whole_service(index, at, text);
            }
            meanings.push(Meaning { text, actions });
        }
        meanings
    }

    fn meaning(&mut self, index: usize, at: usize, text: &'a str) -> Actions<'a> {
        if text == "*" {
            return Actions::Everything;
        }
        let Some((prefix, name)) = text.split_once(':') else {
            let message = format!("`{text}` is no action: actions are written `service:Name`.");
            let instead = "Write the service's prefix, a colon and the action's name.";
            self.unknown(index, at, text, message, Some(instead.to_owned()));
            return Actions::Nothing;
        };
        if prefix.contains(['*', '?']) {
            return self.across_services(index, at, text, prefix, name);
        }
        let Some(service) = self.service(prefix) else {
            self.no_service(index, at, text, prefix, name);
            return Actions::Nothing;
        };
        if !name.contains(['*', '?']) {
            if let Some(action) = service.action(name) {
                return Actions::One(action);
            }
            if known::is_unlisted(text) {
                let message = format!(
                    "AWS's reference does not list `{text}`, which its own managed policies name."
                );
                let finding = Finding::new(Rule::ActionUnlisted, message).of_action(text);
                self.say(finding, index, Part::Action(at));
                return Actions::Nothing;
            }
            let near = self.near.action(prefix, name, Some(service));
            let message = format!("The action `{text}` does not exist.");
            let instead = near.map(|near| format!("Probably `{near}` is meant."));
            self.unknown(index, at, text, message, instead);
            return Actions::Nothing;
        }
        let fits = |action: &Action<'_>| matches_ignoring_case(name, action.name());
        let actions: Vec<_> = service.actions().filter(fits).collect();
        if actions.is_empty() {
            let message = format!("No action of {} fits `{text}`.", service.prefix());
            let stem = name.replace(['*', '?'], "");
            let near = self.near.action(prefix, &stem, Some(service));
            let instead = near.map(|near| format!("The nearest action is `{near}`."));
            self.unknown(index, at, text, message, instead);
            return Actions::Nothing;
        }
        Actions::Some(actions)
    }

    fn across_services(
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
        let message = format!("No action of any service fits `{text}`.");
        self.unknown(index, at, text, message, None);
        Actions::Nothing
    }

    fn no_service(&mut self, index: usize, at: usize, text: &str, prefix: &str, name: &str) {
        if known::is_retired(prefix) {
            let message = format!("The service of `{text}` has been retired: the entry is idle.");
            let finding = Finding::new(Rule::ServiceRetired, message)
                .of_action(text)
                .instead("Leave it out.");
            self.say(finding, index, Part::Action(at));
            return;
        }
        let near = self.near.action(prefix, name, None);
        let message =
            format!("There is no service `{prefix}`: the action `{text}` does not exist.");
        let instead = near.map(|near| format!("Probably `{near}` is meant."));
        self.unknown(index, at, text, message, instead);
    }

    fn unknown(
        &mut self,
        index: usize,
        at: usize,
        text: &str,
        message: String,
        instead: Option<String>,
    ) {
        let mut finding = Finding::new(Rule::ActionUnknown, message).of_action(text);
        finding.instead = instead;
        self.say(finding, index, Part::Action(at));
    }

    fn whole_service(&mut self, index: usize, at: usize, text: &str) {
        let star = |name: &str| !name.is_empty() && name.chars().all(|c| c == '*');
        let whole = text
            .split_once(':')
            .map_or(star(text), |(_, name)| star(name));
        if whole {
            let what = match text.split_once(':') {
                Some((prefix, _)) if !prefix.contains('*') => format!("every action of {prefix}"),
                _ => "every action of every service".to_owned(),
            };
            let finding = Finding::new(Rule::WildcardAction, format!("`{text}` allows {what}."))
                .of_action(text)
                .instead("Name the actions that are called.");
            self.say(finding, index, Part::Action(at));
        }
    }

    pub(super) fn say(&mut self, finding: Finding, index: usize, part: Part) {
        self.findings.push(finding.at(self.policy, index, part));
    }
}
