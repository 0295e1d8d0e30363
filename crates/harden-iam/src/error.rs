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

/// Why a text is not a policy document.
///
/// IAM User Guide, "Grammar of the IAM JSON policy language".
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ParseError {
    /// The text is not JSON, or an object of it has the same key twice.
    #[error("policy is not valid JSON")]
    Json(#[source] serde_json::Error),
    /// The text is percent-encoded, as IAM returns documents, and wrongly so.
    #[error("policy is not valid percent-encoding of UTF-8")]
    Encoding,
    /// The document is at fault, outside its statements.
    #[error("policy document: {0}")]
    Document(Problem),
    /// One statement is at fault.
    #[error("policy {statement}: {problem}")]
    Statement {
        /// Which one.
        statement: StatementRef,
        /// What is wrong with it.
        problem: Problem,
    },
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
