//! Expressions: `${{ … }}`.
//!
//! What an expression reads is kept, as contexts in lower case; of its literals only well-known
//! words are.

use github_actions_expressions::call::{Call, Function};
use github_actions_expressions::context::Context as Path;
use github_actions_expressions::op::{BinExpr, BinOp};
use github_actions_expressions::{Expr, SpannedExpr};

mod assumed;
mod conditions;
mod given;
mod path;
mod strangers;
mod untrusted;
mod value;

pub(crate) use conditions::{Said, condition};
pub(crate) use given::{Given, Value};
pub(crate) use untrusted::{
    ARTIFACT_TEXT, CHANGED_FILES, COMMENT_TEXT, COMMIT_TEXT, PULL_BRANCH, PULL_COMMIT, PULL_TEXT,
    carried, names_untrusted, perhaps,
};
pub use untrusted::{is_absent_on, is_perhaps_untrusted, is_untrusted};

use self::path::{kept, literal};
use crate::Context;
use crate::names::LEFT_OUT;

/// An expression that GitHub would refuse too.
#[derive(Debug)]
pub(crate) struct Malformed;

/// The expressions of a text, without their braces, in order.
pub(crate) fn split(text: &str) -> Result<Vec<&str>, Malformed> {
    let mut all = Vec::new();
    let mut rest = text;
    while let Some(start) = rest.find("${{") {
        let inner = rest.get(start + 3..).ok_or(Malformed)?;
        let end = end_of(inner).ok_or(Malformed)?;
        all.push(inner.get(..end).ok_or(Malformed)?.trim());
        rest = inner.get(end + 2..).ok_or(Malformed)?;
    }
    Ok(all)
}

/// Where the `}}` is that ends an expression; one inside a quoted text does not.
pub(crate) fn end_of(inner: &str) -> Option<usize> {
    let mut quoted = false;
    for (i, byte) in inner.bytes().enumerate() {
        match byte {
            b'\'' => quoted = !quoted,
            b'}' if !quoted && inner.get(i..)?.starts_with("}}") => return Some(i),
            _ => {}
        }
    }
    None
}

/// How long an expression may be, and how deep, for GitHub: `MaxLength` and `MaxDepth` of
/// `ExpressionConstants` in <https://github.com/actions/runner>. The parser calls itself for each level.
const LONGEST: usize = 21_000;
const DEEPEST: usize = 50;

/// How many operators and dereferences an expression may have: the parser calls itself for each.
const MOST_OPERATORS: usize = 300;

/// Parses an expression.
pub(crate) fn parse(text: &str) -> Result<SpannedExpr<'_>, Malformed> {
    if text.len() > LONGEST || depth(text) > DEEPEST || operators(text) > MOST_OPERATORS {
        return Err(Malformed);
    }
    Expr::parse(text).map_err(|_| Malformed)
}

/// The operators of an expression, and half of its dereferences.
fn operators(text: &str) -> usize {
    let mut quoted = false;
    let of = |byte: u8| {
        quoted ^= byte == b'\'';
        !quoted && b"&|=<>!.[".contains(&byte)
    };
    // those of two characters are counted twice
    text.bytes().map(of).filter(|found| *found).count() / 2
}

/// How deep an expression is in brackets and negations.
fn depth(text: &str) -> usize {
    let (mut open, mut negations, mut deepest) = (0_usize, 0_usize, 0);
    let mut quoted = false;
    for byte in text.bytes() {
        match byte {
            b'\'' => quoted = !quoted,
            _ if quoted => {}
            b'(' | b'[' => open += 1,
            b')' | b']' => open = open.saturating_sub(1),
            b'!' => negations += 1,
            _ => {}
        }
        if !matches!(byte, b'!' | b' ' | b'(') {
            negations = 0;
        }
        deepest = deepest.max(open + negations);
    }
    deepest
}

/// The secrets and variables that an expression reads: the names in upper case, `*` where they are
/// computed or all are taken; and whether it may be empty.
pub(crate) fn references(text: &str) -> Result<Vec<(Context, String, bool)>, Malformed> {
    let parsed = parse(text)?;
    let mut needed = Vec::new();
    needs(&parsed, &mut needed);
    let read = parsed.contexts().into_iter().filter_map(|(context, _)| {
        let pattern = context.as_pattern()?;
        let (head, rest) = pattern.split_once('.').unwrap_or((&pattern, "*"));
        let kind = match head {
            "secrets" => Context::Secrets,
            "vars" => Context::Vars,
            _ => return None,
        };
        let optional = !needed.contains(&pattern);
        Some((kind, rest.to_ascii_uppercase(), optional))
    });
    Ok(read.collect())
}

/// The contexts whose value is the expression's when nothing else takes its place.
fn needs(parsed: &SpannedExpr<'_>, into: &mut Vec<String>) {
    match &parsed.inner {
        Expr::BinExpr(BinExpr {
            lhs,
            op: BinOp::Or,
            rhs,
        }) => {
            // `condition && secrets.A || secrets.B` chooses between two: the second is no substitute
            if let Expr::BinExpr(BinExpr {
                lhs: chosen_if,
                op: BinOp::And,
                rhs: first,
            }) = &lhs.inner
                && reads_secrets(rhs)
                && !reads_secrets(chosen_if)
            {
                needs(first, into);
            }
            needs(rhs, into);
        }
        Expr::BinExpr(BinExpr {
            op: BinOp::And,
            rhs,
            ..
        }) => needs(rhs, into),
        // each of its values, and the default
        Expr::Call(Call {
            func: Function::Case,
            args,
        }) => {
            let (pairs, rest) = args.as_chunks::<2>();
            let values = pairs.iter().map(|[_, value]| value).chain(rest);
            values.for_each(|value| needs(value, into));
        }
        Expr::Call(Call { func, args }) => {
            if matches!(
                func,
                Function::Format | Function::Join | Function::ToJSON | Function::FromJSON
            ) {
                args.iter().for_each(|arg| needs(arg, into));
            }
        }
        Expr::Context(context) => into.extend(context.as_pattern()),
        _ => {}
    }
}

/// Whether an expression reads a secret.
fn reads_secrets(parsed: &SpannedExpr<'_>) -> bool {
    let mut read = parsed.contexts().into_iter();
    read.any(|(context, _)| {
        let pattern = context.as_pattern();
        pattern.is_some_and(|pattern| pattern.split('.').next() == Some("secrets"))
    })
}

/// The literals that an expression chooses from, where it can have no other value:
/// `condition && 'production' || 'staging'`, `case(…)`.
pub(crate) fn choices(text: &str) -> Option<Vec<String>> {
    fn each(parsed: &SpannedExpr<'_>, into: &mut Vec<String>) -> Option<()> {
        match &parsed.inner {
            Expr::Literal(_) => {
                let name = literal(parsed).filter(|name| !name.is_empty() && name != LEFT_OUT)?;
                into.push(name);
                Some(())
            }
            Expr::BinExpr(BinExpr {
                lhs,
                op: BinOp::Or,
                rhs,
            }) => {
                // the first is a condition and a literal
                let Expr::BinExpr(BinExpr {
                    op: BinOp::And,
                    rhs: first,
                    ..
                }) = &lhs.inner
                else {
                    return None;
                };
                each(first, into)?;
                each(rhs, into)
            }
            Expr::Call(Call {
                func: Function::Case,
                args,
            }) => {
                let (pairs, rest) = args.as_chunks::<2>();
                let [default] = rest else {
                    return None;
                };
                for [_, value] in pairs {
                    each(value, into)?;
                }
                each(default, into)
            }
            _ => None,
        }
    }
    let mut found = Vec::new();
    each(&parse(text).ok()?, &mut found)?;
    (found.len() > 1).then_some(found)
}

/// All contexts of an expression, in lower case.
pub(crate) fn contexts(parsed: &SpannedExpr<'_>) -> Vec<String> {
    let named = parsed.contexts().into_iter();
    let mut all: Vec<String> = named.filter_map(|(c, _)| kept(&c.as_pattern()?)).collect();
    all.dedup();
    all
}

/// The contexts whose value is the expression's, in lower case.
pub(crate) fn values(text: &str) -> Vec<String> {
    let Ok(parsed) = parse(text) else {
        return Vec::new();
    };
    let flowing = parsed.dataflow_contexts().into_iter();
    flowing.filter_map(|(c, _)| kept(&pattern(c)?)).collect()
}

/// A context's path, also where it starts with a value that went through JSON:
/// `fromJSON(toJSON(github.event.issue)).title`.
fn pattern(context: &Path<'_>) -> Option<String> {
    if let Some(pattern) = context.as_pattern() {
        return Some(pattern);
    }
    let (head, rest) = context.parts.split_first()?;
    let mut pattern = through_json(head)?;
    for part in rest {
        pattern.push('.');
        match &part.inner {
            Expr::Identifier(name) => pattern.push_str(&name.as_str().to_ascii_lowercase()),
            Expr::Index(index) => match literal(index) {
                Some(name) => pattern.push_str(&name.to_ascii_lowercase()),
                None => pattern.push('*'),
            },
            _ => pattern.push('*'),
        }
    }
    Some(pattern)
}

/// The path of a context that is written as JSON, read from it, or both.
fn through_json(parsed: &SpannedExpr<'_>) -> Option<String> {
    match &parsed.inner {
        Expr::Call(Call {
            func: Function::FromJSON | Function::ToJSON,
            args,
        }) => through_json(args.first()?),
        Expr::Context(context) => pattern(context),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quoted_brace_does_not_end_an_expression() {
        assert_eq!(split("a ${{ 'x}}' }} b ${{y}}").unwrap(), ["'x}}'", "y"]);
        assert!(split("${{ open").is_err());
    }

    #[test]
    fn secrets_by_any_spelling() {
        let names = |text| {
            let all = references(text).unwrap();
            all.into_iter().map(|(_, name, _)| name).collect::<Vec<_>>()
        };
        assert_eq!(names("secrets.npm_token"), ["NPM_TOKEN"]);
        assert_eq!(names("secrets['A'] || vars.b"), ["A", "B"]);
        assert_eq!(names("toJSON(secrets)"), ["*"]);
        assert_eq!(names("secrets[format('{0}', matrix.env)]"), ["*"]);
        assert_eq!(names("github.token"), [""; 0]);
        let optional = |text| {
            references(text)
                .unwrap()
                .into_iter()
                .map(|(.., o)| o)
                .collect::<Vec<_>>()
        };
        assert_eq!(optional("secrets.A || secrets.B"), [true, false]);
        assert_eq!(optional("secrets.A != ''"), [true]);
        assert_eq!(
            optional("case(github.ref == 'x', secrets.A, secrets.B)"),
            [false, false]
        );
        assert_eq!(optional("case(secrets.A != '', 'x', 'y')"), [true]);
        assert_eq!(
            optional("github.ref == 'x' && secrets.A || secrets.B"),
            [false, false]
        );
        assert_eq!(optional("github.ref == 'x' && secrets.A || ''"), [true]);
        assert_eq!(optional("secrets.A && 'x' || secrets.B"), [true, false]);
        assert_eq!(optional("format('x{0}', secrets.A)"), [false]);
    }
}
