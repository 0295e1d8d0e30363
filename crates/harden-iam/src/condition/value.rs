//! Compares one value of a policy with one value of a request.
//!
//! `None` means that the operator cannot compare the value of the *policy* (a date that is not a date).
//! AWS does not document what happens then. A value of the *request* that cannot be compared does not
//! match.

use std::cmp::Ordering;
use std::net::IpAddr;

use jiff::Timestamp;
use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;

use super::operator::Order;
use crate::arn::ArnParts;
use crate::pattern::{Token, matches};

pub(crate) fn boolean(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "true" => Some(true),
        "false" => Some(false),
        _ => None,
    }
}

/// Whether two parsed values are equal.
pub(crate) fn same<T: PartialEq>(expected: Option<T>, actual: Option<T>) -> Option<bool> {
    expected.map(|expected| actual == Some(expected))
}

pub(crate) fn numeric(order: Order, expected: &str, actual: &str) -> Option<bool> {
    // Account ids and similar numbers do not fit the precision of a float: compare integers exactly.
    let (whole, exact) = (expected.parse::<i128>(), actual.parse::<i128>());
    if let (Ok(expected), Ok(actual)) = (whole, exact) {
        return Some(ordered(order, Some(actual.cmp(&expected))));
    }
    let expected = float(expected)?;
    Some(ordered(
        order,
        float(actual).and_then(|actual| actual.partial_cmp(&expected)),
    ))
}

/// A decimal number. Rust also parses `inf` and `nan`, which are not numbers here.
fn float(text: &str) -> Option<f64> {
    let decimal = |c: char| c.is_ascii_digit() || matches!(c, '+' | '-' | '.' | 'e' | 'E');
    text.chars()
        .all(decimal)
        .then(|| text.parse().ok())
        .flatten()
}

pub(crate) fn date(order: Order, expected: &str, actual: &str) -> Option<bool> {
    let expected = instant(expected)?;
    Some(ordered(
        order,
        instant(actual).map(|actual| actual.cmp(&expected)),
    ))
}

fn ordered(order: Order, actual: Option<Ordering>) -> bool {
    actual.is_some_and(|actual| match order {
        Order::Equal => actual.is_eq(),
        Order::Less => actual.is_lt(),
        Order::LessOrEqual => actual.is_le(),
        Order::Greater => actual.is_gt(),
        Order::GreaterOrEqual => actual.is_ge(),
    })
}

/// Parses a date: the W3C profile of ISO 8601 (a year, a month, a day, or a time with its offset), or
/// seconds since 1970. Four digits are a year. A value without a time of day means midnight UTC.
fn instant(text: &str) -> Option<Timestamp> {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    if digits(text) && text.len() != 4 {
        return Timestamp::from_second(text.parse().ok()?).ok();
    }
    if text.contains(['T', 't']) {
        return text.parse().ok();
    }
    let mut parts = text.split('-');
    let mut part = |width: usize| match parts.next() {
        Some(part) if digits(part) && part.len() == width => part.parse::<i16>().ok(),
        Some(_) => None,
        None => Some(1),
    };
    let (year, month, day) = (part(4)?, part(2)?, part(2)?);
    if parts.next().is_some() {
        return None;
    }
    let date = Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()?;
    TimeZone::UTC
        .to_timestamp(date.to_datetime(Time::midnight()))
        .ok()
}

/// Decodes base64, with or without padding.
pub(crate) fn binary(text: &str) -> Option<Vec<u8>> {
    let (mut bytes, mut bits, mut held) = (Vec::new(), 0u32, 0u32);
    for byte in text.trim_end_matches('=').bytes() {
        let six = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        };
        bits = bits << 6 | u32::from(six);
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.push(u8::try_from(bits >> held & 0xff).ok()?);
        }
    }
    Some(bytes)
}

pub(crate) fn ip(expected: &str, actual: &str) -> Option<bool> {
    let (network, prefix) = network(expected)?;
    let high = |bits: u128, width: u32| bits.checked_shr(width - u32::from(prefix)).unwrap_or(0);
    Some(match (network, actual.parse()) {
        (IpAddr::V4(network), Ok(IpAddr::V4(actual))) => {
            high(network.to_bits().into(), 32) == high(actual.to_bits().into(), 32)
        }
        (IpAddr::V6(network), Ok(IpAddr::V6(actual))) => {
            high(network.to_bits(), 128) == high(actual.to_bits(), 128)
        }
        _ => false,
    })
}

/// Parses an address range in CIDR notation; returns its address and prefix length. An address alone is
/// a range of one.
pub(crate) fn network(text: &str) -> Option<(IpAddr, u8)> {
    let (address, prefix) = match text.split_once('/') {
        Some((address, prefix)) => (address.parse::<IpAddr>().ok()?, Some(prefix.parse().ok()?)),
        None => (text.parse::<IpAddr>().ok()?, None),
    };
    let width = if address.is_ipv4() { 32 } else { 128 };
    let prefix: u8 = prefix.unwrap_or(width);
    (prefix <= width).then_some((address, prefix))
}

/// Compares ARNs part by part: a wildcard does not cross a colon ("IAM JSON policy elements: Condition
/// operators", ARN condition operators).
///
/// `None` if the pattern has fewer than six parts and could match only if a `*` crosses colons. AWS
/// documents this for the pattern `*` alone.
pub(crate) fn arn(expected: &[Token], actual: &str) -> Option<bool> {
    if ArnParts::parse(actual).is_none() {
        return Some(false);
    }
    let parts: Vec<&[Token]> = expected
        .splitn(6, |token| *token == Token::Literal(':'))
        .collect();
    if parts.len() < 6 {
        let everything =
            !expected.is_empty() && expected.iter().all(|t| matches!(t, Token::Many { .. }));
        return match matches(expected, actual.chars()) {
            true if everything => Some(true),
            true => None,
            false => Some(false),
        };
    }
    let actual = actual.splitn(6, ':');
    Some(
        parts
            .iter()
            .zip(actual)
            .all(|(part, actual)| matches(part, actual.chars())),
    )
}
