//! Patterns with `*` and `?`.
//!
//! IAM User Guide, "IAM JSON policy elements: Resource": `*` and `?` match characters within a segment
//! of an ARN. A `*` at the end of a segment can also match across colons.

mod algebra;

use std::fmt::{self, Write};

use crate::document::Version;
use crate::variable::{Piece, split_variables};

pub(crate) use algebra::{contains, matches, overlaps};

/// One element of a pattern. A text is a pattern of literals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Token {
    Literal(char),
    /// `?`, and whether it can match a colon.
    One {
        colon: bool,
    },
    /// `*`, and whether it can match colons.
    Many {
        colon: bool,
    },
}

impl Token {
    /// A character of a text without segments, in which `*` and `?` are wildcards.
    pub(crate) fn glob(c: char) -> Self {
        match c {
            '*' => Self::Many { colon: true },
            '?' => Self::One { colon: true },
            c => Self::Literal(c),
        }
    }

    pub(crate) fn is_wildcard(self) -> bool {
        !matches!(self, Self::Literal(_))
    }
}

pub(crate) fn glob(text: &str) -> Vec<Token> {
    text.chars().map(Token::glob).collect()
}

pub(crate) fn literal(text: &str) -> Vec<Token> {
    text.chars().map(Token::Literal).collect()
}

/// Limits the wildcards of a resource pattern to their segments, except a `*` at the end of a segment.
/// In the sixth segment, the resource, colons are ordinary characters.
pub(crate) fn within_segments(tokens: &mut [Token]) {
    let mut segment = 0;
    for i in 0..tokens.len() {
        let ends = matches!(tokens.get(i + 1), None | Some(Token::Literal(':')));
        match &mut tokens[i] {
            Token::Literal(':') => segment += 1,
            Token::Literal(_) => {}
            Token::One { colon } => *colon = segment >= 5,
            Token::Many { colon } => *colon = segment >= 5 || ends,
        }
    }
}

/// The real ARNs that a pattern matches.
///
/// `arn:aws:s3:*:*:x` also matches texts with more colons, which are not ARNs. If the pattern has six
/// segments, wildcards before the sixth are limited to their segment, so that two patterns overlap only
/// if a real ARN matches both.
pub(crate) fn of_real_arns(text: &str) -> Vec<Token> {
    let mut tokens = glob(text);
    within_segments(&mut tokens);
    if text.split(':').count() < 6 {
        return tokens;
    }
    let mut segment = 0;
    for token in &mut tokens {
        match token {
            Token::Literal(':') => segment += 1,
            Token::Literal(_) => {}
            Token::One { colon } | Token::Many { colon } => *colon &= segment >= 5,
        }
    }
    tokens
}

/// A pattern of actions, of resources or of plain text. Two patterns can be compared: overlap and
/// containment are exact.
///
/// IAM User Guide, "IAM JSON policy elements: Action", "… Resource".
///
/// ```
/// use harden_iam::Pattern;
///
/// let bucket = Pattern::resource("arn:aws:s3:::logs-*/*");
/// assert!(bucket.matches("arn:aws:s3:::logs-eu/2026/11/24"));
/// assert!(bucket.overlaps(&Pattern::resource("arn:aws:s3:::*/2026/*")));
/// assert!(bucket.contains(&Pattern::resource("arn:aws:s3:::logs-eu/*")));
/// assert!(Pattern::action("ecs:*Task*").contains(&Pattern::action("ECS:RunTask")));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern {
    tokens: Vec<Token>,
    folded: bool,
}

impl Pattern {
    /// A pattern of actions: `*` and `?` match any characters, and case does not matter.
    pub fn action(text: &str) -> Self {
        Self {
            tokens: glob(&text.to_lowercase()),
            folded: true,
        }
    }

    /// A pattern of resources: in the first five segments of an ARN `*` and `?` do not match colons,
    /// except a `*` at the end of a segment. `${...}` is plain text; for variables see
    /// [`resource_in`](Self::resource_in).
    pub fn resource(text: &str) -> Self {
        let mut tokens = glob(text);
        within_segments(&mut tokens);
        Self {
            tokens,
            folded: false,
        }
    }

    /// A pattern of resources in a policy of this version. A policy variable matches anything.
    pub fn resource_in(version: Version, text: &str) -> Self {
        Self {
            tokens: with_open_variables(text, version),
            folded: false,
        }
    }

    /// The ARN format of a resource type as the Service Authorization Reference writes it.
    /// Placeholders such as `${Partition}`, and `*`, match any text. Before the resource segment they
    /// match at least one character and no colon.
    pub fn template(text: &str) -> Self {
        Self {
            tokens: template(text),
            folded: false,
        }
    }

    /// A pattern of text without segments, as `StringLike` compares it.
    pub fn text(text: &str) -> Self {
        Self {
            tokens: glob(text),
            folded: false,
        }
    }

    /// Whether the pattern matches a text. `*` and `?` in the text are ordinary characters.
    pub fn matches(&self, text: &str) -> bool {
        if self.folded {
            matches(&self.tokens, text.chars().flat_map(char::to_lowercase))
        } else {
            matches(&self.tokens, text.chars())
        }
    }

    /// Whether some text matches both patterns.
    pub fn overlaps(&self, other: &Self) -> bool {
        overlaps(&self.tokens, &other.tokens)
    }

    /// Whether every text that matches `other` also matches this pattern.
    ///
    /// The time can be exponential in the number of `?` that follow a `*`. For patterns that would take
    /// very long the answer is `false`.
    pub fn contains(&self, other: &Self) -> bool {
        contains(&self.tokens, &other.tokens)
    }

    /// Whether the pattern contains `*`, `?` or a policy variable.
    pub fn is_wild(&self) -> bool {
        self.tokens.iter().any(|token| token.is_wildcard())
    }

    /// Whether every text matches.
    pub fn is_everything(&self) -> bool {
        !self.tokens.is_empty()
            && self
                .tokens
                .iter()
                .all(|token| *token == Token::Many { colon: true })
    }
}

/// Prints wildcards as `*` and `?`.
impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for token in &self.tokens {
            f.write_char(match token {
                Token::Literal(c) => *c,
                Token::One { .. } => '?',
                Token::Many { .. } => '*',
            })?;
        }
        Ok(())
    }
}

/// The tokens of an ARN format: see [`Pattern::template`].
pub(crate) fn template(text: &str) -> Vec<Token> {
    let (mut tokens, mut segment) = (Vec::with_capacity(text.len()), 0);
    if text == "*" {
        return glob(text);
    }
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let colon = segment >= 5;
        if !colon && (c == '*' || rest.starts_with("${")) {
            tokens.push(Token::One { colon });
        }
        if let Some((_, after)) = rest
            .strip_prefix("${")
            .and_then(|rest| rest.split_once('}'))
        {
            tokens.push(Token::Many { colon });
            rest = after;
            continue;
        }
        segment += usize::from(c == ':');
        tokens.push(match c {
            '*' => Token::Many { colon },
            c => Token::Literal(c),
        });
        rest = &rest[c.len_utf8()..];
    }
    tokens
}

/// Whether an ASCII pattern without segments matches a text, ignoring case. Faster than the automaton:
/// a wildcard is compared with thousands of action names.
pub(crate) fn matches_ignoring_case(pattern: &str, text: &str) -> bool {
    let (pattern, text) = (pattern.as_bytes(), text.as_bytes());
    let (mut p, mut t) = (0, 0);
    // The position of the last `*`, and how far it has matched. Backtracking to earlier stars is not
    // needed: whatever they could match, the last one can match as well.
    let mut star: Option<(usize, usize)> = None;
    while t < text.len() {
        match pattern.get(p) {
            Some(b'*') => {
                star = Some((p, t));
                p += 1;
                continue;
            }
            Some(c) if *c == b'?' || c.eq_ignore_ascii_case(&text[t]) => {
                p += 1;
                t += 1;
                continue;
            }
            _ => {}
        }
        let Some((at, taken)) = star else {
            return false;
        };
        star = Some((at, taken + 1));
        p = at + 1;
        t = taken + 1;
    }
    pattern[p..].iter().all(|c| *c == b'*')
}

/// A resource pattern in which a variable matches anything.
///
/// With a variable, wildcards are not limited to segments: its value can contain colons, so the
/// positions of the segments are not known.
pub(crate) fn with_open_variables(text: &str, version: Version) -> Vec<Token> {
    let pieces = split_variables(text, version);
    let fixed = |piece: &Piece<'_>| !matches!(piece, Piece::Variable { .. });
    let all_fixed = pieces.iter().all(fixed);
    let tokens = pieces.into_iter().flat_map(|piece| match piece {
        Piece::Text(text) => glob(text),
        Piece::Escaped(c) => vec![Token::Literal(c)],
        Piece::Variable { .. } => vec![Token::Many { colon: true }],
    });
    let mut tokens: Vec<Token> = tokens.collect();
    if all_fixed {
        within_segments(&mut tokens);
    }
    tokens
}

/// Actions are compared without regard to case (IAM User Guide, "IAM JSON policy elements:
/// Action").
pub(crate) fn action_matches(pattern: &str, action: &str) -> bool {
    if pattern.is_ascii() && action.is_ascii() {
        return matches_ignoring_case(pattern, action);
    }
    Pattern::action(pattern).matches(action)
}

#[cfg(test)]
mod tests;
