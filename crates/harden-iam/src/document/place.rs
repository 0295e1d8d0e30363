//! Positions of the parts of a statement in the text that it was parsed from.

use crate::error::Position;

/// A part of a statement. Entries of lists and conditions are counted from 0, in the order of the
/// document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Part {
    /// The value of `Sid`.
    Sid,
    /// The value of `Effect`.
    Effect,
    /// The value of `Principal` or `NotPrincipal`.
    Principal,
    /// An entry under `AWS`.
    Aws(usize),
    /// An entry under `Service`.
    Service(usize),
    /// An entry under `Federated`.
    Federated(usize),
    /// An entry under `CanonicalUser`.
    CanonicalUser(usize),
    /// An entry of `Action` or `NotAction`.
    Action(usize),
    /// An entry of `Resource` or `NotResource`.
    Resource(usize),
    /// The operator of a condition.
    Operator(usize),
    /// The key of a condition.
    Key(usize),
    /// A value (the second number) of a condition (the first).
    Value(usize, usize),
}

/// Positions. Two are always equal: statements are equal if they mean the same, wherever they are.
#[derive(Clone, Debug, Default)]
pub(crate) struct Places {
    pub(crate) whole: Option<Position>,
    pub(crate) sid: Option<Position>,
    pub(crate) effect: Option<Position>,
    pub(crate) principal: Option<Position>,
    pub(crate) aws: Vec<Position>,
    pub(crate) services: Vec<Position>,
    pub(crate) federated: Vec<Position>,
    pub(crate) canonical_users: Vec<Position>,
    pub(crate) actions: Vec<Position>,
    pub(crate) resources: Vec<Position>,
}

/// Positions of a condition; always equal, as [`Places`] are.
#[derive(Clone, Debug, Default)]
pub(crate) struct ConditionPlaces {
    pub(crate) operator: Option<Position>,
    pub(crate) key: Option<Position>,
    pub(crate) values: Vec<Position>,
}

impl PartialEq for Places {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Places {}

impl PartialEq for ConditionPlaces {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for ConditionPlaces {}
