//! Errors of parsing, with their positions.

use std::fmt;

/// Identifies a statement of a policy.
#[derive(Clone, Debug, PartialEq, Eq, Hash, serde::Serialize)]
#[non_exhaustive]
pub struct StatementRef {
    /// The index in the policy's list of statements, from 0.
    pub index: usize,
    /// The statement's `Sid`, if it has one that is not empty.
    pub sid: Option<String>,
}

impl fmt::Display for StatementRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.sid {
            Some(sid) => write!(f, "statement {} ({sid})", self.index),
            None => write!(f, "statement {}", self.index),
        }
    }
}

/// A position in a text. For a percent-encoded document it is the position in the decoded text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// The line, from 1.
    pub line: u32,
    /// The character (Unicode scalar value) within the line, from 1.
    pub column: u32,
}

impl Position {
    /// The first character of a text.
    pub const START: Self = Self { line: 1, column: 1 };
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}", self.line, self.column)
    }
}

/// Why a text is not a policy document.
///
/// IAM User Guide, "Grammar of the IAM JSON policy language".
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ParseError {
    /// The text is not valid JSON. The source states the position.
    #[error("policy is not valid JSON")]
    Json(#[source] serde_json::Error),
    /// The text is percent-encoded, as IAM returns documents, but the encoding is invalid.
    #[error("policy is not valid percent-encoding of UTF-8")]
    Encoding,
    /// The text is far longer than any policy that AWS accepts.
    #[error("policy is {bytes} bytes long, over {limit}")]
    TooLong {
        /// Its length in bytes.
        bytes: usize,
        /// The maximum: [`Policy::MAX_LENGTH`](crate::Policy::MAX_LENGTH).
        limit: usize,
    },
    /// Lists and objects are nested deeper than in any valid policy.
    #[error("policy is nested too deep at {position}")]
    TooDeep {
        /// The position.
        position: Position,
    },
    /// An object has the same key twice. JSON parsers differ in which of the two they keep, so the
    /// meaning of such a policy depends on the parser.
    #[error("policy has the key `{key}` twice in one object, again at {position}")]
    Twice {
        /// The key.
        key: String,
        /// The position of the second one.
        position: Position,
    },
    /// An element outside the statements is wrong.
    #[error("policy document: {problem}")]
    Document {
        /// What is wrong with it.
        problem: Problem,
        /// The position.
        position: Position,
    },
    /// A statement is wrong.
    #[error("policy {statement}: {problem}")]
    Statement {
        /// The statement.
        statement: StatementRef,
        /// What is wrong with it.
        problem: Problem,
        /// The position.
        position: Position,
    },
}

impl ParseError {
    /// The position of the error, if it has one.
    pub fn position(&self) -> Option<Position> {
        match self {
            Self::Json(error) => Some(Position {
                line: u32::try_from(error.line()).ok()?,
                column: u32::try_from(error.column().max(1)).ok()?,
            }),
            Self::Encoding | Self::TooLong { .. } => None,
            Self::TooDeep { position }
            | Self::Twice { position, .. }
            | Self::Document { position, .. }
            | Self::Statement { position, .. } => Some(*position),
        }
    }
}

/// What is wrong with a document or a statement.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Problem {
    /// A required element is missing.
    #[error("has no {0}")]
    Missing(&'static str),
    /// An element that the policy language does not have (names are case-sensitive).
    #[error("has an unknown element `{0}`")]
    UnknownElement(String),
    /// Two elements that exclude each other (`Action` and `NotAction`).
    #[error("has both {0} and {1}")]
    Both(&'static str, &'static str),
    /// An element of the wrong JSON type.
    #[error("{element} is not {expected}")]
    WrongType {
        /// The element, or its path (`Condition.StringEquals`).
        element: String,
        /// What the grammar requires.
        expected: &'static str,
    },
    /// An element with a value that the language does not allow.
    #[error("{element} is `{value}`, not {expected}")]
    WrongValue {
        /// The element, or its path.
        element: String,
        /// The value.
        value: String,
        /// What the grammar requires.
        expected: &'static str,
    },
}
