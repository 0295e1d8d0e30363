//! Patterns with `*` and `?`.
//!
//! IAM User Guide, "IAM JSON policy elements: Resource": `*` and `?` stand for characters within a
//! segment of an ARN; a `*` that ends a segment may go on beyond the colon.

mod algebra;

use std::fmt::{self, Write};

use crate::document::Version;
use crate::variable::{Piece, split_variables};

pub(crate) use algebra::{contains, matches, overlaps};

/// One place of a pattern (or of a text, which is all literals).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Token {
    Literal(char),
    /// `?`; whether it may stand for a colon.
    One {
        colon: bool,
    },
    /// `*`; whether it may stand for colons.
    Many {
        colon: bool,
    },
}

impl Token {
    /// `*` or `?` of a text without segments.
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

/// Keeps the wildcards of a resource pattern within their segments, but for a `*` that ends one.
/// The sixth segment, the resource, holds colons of its own.
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

/// Real resources that a pattern stands for: those that have six segments where it has six, so that
/// no wildcard before the sixth holds a colon.
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

/// A pattern of actions, of resources or of plain text, and the questions that can be asked of two.
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
    /// A pattern of actions: `*` and `?` stand for anything, and case does not matter.
    pub fn action(text: &str) -> Self {
        Self {
            tokens: glob(&text.to_lowercase()),
            folded: true,
        }
    }

    /// A pattern of resources: within the first five segments of an ARN `*` and `?` stand for no
    /// colon, unless a `*` ends the segment. Text is text: for `${…}` see
    /// [`resource_in`](Self::resource_in).
    pub fn resource(text: &str) -> Self {
        let mut tokens = glob(text);
        within_segments(&mut tokens);
        Self {
            tokens,
            folded: false,
        }
    }

    /// A pattern of resources as it stands in a policy of this version, in which a policy variable
    /// may turn out as anything.
    pub fn resource_in(version: Version, text: &str) -> Self {
        Self {
            tokens: widest(text, version),
            folded: false,
        }
    }

    /// The ARN of a kind of resources as the Service Authorization Reference writes it:
    /// `${Partition}` and the like, and `*`, stand for anything, but before the resource for
    /// something without a colon.
    pub fn template(text: &str) -> Self {
        Self {
            tokens: template(text),
            folded: false,
        }
    }

    /// A pattern of text without segments, as `StringLike` has it.
    pub fn text(text: &str) -> Self {
        Self {
            tokens: glob(text),
            folded: false,
        }
    }

    /// Whether the pattern stands for this text, in which `*` and `?` are themselves.
    pub fn matches(&self, text: &str) -> bool {
        if self.folded {
            matches(&self.tokens, text.chars().flat_map(char::to_lowercase))
        } else {
            matches(&self.tokens, text.chars())
        }
    }

    /// Whether some text is matched by both.
    pub fn overlaps(&self, other: &Self) -> bool {
        overlaps(&self.tokens, &other.tokens)
    }

    /// Whether everything that `other` stands for is matched by this one.
    ///
    /// Deciding that can take time exponential in the number of `?` that follow a `*`; patterns
    /// that would take very long are said not to be contained.
    pub fn contains(&self, other: &Self) -> bool {
        contains(&self.tokens, &other.tokens)
    }

    /// Whether it has a `*` or a `?` (or a policy variable).
    pub fn is_wild(&self) -> bool {
        self.tokens.iter().any(|token| token.is_wildcard())
    }

    /// Whether it stands for every text.
    pub fn is_everything(&self) -> bool {
        !self.tokens.is_empty()
            && self
                .tokens
                .iter()
                .all(|token| *token == Token::Many { colon: true })
    }
}

/// With `*` and `?` where wildcards are.
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

/// The ARN of a kind of resources, with `${Partition}` and the like where anything may stand;
/// before the resource something does, and none of it is a colon.
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

/// Whether a pattern of ASCII without segments stands for a text, case aside; for names of actions,
/// of which there are many.
pub(crate) fn simple(pattern: &str, text: &str) -> bool {
    let (pattern, text) = (pattern.as_bytes(), text.as_bytes());
    let (mut p, mut t) = (0, 0);
    // Where the last `*` was, and how much it stands for by now: a later one never needs more of
    // an earlier.
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

/// A resource pattern in which a variable may be anything.
pub(crate) fn widest(text: &str, version: Version) -> Vec<Token> {
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
        return simple(pattern, action);
    }
    Pattern::action(pattern).matches(action)
}

#[cfg(test)]
mod tests;
