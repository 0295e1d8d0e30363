//! Policy documents: their types, parsing and printing.

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
    /// `2008-10-17`, also the default for documents without `Version`: `${...}` is plain text.
    V2008,
    /// `2012-10-17`: with policy variables.
    #[default]
    V2012,
}

impl Version {
    /// The value of `Version` in a document.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::V2008 => "2008-10-17",
            Self::V2012 => "2012-10-17",
        }
    }
}

/// A policy document.
///
/// IAM User Guide, "Grammar of the IAM JSON policy language". Two policies are equal if they have the
/// same elements in the same order; a string equals a list with this one string.
/// [`Display`](std::fmt::Display) prints canonical JSON on one line, `{:#}` prints it indented, and
/// [`serde::Serialize`] has the same structure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    pub(crate) version: Option<Version>,
    pub(crate) id: Option<String>,
    pub(crate) statements: Vec<Statement>,
}

impl Policy {
    /// The maximum length of a document that [`parse`](Self::parse) accepts, in bytes.
    ///
    /// The longest policies that AWS accepts are key policies of 32 KiB and bucket policies of 20 KB
    /// (IAM User Guide, "IAM and AWS STS quotas"). AWS does not count white space; this limit does.
    pub const MAX_LENGTH: usize = 1 << 18;

    /// A policy of version 2012-10-17 without statements. It allows nothing.
    pub const fn new() -> Self {
        Self {
            version: Some(Version::V2012),
            id: None,
            statements: Vec::new(),
        }
    }

    /// Parses a policy document: JSON, or percent-encoded JSON as the IAM API returns it
    /// (`%7B%22Version...`; IAM API Reference, `GetRolePolicy`).
    ///
    /// # Errors
    ///
    /// [`ParseError`] states what is wrong, and in which statement: the text is not JSON, an object has
    /// the same key twice, or an element is unknown, missing or of the wrong type.
    pub fn parse(text: &str) -> Result<Self, ParseError> {
        Self::parse_from(text, Position::START)
    }

    /// Parses a policy document that is a part of a larger text and begins at `start`. All positions
    /// are those in the larger text.
    ///
    /// # Errors
    ///
    /// The errors of [`parse`](Self::parse).
    pub fn parse_from(text: &str, start: Position) -> Result<Self, ParseError> {
        parse::policy(text, start)
    }

    /// The version of the language that AWS uses for the document: 2008-10-17 if it has no `Version`.
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

    /// The policy with one more statement. Everything else stays the same.
    ///
    /// A statement with the same `Sid` is replaced, because AWS requires unique `Sid`s within a
    /// policy. Without a `Sid` the statement is appended. The version does not change: in a document of
    /// version 2008-10-17, `${...}` in the new statement is plain text.
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
