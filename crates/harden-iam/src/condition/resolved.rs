//! A policy's text with its variables replaced by the values of a request.

use crate::pattern::{Token, literal, matches, within_segments};
use crate::request::{Lookup, RequestKeys};
use crate::truth::Truth;
use crate::variable::Piece;

/// A text with its variables replaced. A variable without a value is a gap, which could be
/// anything.
pub(crate) struct Resolved {
    tokens: Vec<Token>,
    /// A variable whose key is not in the request, and which has no default.
    absent: Option<String>,
    /// A variable whose key is not known, or has several values.
    unknown: Option<String>,
}

/// Replaces the variables; `wild` says whether `*` and `?` of the text are wildcards. Those in the
/// value of a variable never are.
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

    /// Wildcards within their segments, as resources have them; gaps may still be anything.
    pub(crate) fn within_segments(&mut self) {
        if !self.has_gap() {
            within_segments(&mut self.tokens);
        }
    }

    /// Whether the text is matched, in the light of variables without a value.
    pub(crate) fn matches(&self, text: &str, negated: bool) -> Truth {
        self.judge(matches(&self.tokens, text.chars()), negated)
    }

    /// A variable without a value equals nothing and is like nothing. What that does to a negated
    /// comparison is not documented ("the whole statement may be invalid"): unknown. `hit` is what
    /// holds if a gap could be anything.
    pub(crate) fn judge(&self, hit: bool, negated: bool) -> Truth {
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
