//! A policy's text with its variables replaced by the values of a request.

use crate::pattern::{Token, literal, matches, within_segments};
use crate::request::{Lookup, RequestKeys};
use crate::truth::Truth;
use crate::variable::Piece;

/// A text with its variables replaced. A variable without a value is a gap: a `*` that can match
/// anything, so that the result must be checked with [`apply_gaps`](Resolved::apply_gaps).
pub(crate) struct Resolved {
    tokens: Vec<Token>,
    /// The key of the first variable that is absent from the request and has no default.
    absent: Option<String>,
    /// The key of the first variable that is unknown or has several values.
    unknown: Option<String>,
}

/// Replaces the variables. `wild` states whether `*` and `?` in the policy's text are wildcards.
///
/// A `*` in the *value* of a variable is never a wildcard: otherwise a user named `*` would match every
/// resource that a policy limits by `${aws:username}`.
pub(crate) fn resolve(pieces: &[Piece<'_>], view: &RequestKeys<'_>, wild: bool) -> Resolved {
    let mut resolved = Resolved {
        tokens: Vec::new(),
        absent: None,
        unknown: None,
    };
    for piece in pieces {
        match *piece {
            Piece::Text(text) if wild => resolved.tokens.extend(text.chars().map(Token::glob)),
            Piece::Text(text) => resolved.tokens.extend(literal(text)),
            Piece::Escaped(c) => resolved.tokens.push(Token::Literal(c)),
            Piece::Variable { key, default } => match (view.get(key), default) {
                (Lookup::Known([one]), _) => resolved.tokens.extend(literal(one)),
                (Lookup::Absent, Some(default)) => resolved.tokens.extend(literal(default)),
                (Lookup::Absent, None) => resolved.gap(key, true),
                (Lookup::Known(_) | Lookup::Unknown, _) => resolved.gap(key, false),
            },
        }
    }
    resolved
}

impl Resolved {
    fn gap(&mut self, key: &str, absent: bool) {
        let place = if absent {
            &mut self.absent
        } else {
            &mut self.unknown
        };
        place.get_or_insert_with(|| key.to_owned());
        self.tokens.push(Token::Many { colon: true });
    }

    pub(crate) fn tokens(&self) -> &[Token] {
        &self.tokens
    }

    pub(crate) fn has_gap(&self) -> bool {
        self.absent.is_some() || self.unknown.is_some()
    }

    pub(crate) fn make_lowercase(&mut self) {
        let lower = |token: &Token| match *token {
            Token::Literal(c) => c.to_lowercase().map(Token::Literal).collect(),
            wildcard => vec![wildcard],
        };
        self.tokens = self.tokens.iter().flat_map(lower).collect();
    }

    /// Limits wildcards to their segments of an ARN, as resources require. With a gap this is not
    /// done: its value can contain colons, so that the positions of the segments are not known.
    pub(crate) fn within_segments(&mut self) {
        if !self.has_gap() {
            within_segments(&mut self.tokens);
        }
    }

    /// Whether the text matches, as far as the gaps allow an answer.
    pub(crate) fn matches(&self, text: &str, negated: bool) -> Truth {
        self.apply_gaps(matches(&self.tokens, text.chars()), negated)
    }

    /// Corrects a result that was computed with gaps as `*`. `hit` is that result.
    ///
    /// No match even with `*` is certain. A variable that is absent from the request matches nothing,
    /// so a positive comparison fails. For a negated comparison AWS does not document the result
    /// ("the whole statement may be invalid"), so it is unknown.
    pub(crate) fn apply_gaps(&self, hit: bool, negated: bool) -> Truth {
        if !hit {
            return Truth::False;
        }
        match (&self.absent, &self.unknown) {
            (Some(_), _) if !negated => Truth::False,
            (Some(key), _) | (None, Some(key)) => Truth::unknown(key),
            (None, None) => Truth::True,
        }
    }
}
