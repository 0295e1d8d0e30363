//! The rules of composite alarms: which child alarms can put the composite alarm into ALARM.
//!
//! Syntax: "Create a composite alarm" in the CloudWatch user guide, and `AlarmRule` of
//! [PutCompositeAlarm](https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutCompositeAlarm.html).

use std::collections::BTreeSet;

/// How deep a rule can nest. The API refuses a rule of more than 500 elements.
const MAX_DEPTH: u32 = 500;

/// The names and ARNs of the child alarms that can put a composite alarm into ALARM by going into
/// ALARM themselves: those under `ALARM(child)` or `NOT OK(child)`.
///
/// A child that only suppresses the composite alarm (`NOT ALARM(deployment)`, `OK(child)`) is left
/// out. So is a child next to a constant that decides alone (`TRUE OR ALARM(child)`).
///
/// # Errors
/// The rule could not be parsed.
pub(crate) fn triggering_children(rule: &str) -> Result<BTreeSet<String>, Unreadable> {
    let tokens = tokens(rule).ok_or(Unreadable)?;
    let mut rest = &*tokens;
    let parsed = any(&mut rest, 0).ok_or(Unreadable)?;
    if !rest.is_empty() {
        return Err(Unreadable);
    }
    let mut all = BTreeSet::new();
    parsed.collect(true, &mut all);
    Ok(all)
}

/// The rule is not in a known form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Unreadable;

#[derive(Debug)]
enum Rule {
    Constant(bool),
    /// At least one of these alarms is in a state: ALARM where `alarm` is true, otherwise OK or
    /// INSUFFICIENT_DATA. With `not`, at least one is not in that state.
    State {
        alarm: bool,
        not: bool,
        children: Vec<String>,
    },
    Not(Box<Self>),
    And(Vec<Self>),
    Or(Vec<Self>),
}

impl Rule {
    /// The value of a part that does not depend on any alarm.
    fn constant(&self) -> Option<bool> {
        match self {
            Self::Constant(value) => Some(*value),
            Self::State { .. } => None,
            Self::Not(inner) => inner.constant().map(|value| !value),
            Self::And(parts) => decided(parts, false),
            Self::Or(parts) => decided(parts, true),
        }
    }

    /// Adds the children that make this part true (`positive`) or false by going into ALARM. Each
    /// `NOT` on the way reverses the direction.
    fn collect(&self, positive: bool, into: &mut BTreeSet<String>) {
        if self.constant().is_some() {
            return;
        }
        match self {
            Self::Constant(_) => {}
            Self::State {
                alarm,
                not,
                children,
            } => {
                if *alarm == (positive != *not) {
                    into.extend(children.iter().cloned());
                }
            }
            Self::Not(inner) => inner.collect(!positive, into),
            Self::And(parts) | Self::Or(parts) => {
                for part in parts {
                    part.collect(positive, into);
                }
            }
        }
    }
}

/// The value of a conjunction (`by` is false) or a disjunction (`by` is true) that constants decide.
fn decided(parts: &[Rule], by: bool) -> Option<bool> {
    if parts.iter().any(|p| p.constant() == Some(by)) {
        return Some(by);
    }
    let all = parts.iter().all(|p| p.constant() == Some(!by));
    all.then_some(!by)
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Token {
    Open,
    Close,
    Comma,
    Word(String),
    Quoted(String),
}

fn any(rest: &mut &[Token], depth: u32) -> Option<Rule> {
    let mut parts = vec![all(rest, depth)?];
    while keyword(rest, "OR") {
        parts.push(all(rest, depth)?);
    }
    Some(one_or(parts, Rule::Or))
}

fn all(rest: &mut &[Token], depth: u32) -> Option<Rule> {
    let mut parts = vec![unary(rest, depth)?];
    while keyword(rest, "AND") {
        parts.push(unary(rest, depth)?);
    }
    Some(one_or(parts, Rule::And))
}

fn one_or(mut parts: Vec<Rule>, many: fn(Vec<Rule>) -> Rule) -> Rule {
    match parts.pop() {
        Some(only) if parts.is_empty() => only,
        last => {
            parts.extend(last);
            many(parts)
        }
    }
}

fn unary(rest: &mut &[Token], depth: u32) -> Option<Rule> {
    if depth > MAX_DEPTH {
        return None;
    }
    if keyword(rest, "NOT") {
        return unary(rest, depth + 1).map(|inner| Rule::Not(Box::new(inner)));
    }
    if eat(rest, &Token::Open) {
        let inner = any(rest, depth + 1)?;
        return eat(rest, &Token::Close).then_some(inner);
    }
    let word = match rest.split_first()? {
        (Token::Word(word), after) => {
            *rest = after;
            word.to_ascii_uppercase()
        }
        _ => return None,
    };
    match &*word {
        "TRUE" => Some(Rule::Constant(true)),
        "FALSE" => Some(Rule::Constant(false)),
        "AT_LEAST" => at_least(rest),
        state => {
            let alarm = is_alarm(state)?;
            let inside = eat(rest, &Token::Open);
            let child = name(rest).filter(|_| inside)?;
            eat(rest, &Token::Close).then(|| Rule::State {
                alarm,
                not: false,
                children: vec![child],
            })
        }
    }
}

/// `AT_LEAST(2, ALARM, (a, b, c))`, `AT_LEAST(60%, NOT OK, (a, b))`.
fn at_least(rest: &mut &[Token]) -> Option<Rule> {
    let open = eat(rest, &Token::Open);
    name(rest).filter(|n| open && n.starts_with(|c: char| c.is_ascii_digit()))?;
    let comma = eat(rest, &Token::Comma);
    let not = keyword(rest, "NOT");
    let state = name(rest).filter(|_| comma)?.to_ascii_uppercase();
    let alarm = is_alarm(&state)?;
    let list = eat(rest, &Token::Comma) && eat(rest, &Token::Open);
    let mut children = vec![name(rest).filter(|_| list)?];
    while eat(rest, &Token::Comma) {
        children.push(name(rest)?);
    }
    let closed = eat(rest, &Token::Close) && eat(rest, &Token::Close);
    closed.then_some(Rule::State {
        alarm,
        not,
        children,
    })
}

/// Whether a state is ALARM, or `None` for an unknown state.
fn is_alarm(state: &str) -> Option<bool> {
    match state {
        "ALARM" => Some(true),
        "OK" | "INSUFFICIENT_DATA" => Some(false),
        _ => None,
    }
}

fn name(rest: &mut &[Token]) -> Option<String> {
    match rest.split_first()? {
        (Token::Word(text) | Token::Quoted(text), after) => {
            *rest = after;
            Some(text.clone())
        }
        _ => None,
    }
}

fn keyword(rest: &mut &[Token], expected: &str) -> bool {
    match rest.split_first() {
        Some((Token::Word(word), after)) if word.eq_ignore_ascii_case(expected) => {
            *rest = after;
            true
        }
        _ => false,
    }
}

fn eat(rest: &mut &[Token], expected: &Token) -> bool {
    match rest.split_first() {
        Some((found, after)) if found == expected => {
            *rest = after;
            true
        }
        _ => false,
    }
}

fn tokens(rule: &str) -> Option<Vec<Token>> {
    let mut all = Vec::new();
    let mut chars = rule.chars().peekable();
    while let Some(c) = chars.next() {
        all.push(match c {
            c if c.is_whitespace() => continue,
            '(' => Token::Open,
            ')' => Token::Close,
            ',' => Token::Comma,
            '"' | '\'' => {
                let mut text = String::new();
                loop {
                    match chars.next()? {
                        '\\' => text.push(chars.next()?),
                        end if end == c => break,
                        other => text.push(other),
                    }
                }
                Token::Quoted(text)
            }
            c => {
                let mut text = String::from(c);
                let ends = |c: char| c.is_whitespace() || matches!(c, '(' | ')' | ',');
                while let Some(more) = chars.next_if(|c| !ends(*c)) {
                    text.push(more);
                }
                Token::Word(text)
            }
        });
    }
    Some(all)
}

#[cfg(test)]
mod tests;
