//! The syntax of policy variables (IAM User Guide, "IAM policy elements: Variables and tags").

use crate::document::Version;

/// A part of a policy's text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Piece<'a> {
    /// Plain text, which can contain wildcards.
    Text(&'a str),
    /// `${*}`, `${?}` or `${$}`: the character itself, not a wildcard.
    Escaped(char),
    /// `${key}` or `${key, 'default'}`.
    Variable {
        key: &'a str,
        default: Option<&'a str>,
    },
}

/// Splits a text at its variables.
///
/// Version 2008-10-17 has no variables: `${...}` is plain text there. An incomplete variable (`${a`) is
/// plain text in both versions, because AWS does not document it as an error.
pub(crate) fn split_variables(text: &str, version: Version) -> Vec<Piece<'_>> {
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

/// Parses a variable from the text after `${`; returns it with the text after the closing brace.
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

/// The first `${` of a text that does not begin a variable, with what follows it. A variable has the name
/// of a condition key, which contains a colon.
pub(crate) fn malformed_variable(text: &str) -> Option<&str> {
    let mut rest = text;
    while let Some(start) = rest.find("${") {
        let end = |text: &str| text.find('}').map_or(text.len(), |at| at + 1);
        match variable(&rest[start + 2..]) {
            Some((Piece::Variable { key, .. }, _)) if !key.contains(':') => {
                let wrong = &rest[start..];
                return wrong.get(..end(wrong));
            }
            Some((_, after)) => rest = after,
            None => {
                let wrong = &rest[start..];
                return wrong.get(..end(wrong));
            }
        }
    }
    None
}
