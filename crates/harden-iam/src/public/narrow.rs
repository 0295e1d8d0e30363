//! Decides whether a condition restricts the callers.

use std::net::IpAddr;

use crate::condition::{Comparison, Operator, Quantifier, network};
use crate::document::{Condition, Version};
use crate::pattern::Token;
use crate::variable::{Piece, split_variables};

/// How the values of a key restrict the caller.
#[derive(Clone, Copy)]
enum Restriction {
    /// An ARN: restricted by its account, or by the name of an S3 bucket.
    Arn,
    /// A name that restricts only as a whole (an account, an organization, a VPC).
    Whole,
    /// The part before this character restricts.
    Until(char),
    /// An IP address.
    Address,
    /// The endpoint of an SNS subscription.
    Endpoint,
}

fn restriction(key: &str, action: &str) -> Option<Restriction> {
    Some(match key.to_ascii_lowercase().as_str() {
        "aws:sourcearn" | "aws:principalarn" | "s3:dataaccesspointarn" => Restriction::Arn,
        "aws:sourceaccount"
        | "aws:sourceowner"
        | "aws:sourceorgid"
        | "aws:sourcevpc"
        | "aws:sourcevpce"
        | "aws:principalaccount"
        | "aws:principalorgid"
        | "aws:vpceaccount"
        | "aws:vpceorgid"
        | "kms:calleraccount"
        | "lambda:eventsourcetoken"
        | "s3:dataaccesspointaccount" => Restriction::Whole,
        "aws:sourceorgpaths" | "aws:principalorgpaths" | "aws:vpceorgpaths" => {
            Restriction::Until('/')
        }
        "aws:userid" => Restriction::Until(':'),
        "aws:sourceip" | "aws:vpcsourceip" => Restriction::Address,
        "sns:endpoint" if action.eq_ignore_ascii_case("sns:Subscribe") => Restriction::Endpoint,
        _ => return None,
    })
}

/// Why a condition of an Allow does not restrict the callers; `None` if it does.
pub(super) fn why_open(condition: &Condition, version: Version, action: &str) -> Option<String> {
    let Condition {
        operator: name,
        key,
        ..
    } = condition;
    let Some(restriction) = restriction(key, action) else {
        return Some(format!("{key} does not restrict the caller"));
    };
    let Some(operator) = Operator::parse(name) else {
        return Some(format!("{name} of {key} is not a known operator"));
    };
    if operator.comparison == Comparison::Null {
        return Some(format!(
            "{name} of {key} checks only whether the key is present"
        ));
    }
    if operator.if_exists || operator.quantifier == Some(Quantifier::All) {
        return Some(format!("{name} of {key} matches a request without the key"));
    }
    if operator.negated {
        return Some(format!("{name} of {key} excludes only some callers"));
    }
    why_values_open(condition, operator, restriction, version)
}

/// Whether a condition of a Deny exempts only restricted callers: it is the negation of a condition that
/// restricts. A request without the key must match the condition, so that it is denied.
pub(super) fn exempts_restricted_only(
    condition: &Condition,
    version: Version,
    action: &str,
) -> bool {
    let (Some(operator), Some(restriction)) = (
        Operator::parse(&condition.operator),
        restriction(&condition.key, action),
    ) else {
        return false;
    };
    let absent_denied = operator.if_exists || operator.quantifier != Some(Quantifier::Any);
    operator.negated
        && absent_denied
        && why_values_open(condition, operator, restriction, version).is_none()
}

/// Why the values of a condition, without its negation, do not certainly exclude any caller.
fn why_values_open(
    condition: &Condition,
    operator: Operator,
    restriction: Restriction,
    version: Version,
) -> Option<String> {
    let Condition {
        operator: name,
        key,
        values,
        ..
    } = condition;
    if values.is_empty() {
        return Some(format!("{name} of {key} has no values"));
    }
    let wild = match (operator.comparison, restriction) {
        (Comparison::Ip, Restriction::Address) => {
            return covers_half(values)
                .then(|| format!("{key} includes at least half of all addresses"));
        }
        (_, Restriction::Address) => return Some(format!("{name} does not compare addresses")),
        (Comparison::Text { .. }, _) => false,
        (Comparison::Like | Comparison::Arn, _) => true,
        _ => return Some(format!("{name} does not match the type of {key}")),
    };
    let open = values
        .iter()
        .find(|value| !excludes_callers(&tokens(value, version, wild), restriction));
    open.map(|value| format!("`{value}` of {key} does not restrict the caller"))
}

/// The value as a pattern. The caller can influence the value of a variable, so it matches anything.
/// Variables of the resource (`${aws:ResourceAccount}`) are fixed by the resource.
fn tokens(value: &str, version: Version, wild: bool) -> Vec<Token> {
    let mut tokens = Vec::new();
    for piece in split_variables(value, version) {
        match piece {
            Piece::Text(text) if wild => tokens.extend(text.chars().map(Token::glob)),
            Piece::Text(text) => tokens.extend(text.chars().map(Token::Literal)),
            Piece::Escaped(c) => tokens.push(Token::Literal(c)),
            Piece::Variable { key, .. } if fixed_variable(key) => tokens.push(Token::Literal('$')),
            Piece::Variable { .. } => tokens.push(Token::Many { colon: true }),
        }
    }
    tokens
}

fn fixed_variable(key: &str) -> bool {
    [
        "aws:ResourceAccount",
        "aws:ResourceOrgID",
        "aws:ResourceOrgPaths",
    ]
    .iter()
    .any(|fixed| fixed.eq_ignore_ascii_case(key))
}

fn excludes_callers(value: &[Token], restriction: Restriction) -> bool {
    let whole = |tokens: &[Token]| !tokens.is_empty() && !tokens.iter().any(|t| t.is_wildcard());
    match restriction {
        _ if whole(value) => true,
        Restriction::Whole | Restriction::Address => false,
        Restriction::Until(end) => {
            let end = value.iter().position(|token| *token == Token::Literal(end));
            end.is_some_and(|end| whole(&value[..end]))
        }
        Restriction::Arn => {
            let parts: Vec<_> = value
                .splitn(6, |token| *token == Token::Literal(':'))
                .collect();
            let [_, _, service, _, account, resource] = parts[..] else {
                return false;
            };
            let bucket = service.iter().copied().eq("s3".chars().map(Token::Literal));
            let global = account.is_empty() || bucket;
            whole(account) || (global && resource.iter().any(|token| !token.is_wildcard()))
        }
        Restriction::Endpoint => names_endpoint(value),
    }
}

/// Whether a value has more than wildcards, a URL scheme and punctuation.
fn names_endpoint(value: &[Token]) -> bool {
    let scheme = |name: &str| {
        let name: Vec<Token> = name.chars().map(Token::Literal).collect();
        value.strip_prefix(name.as_slice())
    };
    let rest = scheme("https://")
        .or_else(|| scheme("http://"))
        .unwrap_or(value);
    rest.iter()
        .any(|token| matches!(token, Token::Literal(c) if c.is_alphanumeric()))
}

/// Whether address ranges cover half of all IPv4 or IPv6 addresses, or one of them is not a range.
fn covers_half(ranges: &[String]) -> bool {
    let (mut v4, mut v6) = (0.0, 0.0);
    for range in ranges {
        let Some((address, prefix)) = network(range) else {
            return true;
        };
        let share = 0.5_f64.powi(prefix.into());
        match address {
            IpAddr::V4(_) => v4 += share,
            IpAddr::V6(_) => v6 += share,
        }
    }
    v4 >= 0.5 || v6 >= 0.5
}
