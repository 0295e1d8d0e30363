//! The syntax of policy variables (IAM User Guide, "IAM policy elements: Variables and tags").

use crate::document::Version;

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
