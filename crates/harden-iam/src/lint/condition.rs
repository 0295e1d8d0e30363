//! Conditions of a statement: their keys, operators and values.

use super::meaning::{Actions, Meaning};
use super::{Finding, Judge, Rule};
use crate::condition::{Comparison, Operator, Quantifier, if_absent, is_readable};
use crate::document::{Condition, Effect, Part, Selector, Statement};
use crate::table::{KeyType, Service, known};
use crate::truth::Truth;
use crate::variable::{Piece, split_variables};

/// All operators without prefix and suffix.
const OPERATORS: &[&str] = &[
    "StringEquals",
    "StringNotEquals",
    "StringEqualsIgnoreCase",
    "StringNotEqualsIgnoreCase",
    "StringLike",
    "StringNotLike",
    "NumericEquals",
    "NumericNotEquals",
    "NumericLessThan",
    "NumericLessThanEquals",
    "NumericGreaterThan",
    "NumericGreaterThanEquals",
    "DateEquals",
    "DateNotEquals",
    "DateLessThan",
    "DateLessThanEquals",
    "DateGreaterThan",
    "DateGreaterThanEquals",
    "Bool",
    "BinaryEquals",
    "IpAddress",
    "NotIpAddress",
    "ArnEquals",
    "ArnLike",
    "ArnNotEquals",
    "ArnNotLike",
    "Null",
];

fn is_arn(value: &str) -> bool {
    value.starts_with("arn:")
}

impl<'a> Judge<'a> {
    pub(super) fn conditions(
        &mut self,
        index: usize,
        statement: &'a Statement,
        meanings: &[Meaning<'a>],
    ) {
        let mut services: Vec<&'a Service> = Vec::new();
        for action in meanings.iter().filter_map(|one| one.actions.list().first()) {
            let same = |known: &&Service| known.prefix() == action.prefix();
            if !services.iter().any(same) {
                services.push(action.service());
            }
        }
        for (at, condition) in statement.conditions().iter().enumerate() {
            let Some(operator) = Operator::parse(condition.operator()) else {
                self.no_operator(index, at, condition);
                continue;
            };
            match self.key_type(condition.key(), &services) {
                Some(kind) => {
                    self.fit(index, at, condition, operator, kind);
                    if matches!(statement.actions(), Selector::Only(_)) {
                        self.called(index, statement, condition, operator, meanings, &services);
                    }
                }
                None => self.no_key(index, at, condition, &services),
            }
            self.values(index, at, statement, condition, operator);
        }
    }

    fn no_operator(&mut self, index: usize, at: usize, condition: &Condition) {
        let name = condition.operator();
        let bare = name.rsplit(':').next().unwrap_or_default();
        let bare = bare.strip_suffix("IfExists").unwrap_or(bare);
        let near = self.near.of(bare, OPERATORS.iter().copied());
        let message = format!("There is no condition operator `{name}`.");
        let mut finding = Finding::new(Rule::OperatorUnknown, message);
        finding.instead = near.map(|near| match bare == near {
            true => format!("Write `{near}` by itself."),
            false => format!("Probably `{near}` is meant."),
        });
        self.say(finding, index, Part::Operator(at));
    }

    fn no_key(&mut self, index: usize, at: usize, condition: &Condition, called: &[&Service]) {
        let key = condition.key();
        let prefix = key.split(':').next().unwrap_or_default();
        let own = self.service(prefix).into_iter();
        let services = own.chain(called.first().copied());
        let mut names: Vec<&str> = known::global_keys().collect();
        names.extend(services.flat_map(Service::keys));
        let near = self.near.of(key, names.into_iter());
        let message = format!("There is no condition key `{key}`: it is never in a request.");
        let mut finding = Finding::new(Rule::ConditionKeyUnknown, message);
        finding.instead = near.map(|near| format!("Probably `{near}` is meant."));
        self.say(finding, index, Part::Key(at));
    }

    /// Whether each action is called with the key; what that means depends on what the operator
    /// makes of a key that is not there.
    fn called(
        &mut self,
        index: usize,
        statement: &Statement,
        condition: &Condition,
        operator: Operator,
        meanings: &[Meaning<'a>],
        services: &[&Service],
    ) {
        // `IfExists` is how one statement serves actions with the key and without.
        if operator.if_exists {
            return;
        }
        let key = condition.key();
        let callers = self.callers(key, services);
        let outcome = match (statement.effect(), if_absent(condition, operator)) {
            (Effect::Allow, Truth::False) => "can never be allowed by this",
            (Effect::Allow, Truth::True) => "is not narrowed by that condition",
            (Effect::Deny, Truth::False) => "can never be denied by this",
            (Effect::Deny, Truth::True) => "is denied whatever the condition says",
            (_, Truth::Unknown(_)) => return,
        };
        for (at, meaning) in meanings.iter().enumerate() {
            let list = meaning.actions.list();
            if !self.spend(list.len() + 1) {
                return;
            }
            if list.is_empty() || list.iter().any(|action| callers.has(action)) {
                continue;
            }
            let name = meaning.name();
            let called = match &meaning.actions {
                Actions::One(_) => "is never called",
                _ => "stands for actions that are never called",
            };
            let message = format!(
                "`{name}` {called} with `{key}`: under {} it {outcome}.",
                condition.operator()
            );
            let finding = Finding::new(Rule::ConditionKeyUnsupported, message)
                .of_action(name)
                .instead("Put it into a statement of its own without that condition.");
            self.say(finding, index, Part::Action(at));
        }
    }

    /// Whether the operator is made for what the key holds.
    fn fit(
        &mut self,
        index: usize,
        at: usize,
        condition: &Condition,
        operator: Operator,
        kind: KeyType,
    ) {
        let (name, key) = (condition.operator(), condition.key());
        let text = matches!(
            operator.comparison,
            Comparison::Text { .. } | Comparison::Like
        );
        let fits = match (kind, operator.comparison) {
            (KeyType::Unknown, _) | (_, Comparison::Null) => true,
            // Text may hold an ARN, as the values then say.
            (KeyType::Text { .. }, Comparison::Arn) => {
                condition.values().iter().all(|one| is_arn(one))
            }
            (KeyType::Text { .. }, _) => text,
            (KeyType::Arn { .. }, kind) => text || kind == Comparison::Arn,
            (KeyType::Bool { .. }, kind) => kind == Comparison::Bool,
            (KeyType::Numeric, kind) => matches!(kind, Comparison::Numeric(_)),
            // `aws:EpochTime` is a number of seconds as well.
            (KeyType::Date, kind) => matches!(kind, Comparison::Date(_) | Comparison::Numeric(_)),
            (KeyType::Ip, kind) => kind == Comparison::Ip,
            (KeyType::Binary, kind) => kind == Comparison::Binary,
        };
        let fitting = match kind {
            KeyType::Unknown => return,
            KeyType::Text { .. } => "StringEquals or StringLike",
            KeyType::Arn { .. } => "ArnEquals or ArnLike",
            KeyType::Bool { .. } => "Bool",
            KeyType::Numeric => "NumericEquals and its kin",
            KeyType::Date => "DateEquals and its kin",
            KeyType::Ip => "IpAddress",
            KeyType::Binary => "BinaryEquals",
        };
        let words = kind.words();
        if !fits {
            let message = format!("`{key}` holds {words}, which {name} does not compare.");
            let finding =
                Finding::new(Rule::OperatorMismatch, message).instead(format!("Use {fitting}."));
            self.say(finding, index, Part::Operator(at));
        } else if matches!(kind, KeyType::Arn { .. }) && text {
            let message = format!("`{key}` holds {words}: {name} compares it as text.");
            let finding =
                Finding::new(Rule::ArnOperator, message).instead(format!("Use {fitting}."));
            self.say(finding, index, Part::Operator(at));
        }
        if kind.is_many()
            && operator.quantifier.is_none()
            && operator.comparison != Comparison::Null
        {
            let message =
                format!("`{key}` holds {words}: which of them {name} compares is not documented.");
            let instead = format!("Use ForAnyValue:{name} or ForAllValues:{name}.");
            let finding = Finding::new(Rule::OperatorMismatch, message).instead(instead);
            self.say(finding, index, Part::Operator(at));
        }
    }

    /// Whether the operator can compare the values.
    fn values(
        &mut self,
        index: usize,
        at: usize,
        statement: &Statement,
        condition: &Condition,
        operator: Operator,
    ) {
        let name = condition.operator();
        let version = self.policy.version();
        if condition.values().is_empty() {
            let message = format!("{name} of `{}` has no values.", condition.key());
            let finding = Finding::new(Rule::ValueMalformed, message);
            self.say(finding, index, Part::Key(at));
        }
        let variable = |text: &str| {
            let mut pieces = split_variables(text, version).into_iter();
            pieces.any(|piece| !matches!(piece, Piece::Text(_)))
        };
        for (value, text) in condition.values().iter().enumerate() {
            if !variable(text) && !is_readable(operator.comparison, text) {
                let message = format!("`{text}` is nothing that {name} can compare.");
                let finding = Finding::new(Rule::ValueMalformed, message);
                self.say(finding, index, Part::Value(at, value));
            }
        }
        let literal = matches!(operator.comparison, Comparison::Text { .. }) && !operator.negated;
        if !literal || operator.quantifier == Some(Quantifier::All) {
            return;
        }
        let star = |text: &String| {
            let mut pieces = split_variables(text, version).into_iter();
            pieces.any(|piece| matches!(piece, Piece::Text(text) if text.contains('*')))
        };
        let dead = condition.values().iter().all(star) && !operator.if_exists;
        for (value, text) in condition
            .values()
            .iter()
            .enumerate()
            .filter(|(_, text)| star(text))
        {
            let never = match (dead, statement.effect()) {
                (true, Effect::Allow) => ": the statement can never allow anything",
                (true, Effect::Deny) => ": the statement can never deny anything",
                (false, _) => "",
            };
            let message = format!("Under {name} the star of `{text}` is only a star{never}.");
            let rule = if dead {
                Rule::GrantDead
            } else {
                Rule::ValueMalformed
            };
            let like = name
                .replace("EqualsIgnoreCase", "Like")
                .replace("Equals", "Like");
            let finding = Finding::new(rule, message).instead(format!("Use {like}."));
            self.say(finding, index, Part::Value(at, value));
        }
    }
}
