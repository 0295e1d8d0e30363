//! The ways in which a token can pass a statement: of each condition, one value that it meets; of
//! each Deny statement, one condition that it escapes.
//!
//! A way is a conjunction of simple demands on claims, which [`member`](super::language::member)
//! can search. It only proposes: whether a token that follows it is let in is evaluated.

use std::collections::BTreeMap;

use super::admission::{is_about_tokens, is_meant};
use super::claims::STS_CLAIMS;
use super::issuer::{Issuer, claim_of};
use super::language::{Chars, Shape, exactly, many, once};
use crate::condition::{Comparison, Operator, Order, Quantifier};
use crate::document::{Condition, Effect, Policy, Statement, Version};
use crate::variable::{Piece, split_variables};

/// Which value of which condition of the statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Origin {
    pub(super) condition: usize,
    pub(super) value: usize,
}

/// What a way demands of one claim.
#[derive(Clone, Debug, Default)]
pub(super) struct Demand {
    pub(super) within: Vec<Shape>,
    pub(super) outside: Vec<Shape>,
    pub(super) absent: bool,
    /// The condition of the Allow statement that the demand came from first.
    pub(super) origin: Option<Origin>,
}

/// Demands by claim.
#[derive(Clone, Debug, Default)]
pub(super) struct Way {
    claims: BTreeMap<String, Demand>,
    /// A value holds a policy variable, which the search takes for anything.
    pub(super) variable: bool,
}

impl Way {
    pub(super) fn demand(&self, claim: &str) -> Option<&Demand> {
        self.claims.get(claim)
    }

    pub(super) fn is_absent(&self, claim: &str) -> bool {
        self.demand(claim).is_some_and(|demand| demand.absent)
    }

    fn with(&self, choice: &Choice) -> Self {
        let mut way = self.clone();
        let Some((claim, origin)) = &choice.claim else {
            return way;
        };
        let demand = way.claims.entry(claim.clone()).or_default();
        match &choice.kind {
            Demanded::Within(shape, variable) => {
                demand.within.push(shape.clone());
                way.variable |= variable;
            }
            Demanded::Outside(shapes) => demand.outside.extend(shapes.iter().cloned()),
            Demanded::Absent => demand.absent = true,
        }
        demand.origin = demand.origin.or(*origin);
        way
    }
}

/// One thing that a token can do to meet a condition, or to escape it.
struct Choice {
    /// Nothing: any token may.
    claim: Option<(String, Option<Origin>)>,
    kind: Demanded,
}

enum Demanded {
    Within(Shape, bool),
    Outside(Vec<Shape>),
    Absent,
}

impl Choice {
    fn free() -> Self {
        Self {
            claim: None,
            kind: Demanded::Absent,
        }
    }
}

/// More ways than any policy of a real role has.
const WAYS: usize = 2_000;

/// All ways through a statement and past the policy's Deny statements; nothing if there are too
/// many to look at.
pub(super) fn ways(policy: &Policy, statement: &Statement, issuer: &Issuer) -> Option<Vec<Way>> {
    let mut ways = vec![Way::default()];
    let reading = Reading {
        issuer,
        version: policy.version(),
    };
    let conditions = statement.conditions().iter().enumerate();
    let mut steps: Vec<Vec<Choice>> = conditions
        .map(|(at, condition)| reading.meet(at, condition))
        .collect();
    let denies = policy.statements().iter().filter(|one| {
        one.effect() == Effect::Deny && is_about_tokens(one) && is_meant(one.principal(), issuer)
    });
    steps.extend(denies.map(|deny| {
        let conditions = deny.conditions().iter();
        conditions.flat_map(|one| reading.escape(one)).collect()
    }));
    for choices in steps {
        if ways.len() * choices.len() > WAYS {
            return None;
        }
        ways = ways
            .iter()
            .flat_map(|way| choices.iter().map(|choice| way.with(choice)))
            .collect();
    }
    Some(ways)
}

/// A way that demands nothing.
pub(super) fn open() -> Way {
    Way::default()
}

struct Reading<'a> {
    issuer: &'a Issuer,
    version: Version,
}

impl Reading<'_> {
    /// The claim that a condition is about, as STS passes it.
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

    /// What a token can do to meet a condition.
    fn meet(&self, at: usize, condition: &Condition) -> Vec<Choice> {
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
                .map(|(value, text)| {
                    let absent = text.eq_ignore_ascii_case("true");
                    choice(presence(absent), value)
                })
                .collect();
        }
        let Some(shapes) = self.shapes(condition, operator) else {
            return vec![Choice::free()];
        };
        let mut choices: Vec<Choice> = if operator.negated {
            let shapes = shapes.into_iter().map(|(shape, _)| shape).collect();
            vec![choice(Demanded::Outside(shapes), 0)]
        } else {
            let each = shapes.into_iter().enumerate();
            each.map(|(value, (shape, variable))| choice(Demanded::Within(shape, variable), value))
                .collect()
        };
        let absent = match operator.quantifier {
            _ if operator.if_exists => true,
            Some(quantifier) => quantifier == Quantifier::All,
            None => operator.negated,
        };
        if absent {
            choices.push(choice(Demanded::Absent, 0));
        }
        choices
    }

    /// What a token can do for a condition of a Deny statement not to hold.
    fn escape(&self, condition: &Condition) -> Vec<Choice> {
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
            let absent = |text: &String| text.eq_ignore_ascii_case("true");
            let values = condition.values().iter();
            return values.map(|text| choice(presence(!absent(text)))).collect();
        }
        let Some(shapes) = self.shapes(condition, operator) else {
            return vec![Choice::free(), choice(Demanded::Absent)];
        };
        let mut choices: Vec<Choice> = if operator.negated {
            let each = shapes.into_iter();
            each.map(|(shape, variable)| choice(Demanded::Within(shape, variable)))
                .collect()
        } else {
            let shapes = shapes.into_iter().map(|(shape, _)| shape).collect();
            vec![choice(Demanded::Outside(shapes))]
        };
        choices.push(choice(Demanded::Absent));
        choices
    }
}

/// That a claim is not there, or that it is.
fn presence(absent: bool) -> Demanded {
    if absent {
        Demanded::Absent
    } else {
        Demanded::Within(vec![once(Chars::Any), many(Chars::Any)], false)
    }
}

/// A value of a policy as a shape, and whether it holds a variable.
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
