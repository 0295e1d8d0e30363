//! A policy document that was found in a text.

use std::borrow::Cow;

use harden_iam::lint::PolicyType;
use harden_iam::{ParseError, Policy, Position};

/// A policy document in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Document<'a> {
    /// The name of its role, policy or version, if the text names it: `role deploy, policy push`.
    pub(crate) name: Option<String>,
    /// The role that the policy belongs to, if the text states it.
    pub(crate) role: Option<String>,
    /// The type of policy, if the text states it.
    pub(crate) policy_type: Option<PolicyType>,
    pub(super) text: Cow<'a, str>,
    /// The position of the document in the whole text.
    pub(super) start: Position,
    /// Whether the document is a JSON string of the text. Its parts then have no line of their own.
    pub(super) quoted: bool,
}

impl<'a> Document<'a> {
    /// The whole text as one document.
    pub(super) const fn whole(text: &'a str) -> Self {
        Self {
            name: None,
            role: None,
            policy_type: None,
            text: Cow::Borrowed(text),
            start: Position::START,
            quoted: false,
        }
    }

    /// A document that is not part of the text as it is: it was rendered from a template. All of its
    /// parts are at `start`.
    pub(crate) const fn rendered(
        name: String,
        role: Option<String>,
        policy_type: Option<PolicyType>,
        text: String,
        start: Position,
    ) -> Self {
        Self {
            name: Some(name),
            role,
            policy_type,
            text: Cow::Owned(text),
            start,
            quoted: true,
        }
    }

    /// Parses the document. The positions of its parts and of an error are those of the whole text,
    /// once [`position_in_text`](Self::position_in_text) has mapped them.
    ///
    /// # Errors
    ///
    /// The errors of [`Policy::parse`].
    pub(crate) fn policy(&self) -> Result<Policy, ParseError> {
        let start = if self.quoted {
            Position::START
        } else {
            self.start
        };
        Policy::parse_from(&self.text, start)
    }

    /// The type of policy: the one that the text states, or else the one that its elements suggest.
    pub(crate) fn policy_type_of(&self, policy: &Policy) -> PolicyType {
        self.policy_type.unwrap_or_else(|| PolicyType::of(policy))
    }

    /// Maps a position in the document to a position in the whole text. For a document in a string
    /// this is the start of the string.
    pub(crate) fn position_in_text(&self, position: Position) -> Position {
        if self.quoted || self.text.trim_start().starts_with('%') {
            self.start
        } else {
            position
        }
    }
}
