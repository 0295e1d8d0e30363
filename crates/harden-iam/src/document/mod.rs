//! Policy documents.

mod fault;
mod json;
mod parse;
mod percent;
mod place;
mod print;
mod statement;

pub use place::Part;
pub use statement::{Condition, Effect, PrincipalSet, Selector, Statement};

use crate::error::{ParseError, Position, StatementRef};

/// The version of the policy language (IAM User Guide, "IAM JSON policy elements: Version").
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Version {
    /// `2008-10-17`, also when a document names none: `${…}` is plain text.
    V2008,
    /// `2012-10-17`: with policy variables.
    #[default]
    V2012,
}

impl Version {
    /// The version as documents write it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::V2008 => "2008-10-17",
            Self::V2012 => "2012-10-17",
        }
    }
}

/// A policy document.
///
/// IAM User Guide, "Grammar of the IAM JSON policy language". Two documents are equal if they say
/// the same in the same order; whether one value is written as a string or as a list of one makes
/// no difference. [`Display`](std::fmt::Display) prints canonical JSON on one line, `{:#}` over
/// several lines, and [`serde::Serialize`] the same structure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    pub(crate) version: Option<Version>,
    pub(crate) id: Option<String>,
    pub(crate) statements: Vec<Statement>,
}

impl Policy {
    /// The longest document that [`parse`](Self::parse) reads, in bytes.
    ///
    /// The longest that AWS accepts are key policies of 32 KiB and bucket policies of 20 KB (IAM
    /// User Guide, "IAM and AWS STS quotas"; white space is not counted there, and is here).
    pub const MAX_LENGTH: usize = 1 << 18;

    /// A policy of the current version without statements (it allows nothing).
    pub const fn new() -> Self {
        Self {
            version: Some(Version::V2012),
            id: None,
            statements: Vec::new(),
        }
    }

    /// Reads a policy document: JSON, or JSON percent-encoded as IAM returns it (`%7B%22Version…`;
    /// IAM API Reference, `GetRolePolicy`).
    ///
    /// # Errors
    ///
    /// [`ParseError`] says what is wrong, and in which statement: not JSON, a key twice in one
    /// object, an element that the language does not have, a missing one, or one of the wrong type.
    pub fn parse(text: &str) -> Result<Self, ParseError> {
        Self::parse_from(text, Position::START)
    }

    /// Reads a policy document that is a part of a larger text, and begins there at `start`: all
    /// positions are those in the larger text.
    ///
    /// # Errors
    ///
    /// The errors of [`parse`](Self::parse).
    pub fn parse_from(text: &str, start: Position) -> Result<Self, ParseError> {
        parse::policy(text, start)
    }

    /// The version of the language that AWS reads the document in: the 2008 one if it names none.
    pub fn version(&self) -> Version {
        self.version.unwrap_or(Version::V2008)
    }

    /// The document's `Id`.
    pub fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }

    /// The statements, in order.
    pub fn statements(&self) -> &[Statement] {
        &self.statements
    }

    /// The policy with one more statement, and everything else of it as it was.
    ///
    /// A statement with the same `Sid` is replaced in its place (AWS wants `Sid`s to be unique
    /// within a policy); without a `Sid`, or with an empty one, the statement is appended. The
    /// version stays: in a document of the 2008 version `${…}` in the new statement is plain text.
    #[must_use]
    pub fn with_statement(&self, statement: Statement) -> Self {
        let mut policy = self.clone();
        let same =
            |other: &&mut Statement| statement.sid().is_some() && other.sid() == statement.sid();
        match policy.statements.iter_mut().find(same) {
            Some(place) => *place = statement,
            None => policy.statements.push(statement),
        }
        policy
    }

    pub(crate) fn reference(&self, index: usize) -> StatementRef {
        let sid = self.statements.get(index).and_then(Statement::sid);
        StatementRef {
            index,
            sid: sid.map(str::to_owned),
        }
    }
}

impl Default for Policy {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests;
