//! Policy variables (IAM User Guide, "IAM policy elements: Variables and tags").

use crate::document::Version;
use crate::evaluate::{Lookup, View};
use crate::pattern::{Token, literal, matches, within_segments};
use crate::truth::Truth;

/// A stretch of a policy's text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Piece<'a> {
    /// As it stands, wildcards and all.
    Text(&'a str),
    /// `${*}`, `${?}`, `${$}`: the character itself.
    Escaped(char),
    /// `${key}` or `${key, 'default'}`.
    Variable {
        key: &'a str,
        default: Option<&'a str>,
    },
}

/// Takes a text apart. In the 2008 version of the language there are no variables; what is not a
/// whole variable is plain text.
pub(crate) fn pieces(text: &str, version: Version) -> Vec<Piece<'_>> {
    let (mut pieces, mut rest) = (Vec::new(), text);
    while version == Version::V2012
        && let Some(start) = rest.find("${")
        && let Some((piece, after)) = variable(&rest[start + 2..])
    {
        if start > 0 {
            pieces.push(Piece::Text(&rest[..start]));
        }
        pieces.push(piece);
        rest = after;
    }
    if !rest.is_empty() {
        pieces.push(Piece::Text(rest));
    }
    pieces
}

/// What stands after `${`, and what follows the closing brace.
fn variable(text: &str) -> Option<(Piece<'_>, &str)> {
    if let Some(c @ ('*' | '?' | '$')) = text.chars().next()
        && let Some(after) = text[1..].strip_prefix('}')
    {
        return Some((Piece::Escaped(c), after));
    }
    let end = text.find(['}', ','])?;
    let key = text[..end].trim();
    let rest = &text[end..];
    if let Some(after) = rest.strip_prefix('}') {
        return Some((Piece::Variable { key, default: None }, after));
    }
    let quoted = rest[1..].trim_start().strip_prefix('\'')?;
    let (default, after) = quoted.split_once('\'')?;
    let after = after.trim_start().strip_prefix('}')?;
    Some((
        Piece::Variable {
            key,
            default: Some(default),
        },
        after,
    ))
}

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
pub(crate) fn resolve(pieces: &[Piece<'_>], view: &View<'_>, wild: bool) -> Resolved {
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
