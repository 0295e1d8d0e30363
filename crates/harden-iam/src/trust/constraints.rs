//! Turns a statement into constraints on the claims of a token.
//!
//! An alternative chooses one value to match for each condition of the statement, and one condition to
//! avoid for each Deny statement. It is then a conjunction of simple constraints on claims, which
//! [`find_member`](super::language::find_member) can solve. Constraints only propose tokens: whether the
//! policy accepts a token is always decided by evaluation.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::rc::Rc;

use super::admission::{includes_issuer, is_about_tokens};
use super::claims::STS_CLAIMS;
use super::issuer::{Issuer, claim_of};
use super::language::{Chars, Shape, exactly, many, once};
use crate::condition::{Comparison, Operator, Order, Quantifier};
use crate::document::{Condition, Effect, Policy, Statement, Version};
use crate::variable::{Piece, split_variables};

/// The indices of a condition of the statement, and of a value of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Origin {
    pub(super) condition: usize,
    pub(super) value: usize,
}

/// The constraints on one claim.
#[derive(Clone, Debug, Default)]
pub(super) struct Constraint {
    pub(super) within: Vec<Shape>,
    pub(super) outside: Vec<Shape>,
    pub(super) absent: bool,
    /// The condition of the Allow statement that set the constraint first.
    pub(super) origin: Option<Origin>,
}

/// The constraints of one alternative, by claim.
#[derive(Clone, Debug, Default)]
pub(super) struct ClaimConstraints {
    claims: BTreeMap<String, Constraint>,
    /// Whether a value contains a policy variable. The search takes it for any text, so the result is
    /// not certain.
    pub(super) variable: bool,
    /// What the searches of the policy may still take, shared by all of them.
    effort: Rc<Cell<u64>>,
}

impl ClaimConstraints {
    /// No constraints. The searches take their steps from `effort`.
    pub(super) fn unconstrained(effort: &Rc<Cell<u64>>) -> Self {
        Self {
            effort: Rc::clone(effort),
            ..Self::default()
        }
    }

    /// What the searches may still take.
    pub(super) fn effort(&self) -> &Cell<u64> {
        &self.effort
    }

    pub(super) fn constraint(&self, claim: &str) -> Option<&Constraint> {
        self.claims.get(claim)
    }

    pub(super) fn is_absent(&self, claim: &str) -> bool {
        self.constraint(claim)
            .is_some_and(|constraint| constraint.absent)
    }

    fn with(&self, choice: &Choice) -> Self {
        let mut constraints = self.clone();
        let Some((claim, origin)) = &choice.claim else {
            return constraints;
        };
        let constraint = constraints.claims.entry(claim.clone()).or_default();
        match &choice.kind {
            Requirement::Within(shape, variable) => {
                constraint.within.push(shape.clone());
                constraints.variable |= variable;
            }
            Requirement::Outside(shapes) => constraint.outside.extend(shapes.iter().cloned()),
            Requirement::Absent => constraint.absent = true,
        }
        constraint.origin = constraint.origin.or(*origin);
        constraints
    }
}

/// One possibility for a token to match a condition, or to avoid it.
struct Choice {
    /// `None` if every token does.
    claim: Option<(String, Option<Origin>)>,
    kind: Requirement,
}

enum Requirement {
    Within(Shape, bool),
    Outside(Vec<Shape>),
    Absent,
}

impl Choice {
    fn free() -> Self {
        Self {
            claim: None,
            kind: Requirement::Absent,
        }
    }
}

/// The maximum number of alternatives. Policies of real roles have far fewer.
const MAX_ALTERNATIVES: usize = 2_000;

/// All alternatives for a statement and the Deny statements of its policy; `None` if there are too many.
pub(super) fn alternatives(
    policy: &Policy,
    statement: &Statement,
    issuer: &Issuer,
    effort: &Rc<Cell<u64>>,
) -> Option<Vec<ClaimConstraints>> {
    let mut alternatives = vec![ClaimConstraints::unconstrained(effort)];
    let reader = ConditionReader {
        issuer,
        version: policy.version(),
    };
    let conditions = statement.conditions().iter().enumerate();
    let mut steps: Vec<Vec<Choice>> = conditions
        .map(|(at, condition)| reader.choices_to_match(at, condition))
        .collect();
    let denies = policy.statements().iter().filter(|one| {
        one.effect() == Effect::Deny
            && is_about_tokens(one)
            && includes_issuer(one.principal(), issuer)
    });
    steps.extend(denies.map(|deny| {
        let conditions = deny.conditions().iter();
        conditions
            .flat_map(|one| reader.choices_to_avoid(one))
            .collect()
    }));
    for choices in steps {
        if alternatives.len() * choices.len() > MAX_ALTERNATIVES {
            return None;
        }
        alternatives = alternatives
            .iter()
            .flat_map(|constraints| choices.iter().map(|choice| constraints.with(choice)))
            .collect();
    }
    Some(alternatives)
}

struct ConditionReader<'a> {
    issuer: &'a Issuer,
    version: Version,
}

impl ConditionReader<'_> {
    /// The claim of a condition, if STS passes it to the request.
    fn claim(&self, condition: &Condition) -> Option<String> {
        let (issuer, claim) = claim_of(condition.key())?;
        let claim = claim.to_ascii_lowercase();
        let ours = issuer.eq_ignore_ascii_case(self.issuer.as_str());
        (ours && STS_CLAIMS.contains(&claim.as_str())).then_some(claim)
    }

    fn shapes(&self, condition: &Condition, operator: Operator) -> Option<Vec<(Shape, bool)>> {
        let (wild, fold) = match operator.comparison {
            Comparison::Text { ignore_case } => (false, ignore_case),
            Comparison::Like => (true, false),
            Comparison::Numeric(Order::Equal) => (false, false),
            _ => return None,
        };
        let values = condition.values().iter();
        Some(
            values
                .map(|value| shape(value, self.version, wild, fold))
                .collect(),
        )
    }

    /// The possibilities for a token to match a condition of the Allow statement.
    fn choices_to_match(&self, at: usize, condition: &Condition) -> Vec<Choice> {
        let (Some(claim), Some(operator)) =
            (self.claim(condition), Operator::parse(condition.operator()))
        else {
            return vec![Choice::free()];
        };
        let origin = |value| {
            Some(Origin {
                condition: at,
                value,
            })
        };
        let choice = |kind, value| Choice {
            claim: Some((claim.clone(), origin(value))),
            kind,
        };
        if operator.comparison == Comparison::Null {
            let values = condition.values().iter().enumerate();
            return values
                .map(|(value, text)| (value, text.eq_ignore_ascii_case("true")))
                .filter(|(_, absent)| !absent || !is_always_present(&claim))
                .map(|(value, absent)| choice(presence(absent), value))
                .collect();
        }
        let Some(shapes) = self.shapes(condition, operator) else {
            return vec![Choice::free()];
        };
        let mut choices: Vec<Choice> = if operator.negated {
            let shapes = shapes.into_iter().map(|(shape, _)| shape).collect();
            vec![choice(Requirement::Outside(shapes), 0)]
        } else {
            let each = shapes.into_iter().enumerate();
            each.map(|(value, (shape, variable))| {
                choice(Requirement::Within(shape, variable), value)
            })
            .collect()
        };
        let absent = match operator.quantifier {
            _ if operator.if_exists => true,
            Some(quantifier) => quantifier == Quantifier::All,
            None => operator.negated,
        };
        if absent && !is_always_present(&claim) {
            choices.push(choice(Requirement::Absent, 0));
        }
        choices
    }

    /// The possibilities for a token to avoid a condition of a Deny statement. This over-approximates:
    /// evaluation then rejects tokens that the Deny still matches.
    fn choices_to_avoid(&self, condition: &Condition) -> Vec<Choice> {
        let (Some(claim), Some(operator)) =
            (self.claim(condition), Operator::parse(condition.operator()))
        else {
            return vec![Choice::free()];
        };
        let choice = |kind| Choice {
            claim: Some((claim.clone(), None)),
            kind,
        };
        if operator.comparison == Comparison::Null {
            let values = condition.values().iter();
            return values
                .map(|text| !text.eq_ignore_ascii_case("true"))
                .filter(|absent| !absent || !is_always_present(&claim))
                .map(|absent| choice(presence(absent)))
                .collect();
        }
        let Some(shapes) = self.shapes(condition, operator) else {
            return vec![Choice::free(), choice(Requirement::Absent)];
        };
        let mut choices: Vec<Choice> = if operator.negated {
            let each = shapes.into_iter();
            each.map(|(shape, variable)| choice(Requirement::Within(shape, variable)))
                .collect()
        } else {
            let shapes = shapes.into_iter().map(|(shape, _)| shape).collect();
            vec![choice(Requirement::Outside(shapes))]
        };
        if !is_always_present(&claim) {
            choices.push(choice(Requirement::Absent));
        }
        choices
    }
}

/// Whether every token has a claim: OpenID Connect Core 1.0, section 2, requires `sub`, and STS passes it to
/// every request. A condition on it that also holds without the claim then restricts as one that does
/// not.
fn is_always_present(claim: &str) -> bool {
    claim == "sub"
}

/// The requirement that a claim is absent, or present.
fn presence(absent: bool) -> Requirement {
    if absent {
        Requirement::Absent
    } else {
        Requirement::Within(vec![once(Chars::Any), many(Chars::Any)], false)
    }
}

/// Converts a value of a policy to a shape; also returns whether it contains a variable.
fn shape(value: &str, version: Version, wild: bool, fold: bool) -> (Shape, bool) {
    let literal = |c| once(if fold { Chars::Fold(c) } else { Chars::One(c) });
    let (mut shape, mut variable) = (Shape::new(), false);
    for piece in split_variables(value, version) {
        match piece {
            Piece::Text(text) => shape.extend(text.chars().map(|c| match c {
                '*' if wild => many(Chars::Any),
                '?' if wild => once(Chars::Any),
                c => literal(c),
            })),
            Piece::Escaped(c) => shape.extend(exactly(&c.to_string())),
            Piece::Variable { .. } => {
                variable = true;
                shape.push(many(Chars::Any));
            }
        }
    }
    (shape, variable)
}
