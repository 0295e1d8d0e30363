//! Errors in elements, before it is known which statement they are in.

use crate::error::{ParseError, Position, Problem};

/// A problem and its position.
pub(super) struct Fault {
    pub(super) problem: Problem,
    pub(super) at: Position,
}

impl Fault {
    pub(super) fn in_document(self) -> ParseError {
        ParseError::Document {
            problem: self.problem,
            position: self.at,
        }
    }
}

pub(super) const fn missing(element: &'static str, at: Position) -> Fault {
    let problem = Problem::Missing(element);
    Fault { problem, at }
}

pub(super) const fn unknown(element: String, at: Position) -> Fault {
    let problem = Problem::UnknownElement(element);
    Fault { problem, at }
}

pub(super) fn wrong_type(
    element: impl Into<String>,
    expected: &'static str,
    at: Position,
) -> Fault {
    let problem = Problem::WrongType {
        element: element.into(),
        expected,
    };
    Fault { problem, at }
}

pub(super) fn wrong_value(
    element: &str,
    value: &str,
    expected: &'static str,
    at: Position,
) -> Fault {
    let problem = Problem::WrongValue {
        element: element.to_owned(),
        value: value.to_owned(),
        expected,
    };
    Fault { problem, at }
}
