//! What is wrong with a document, and where.

use std::fmt;

/// Which statement of a policy.
#[derive(Clone, Debug, PartialEq, Eq, Hash, serde::Serialize)]
pub struct StatementRef {
    /// Place in the policy's list of statements, from 0.
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

/// A place in a text. In a percent-encoded document it is that of the decoded text.
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
    /// The text is not JSON; the source says where.
    #[error("policy is not valid JSON")]
    Json(#[source] serde_json::Error),
    /// The text is percent-encoded, as IAM returns documents, and wrongly so.
    #[error("policy is not valid percent-encoding of UTF-8")]
    Encoding,
    /// The text is far longer than AWS accepts a policy of any kind.
    #[error("policy is {bytes} bytes long, over {limit}")]
    TooLong {
        /// Its length.
        bytes: usize,
        /// What the crate reads at most: [`Policy::MAX_LENGTH`](crate::Policy::MAX_LENGTH).
        limit: usize,
    },
    /// Lists and objects are nested deeper than the language has elements.
    #[error("policy is nested too deep at {position}")]
    TooDeep {
        /// Where.
        position: Position,
    },
    /// An object has the same key twice. Readers of JSON differ in which of the two they keep, so
    /// that what such a policy says depends on who reads it.
    #[error("policy has the key `{key}` twice in one object, again at {position}")]
    Twice {
        /// The key.
        key: String,
        /// Where it stands for the second time.
        position: Position,
    },
    /// The document is at fault, outside its statements.
    #[error("policy document: {problem}")]
    Document {
        /// What is wrong with it.
        problem: Problem,
        /// Where.
        position: Position,
    },
    /// One statement is at fault.
    #[error("policy {statement}: {problem}")]
    Statement {
        /// Which one.
        statement: StatementRef,
        /// What is wrong with it.
        problem: Problem,
        /// Where.
        position: Position,
    },
}

impl ParseError {
    /// Where the fault is, if it is in one place.
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
    /// A required element is not there.
    #[error("has no {0}")]
    Missing(&'static str),
    /// An element that the policy language does not have (names are case-sensitive).
    #[error("has an unknown element `{0}`")]
    UnknownElement(String),
    /// Two elements of which only one may stand (`Action` and `NotAction`).
    #[error("has both {0} and {1}")]
    Both(&'static str, &'static str),
    /// An element of the wrong JSON type.
    #[error("{element} is not {expected}")]
    WrongType {
        /// The element, or its path (`Condition.StringEquals`).
        element: String,
        /// What the grammar wants.
        expected: &'static str,
    },
    /// An element with a value that the language does not have.
    #[error("{element} is `{value}`, not {expected}")]
    WrongValue {
        /// The element, or its path.
        element: String,
        /// What stands there.
        value: String,
        /// What the grammar wants.
        expected: &'static str,
    },
}
