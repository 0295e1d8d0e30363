//! Conditions of a statement: their keys, operators and values.

use super::actions::{ActionEntry, Actions};
use super::{DocumentLinter, Finding, Rule};
use crate::condition::{Comparison, Operator, Quantifier, holds_if_absent, is_readable};
use crate::document::{Condition, Effect, Part, Selector, Statement};
use crate::table::{KeyType, Service, known};
use crate::truth::Truth;
use crate::variable::{Piece, split_variables};

/// All operators, without prefix and suffix.
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

impl<'a> DocumentLinter<'a> {
    pub(super) fn check_conditions(
        &mut self,
        index: usize,
        statement: &'a Statement,
        entries: &[ActionEntry<'a>],
    ) {
        let mut services: Vec<&'a Service> = Vec::new();
        for action in entries.iter().filter_map(|one| one.actions.list().first()) {
            let same = |known: &&Service| known.prefix() == action.prefix();
            if !services.iter().any(same) {
                services.push(action.service());
            }
        }
        self.check_keys_are_unique(index, statement);
        for (at, condition) in statement.conditions().iter().enumerate() {
            let Some(operator) = Operator::parse(condition.operator()) else {
                self.report_unknown_operator(index, at, condition);
                continue;
            };
            match self.key_type(condition.key(), &services) {
                Some(kind) => {
                    self.check_operator_type(index, at, condition, operator, kind);
                    self.check_quantifier(index, at, condition, operator, kind);
                    if matches!(statement.actions(), Selector::Only(_)) {
                        self.check_key_is_supported(
                            index, statement, condition, operator, entries, &services,
                        );
                    }
                }
                None => self.report_unknown_key(index, at, condition, &services),
            }
            self.check_values(index, at, statement, condition, operator);
            self.check_meaning(index, at, condition, operator);
        }
    }

    fn report_unknown_operator(&mut self, index: usize, at: usize, condition: &Condition) {
        let name = condition.operator();
        let bare = name.rsplit(':').next().unwrap_or_default();
        let bare = bare.strip_suffix("IfExists").unwrap_or(bare);
        let near = self.suggester.of(bare, OPERATORS.iter().copied());
        let message = format!("The condition operator `{name}` does not exist.");
        let mut finding = Finding::new(Rule::OperatorUnknown, message);
        finding.instead = near.map(|near| match bare == near {
            true => format!("Use `{near}` without a prefix or suffix."),
            false => format!("Did you mean `{near}`?"),
        });
        self.report(finding, index, Part::Operator(at));
    }

    fn report_unknown_key(
        &mut self,
        index: usize,
        at: usize,
        condition: &Condition,
        called: &[&Service],
    ) {
        let key = condition.key();
        let prefix = key.split(':').next().unwrap_or_default();
        let own = self.service(prefix).into_iter();
        let services = own.chain(called.first().copied());
        let mut names: Vec<&str> = known::global_keys().collect();
        names.extend(services.flat_map(Service::keys));
        let near = self.suggester.of(key, names.into_iter());
        let message =
            format!("The condition key `{key}` does not exist: it is never in a request.");
        let mut finding = Finding::new(Rule::ConditionKeyUnknown, message);
        finding.instead = near.map(|near| format!("Did you mean `{near}`?"));
        self.report(finding, index, Part::Key(at));
    }

    /// Reports actions that do not support the key. The consequence depends on whether the operator
    /// matches a request without the key.
    fn check_key_is_supported(
        &mut self,
        index: usize,
        statement: &Statement,
        condition: &Condition,
        operator: Operator,
        entries: &[ActionEntry<'a>],
        services: &[&Service],
    ) {
        // `IfExists` is the documented way to combine actions with and without the key in one
        // statement ("Condition operators", ...IfExists).
        if operator.if_exists {
            return;
        }
        let key = condition.key();
        let supporting = self.supporting_actions(key, services);
        let outcome = match (statement.effect(), holds_if_absent(condition, operator)) {
            (Effect::Allow, Truth::False) => "can never be allowed by this statement",
            (Effect::Allow, Truth::True) => "is not restricted by this condition",
            (Effect::Deny, Truth::False) => "can never be denied by this statement",
            (Effect::Deny, Truth::True) => "is always denied, regardless of the condition",
            (_, Truth::Unknown(_)) => return,
        };
        for (at, entry) in entries.iter().enumerate() {
            let list = entry.actions.list();
            if !self.spend(list.len() + 1) {
                return;
            }
            if list.is_empty() || list.iter().any(|action| supporting.includes(action)) {
                continue;
            }
            let name = entry.name();
            let called = match &entry.actions {
                Actions::One(_) => "is never called",
                _ => "matches only actions that are never called",
            };
            let message = format!(
                "`{name}` {called} with `{key}`: with {} it {outcome}.",
                condition.operator()
            );
            let finding = Finding::new(Rule::ConditionKeyUnsupported, message)
                .of_action(name)
                .instead("Move it to a separate statement without this condition.");
            self.report(finding, index, Part::Action(at));
        }
    }

    /// Reports an operator that compares another type than the key has.
    fn check_operator_type(
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
            // A key of type String can contain an ARN; the values show whether it does.
            (KeyType::Text { .. }, Comparison::Arn) => {
                condition.values().iter().all(|one| is_arn(one))
            }
            (KeyType::Text { .. }, _) => text,
            (KeyType::Arn { .. }, kind) => text || kind == Comparison::Arn,
            (KeyType::Bool { .. }, kind) => kind == Comparison::Bool,
            (KeyType::Numeric, kind) => matches!(kind, Comparison::Numeric(_)),
            // `aws:EpochTime` is a date and also a number of seconds.
            (KeyType::Date, kind) => matches!(kind, Comparison::Date(_) | Comparison::Numeric(_)),
            (KeyType::Ip, kind) => kind == Comparison::Ip,
            (KeyType::Binary, kind) => kind == Comparison::Binary,
        };
        let fitting = match kind {
            KeyType::Unknown => return,
            KeyType::Text { .. } => "StringEquals or StringLike",
            KeyType::Arn { .. } => "ArnEquals or ArnLike",
            KeyType::Bool { .. } => "Bool",
            KeyType::Numeric => "NumericEquals or another numeric operator",
            KeyType::Date => "DateEquals or another date operator",
            KeyType::Ip => "IpAddress",
            KeyType::Binary => "BinaryEquals",
        };
        let words = kind.description();
        if !fits {
            let message = format!("`{key}` contains {words}, which {name} cannot compare.");
            let finding =
                Finding::new(Rule::OperatorMismatch, message).instead(format!("Use {fitting}."));
            self.report(finding, index, Part::Operator(at));
        } else if matches!(kind, KeyType::Arn { .. }) && text {
            let message = format!("`{key}` contains {words}, but {name} compares it as text.");
            let finding =
                Finding::new(Rule::ArnOperator, message).instead(format!("Use {fitting}."));
            self.report(finding, index, Part::Operator(at));
        }
        if kind.is_many()
            && operator.quantifier.is_none()
            && operator.comparison != Comparison::Null
        {
            let message = format!(
                "`{key}` contains {words}: AWS does not document which of them {name} compares."
            );
            let instead = format!("Use ForAnyValue:{name} or ForAllValues:{name}.");
            let finding = Finding::new(Rule::OperatorMismatch, message).instead(instead);
            self.report(finding, index, Part::Operator(at));
        }
    }

    /// Reports values that the operator cannot compare.
    fn check_values(
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
            self.report(finding, index, Part::Key(at));
        }
        let variable = |text: &str| {
            let mut pieces = split_variables(text, version).into_iter();
            pieces.any(|piece| !matches!(piece, Piece::Text(_)))
        };
        for (value, text) in condition.values().iter().enumerate() {
            if !variable(text) && !is_readable(operator.comparison, text) {
                let message = format!("{name} cannot compare the value `{text}`.");
                let finding = Finding::new(Rule::ValueMalformed, message);
                self.report(finding, index, Part::Value(at, value));
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
            let message = format!("With {name} the `*` in `{text}` is not a wildcard{never}.");
            let rule = if dead {
                Rule::GrantDead
            } else {
                Rule::ValueMalformed
            };
            let like = name
                .replace("EqualsIgnoreCase", "Like")
                .replace("Equals", "Like");
            let finding = Finding::new(rule, message).instead(format!("Use {like}."));
            self.report(finding, index, Part::Value(at, value));
        }
    }
}
