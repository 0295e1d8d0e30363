//! Expressions: `${{ … }}`, and `if`.
//!
//! What an expression reads is kept, as contexts in lower case; of its literals only well-known
//! words are.

use github_actions_expressions::call::{Call, Function};
use github_actions_expressions::literal::Literal;
use github_actions_expressions::op::{BinExpr, BinOp, UnOp};
use github_actions_expressions::{Expr, SpannedExpr};

use super::{Context, plain};

/// An expression that GitHub would refuse too.
#[derive(Debug)]
pub(super) struct Malformed;

/// The expressions of a text, without their braces, in order.
pub(super) fn split(text: &str) -> Result<Vec<&str>, Malformed> {
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
pub(super) fn end_of(inner: &str) -> Option<usize> {
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

/// Parses an expression.
pub(super) fn parse(text: &str) -> Result<SpannedExpr<'_>, Malformed> {
    Expr::parse(text).map_err(|_| Malformed)
}

/// The secrets and variables that an expression reads: the names in upper case, `*` where they are
/// computed or all are taken; and whether it may be empty.
pub(super) fn references(text: &str) -> Result<Vec<(Context, String, bool)>, Malformed> {
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
            op: BinOp::Or | BinOp::And,
            rhs,
            ..
        }) => needs(rhs, into),
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

/// All contexts of an expression, in lower case.
pub(super) fn contexts(parsed: &SpannedExpr<'_>) -> Vec<String> {
    let named = parsed.contexts().into_iter();
    let mut all: Vec<String> = named.filter_map(|(c, _)| kept(&c.as_pattern()?)).collect();
    all.dedup();
    all
}

/// The contexts whose value is the expression's, in lower case.
pub(super) fn values(text: &str) -> Vec<String> {
    let Ok(parsed) = parse(text) else {
        return Vec::new();
    };
    let flowing = parsed.dataflow_contexts().into_iter();
    flowing
        .filter_map(|(c, _)| kept(&c.as_pattern()?))
        .collect()
}

/// A context's path, each part of which is a name.
fn kept(pattern: &str) -> Option<String> {
    plain::name(pattern).map(str::to_owned)
}

/// What an `if` says.
#[derive(Debug, Default)]
pub(super) struct Said {
    pub(super) reads: Vec<String>,
    pub(super) demands: Vec<String>,
    pub(super) after_failure: bool,
    pub(super) never: bool,
}

/// Reads an `if`: an expression with or without braces.
pub(super) fn condition(text: &str) -> Result<Said, Malformed> {
    let text = text.trim();
    let braced = split(text)?;
    let whole = match braced.as_slice() {
        [one] if text.starts_with("${{") && text.ends_with("}}") => one,
        [] => text,
        // a text around expressions: it is never empty, so it always holds
        several => {
            let mut said = Said::default();
            for expression in several {
                let parsed = parse(expression)?;
                said.reads.extend(contexts(&parsed));
                said.after_failure |= names_status(&parsed);
            }
            return Ok(said);
        }
    };
    if whole.is_empty() {
        return Ok(Said::default());
    }
    let parsed = parse(whole)?;
    let mut demands = Vec::new();
    conjuncts(&parsed, &mut demands);
    Ok(Said {
        reads: contexts(&parsed),
        demands,
        after_failure: names_status(&parsed),
        never: parsed.consteval().is_some_and(|value| !value.as_boolean()),
    })
}

/// Whether a status function other than `success()` is named: GitHub then does not ask for
/// `success()` by itself.
fn names_status(parsed: &SpannedExpr<'_>) -> bool {
    match &parsed.inner {
        Expr::Call(Call { func, args }) => match func {
            Function::Always | Function::Failure | Function::Cancelled => true,
            _ => args.iter().any(names_status),
        },
        Expr::BinExpr(BinExpr { lhs, rhs, .. }) => names_status(lhs) || names_status(rhs),
        Expr::UnExpr { expr, .. } => names_status(expr),
        _ => false,
    }
}

/// The comparisons that must all hold.
fn conjuncts(parsed: &SpannedExpr<'_>, into: &mut Vec<String>) {
    match &parsed.inner {
        Expr::BinExpr(BinExpr {
            lhs,
            op: BinOp::And,
            rhs,
        }) => {
            conjuncts(lhs, into);
            conjuncts(rhs, into);
        }
        Expr::BinExpr(BinExpr { lhs, op, rhs }) => {
            let sign = match op {
                BinOp::Eq => "==",
                BinOp::Neq => "!=",
                _ => return,
            };
            let compared = |a: &SpannedExpr<'_>, b: &SpannedExpr<'_>| {
                let other = literal(b).or_else(|| path(b))?;
                Some(format!("{} {sign} {other}", path(a)?))
            };
            into.extend(compared(lhs, rhs).or_else(|| compared(rhs, lhs)));
        }
        Expr::Call(Call {
            func: Function::Success,
            ..
        }) => into.push("success()".to_owned()),
        Expr::UnExpr { op: UnOp::Not, .. } => {}
        _ => {}
    }
}

fn path(parsed: &SpannedExpr<'_>) -> Option<String> {
    match &parsed.inner {
        Expr::Context(context) => kept(&context.as_pattern()?),
        _ => None,
    }
}

fn literal(parsed: &SpannedExpr<'_>) -> Option<String> {
    match &parsed.inner {
        Expr::Literal(Literal::String(text)) => Some(plain::name_or_mark(text)),
        Expr::Literal(Literal::Boolean(value)) => Some(value.to_string()),
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
    fn conditions_say_what_they_demand() {
        let said =
            condition("github.ref == 'refs/heads/main' && (success() || failure())").unwrap();
        assert_eq!(said.demands, ["github.ref == refs/heads/main"]);
        assert!(said.after_failure && !said.never);
        assert!(condition("${{ false }}").unwrap().never);
        assert!(condition("!cancelled()").unwrap().after_failure);
        assert!(!condition("success()").unwrap().after_failure);
        assert!(condition("github.event_name == \"push\"").is_err());
        let pasted = condition("inputs.key == 'hunter two'").unwrap();
        assert_eq!(pasted.demands, ["inputs.key == …"]);
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
        assert_eq!(optional("format('x{0}', secrets.A)"), [false]);
    }
}
