//! Whether a condition pins the callers.

use std::net::IpAddr;

use crate::condition::{Comparison, Operator, Quantifier, network};
use crate::document::{Condition, Version};
use crate::pattern::Token;
use crate::variable::{Piece, split_variables};

/// What the values of a key say of a caller.
#[derive(Clone, Copy)]
enum Pins {
    /// An ARN: its account, or an S3 bucket's name.
    Arn,
    /// A name that pins only as a whole (an account, an organization, a VPC).
    Whole,
    /// What stands before this character pins.
    Until(char),
    /// An address.
    Address,
    /// The place that a subscription delivers to.
    Endpoint,
}

fn pins(key: &str, action: &str) -> Option<Pins> {
    Some(match key.to_ascii_lowercase().as_str() {
        "aws:sourcearn" | "aws:principalarn" => Pins::Arn,
        "aws:sourceaccount"
        | "aws:sourceowner"
        | "aws:sourceorgid"
        | "aws:sourcevpc"
        | "aws:sourcevpce"
        | "aws:principalaccount"
        | "aws:principalorgid"
        | "kms:calleraccount" => Pins::Whole,
        "aws:sourceorgpaths" | "aws:principalorgpaths" => Pins::Until('/'),
        "aws:userid" => Pins::Until(':'),
        "aws:sourceip" | "aws:vpcsourceip" => Pins::Address,
        "sns:endpoint" if action.eq_ignore_ascii_case("sns:Subscribe") => Pins::Endpoint,
        _ => return None,
    })
}

/// Why a condition of an Allow leaves the statement open to everybody; nothing if it narrows it.
pub(super) fn hole(condition: &Condition, version: Version, action: &str) -> Option<String> {
    let Condition {
        operator: name,
        key,
        ..
    } = condition;
    let Some(pins) = pins(key, action) else {
        return Some(format!("{key} does not say who calls"));
    };
    let Some(operator) = Operator::parse(name) else {
        return Some(format!("{name} of {key} is no known operator"));
    };
    if operator.comparison == Comparison::Null {
        return Some(format!(
            "{name} of {key} only asks whether the key is there"
        ));
    }
    if operator.if_exists || operator.quantifier == Some(Quantifier::All) {
        return Some(format!(
            "{name} of {key} matches a request without that key"
        ));
    }
    if operator.negated {
        return Some(format!("{name} of {key} leaves out some callers only"));
    }
    open_value(condition, operator, pins, version)
}

/// Whether a condition of a Deny spares only callers that are pinned: the negation of one that
/// narrows. An absent key must match, that is, be denied.
pub(super) fn spares_pinned_only(condition: &Condition, version: Version, action: &str) -> bool {
    let (Some(operator), Some(pins)) = (
        Operator::parse(&condition.operator),
        pins(&condition.key, action),
    ) else {
        return false;
    };
    let absent_denied = operator.if_exists || operator.quantifier != Some(Quantifier::Any);
    operator.negated && absent_denied && open_value(condition, operator, pins, version).is_none()
}

/// Why the values of a condition, taken positively, leave nobody out for certain.
fn open_value(
    condition: &Condition,
    operator: Operator,
    pins: Pins,
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
    let wild = match (operator.comparison, pins) {
        (Comparison::Ip, Pins::Address) => {
            return wide(values).then(|| format!("{key} admits half of all addresses or more"));
        }
        (_, Pins::Address) => return Some(format!("{name} does not compare addresses")),
        (Comparison::Text { .. }, _) => false,
        (Comparison::Like | Comparison::Arn, _) => true,
        _ => return Some(format!("{name} does not fit {key}")),
    };
    let open = values
        .iter()
        .find(|value| !leaves_out(&tokens(value, version, wild), pins));
    open.map(|value| format!("`{value}` of {key} does not pin the caller"))
}

/// The value as a pattern. A variable is whatever the caller brings along, but for the keys of
/// the resource (`${aws:ResourceAccount}`), which are the resource's own.
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

fn leaves_out(value: &[Token], pins: Pins) -> bool {
    let whole = |tokens: &[Token]| !tokens.is_empty() && !tokens.iter().any(|t| t.is_wildcard());
    match pins {
        _ if whole(value) => true,
        Pins::Whole | Pins::Address => false,
        Pins::Until(end) => {
            let end = value.iter().position(|token| *token == Token::Literal(end));
            end.is_some_and(|end| whole(&value[..end]))
        }
        Pins::Arn => {
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
        Pins::Endpoint => names_endpoint(value),
    }
}

/// More than wildcards, a scheme and punctuation.
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

/// Whether address ranges make up half of the space of IPv4 or of IPv6, or one of them is none.
fn wide(ranges: &[String]) -> bool {
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
