//! The value of an expression under what is given: the result of a job, a secret that does not exist.
//! What does not follow from that is left open.

use github_actions_expressions::call::{Call, Function};
use github_actions_expressions::literal::Literal;
use github_actions_expressions::op::{BinExpr, BinOp, UnOp};
use github_actions_expressions::{Expr, SpannedExpr};

/// What a part of an expression comes to.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value {
    Text(String),
    Number(f64),
    Bool(bool),
    Null,
    /// A list; some of its elements may be open.
    List(Vec<Self>),
    /// A text that is made of these parts, and of others between them.
    Parts(Vec<Self>),
    Open,
}

/// What is given.
pub(crate) struct Given<'a> {
    /// The value of a context, by its path in lower case.
    pub(crate) context: &'a dyn Fn(&str) -> Value,
    /// What the status functions `success()` and `failure()` return, where it is given.
    pub(crate) success: Option<bool>,
    pub(crate) failure: Option<bool>,
}

impl Value {
    /// Whether it counts as true.
    pub(crate) fn holds(&self) -> Option<bool> {
        match self {
            Self::Text(text) => Some(!text.is_empty()),
            Self::Number(number) => Some(*number != 0.0),
            Self::Bool(value) => Some(*value),
            Self::Null => Some(false),
            Self::List(_) => Some(true),
            Self::Parts(_) | Self::Open => None,
        }
    }

    fn of(holds: Option<bool>) -> Self {
        holds.map_or(Self::Open, Self::Bool)
    }

    /// As a text, as GitHub writes it.
    pub(crate) fn text(&self) -> Option<String> {
        match self {
            Self::Text(text) => Some(text.clone()),
            Self::Number(number) => Some(number.to_string()),
            Self::Bool(value) => Some(value.to_string()),
            Self::Null => Some(String::new()),
            Self::List(_) | Self::Parts(_) | Self::Open => None,
        }
    }

    fn number(&self) -> Option<f64> {
        match self {
            Self::Number(number) => Some(*number),
            Self::Bool(value) => Some(f64::from(u8::from(*value))),
            Self::Text(text) if text.trim().is_empty() => Some(0.0),
            Self::Text(text) => Some(text.trim().parse().unwrap_or(f64::NAN)),
            Self::Null => Some(0.0),
            Self::List(_) | Self::Parts(_) | Self::Open => None,
        }
    }

    /// GitHub compares texts without their case, and everything else as numbers.
    fn equals(&self, other: &Self) -> Option<bool> {
        match (self, other) {
            (Self::Text(a), Self::Text(b)) => Some(a.eq_ignore_ascii_case(b)),
            (a, b) => Some(a.number()? == b.number()?),
        }
    }

    /// Whether it contains another value: a list an element, a text a part.
    fn contains(&self, other: &Self) -> Option<bool> {
        match self {
            Self::List(elements) => {
                let found = elements.iter().map(|element| element.equals(other));
                any(found)
            }
            Self::Parts(parts) => {
                let wanted = other.text()?.to_lowercase();
                let mut known = parts.iter().filter_map(Self::text);
                let found = known.any(|part| part.to_lowercase().contains(&wanted));
                found.then_some(true)
            }
            whole => {
                let wanted = other.text()?.to_lowercase();
                Some(whole.text()?.to_lowercase().contains(&wanted))
            }
        }
    }

    /// The value of a JSON text.
    fn of_json(json: &serde_json::Value) -> Self {
        match json {
            serde_json::Value::Null => Self::Null,
            serde_json::Value::Bool(value) => Self::Bool(*value),
            serde_json::Value::Number(number) => number.as_f64().map_or(Self::Open, Self::Number),
            serde_json::Value::String(text) => Self::Text(text.clone()),
            serde_json::Value::Array(all) => Self::List(all.iter().map(Self::of_json).collect()),
            serde_json::Value::Object(_) => Self::Open,
        }
    }
}

/// Whether one of them is true; `None` if that is open.
fn any(found: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    let mut open = false;
    for one in found {
        match one {
            Some(true) => return Some(true),
            Some(false) => {}
            None => open = true,
        }
    }
    (!open).then_some(false)
}

impl Given<'_> {
    /// The value of an expression.
    pub(crate) fn value(&self, parsed: &SpannedExpr<'_>) -> Value {
        match &parsed.inner {
            Expr::Literal(Literal::String(text)) => Value::Text(text.to_string()),
            Expr::Literal(Literal::Boolean(value)) => Value::Bool(*value),
            Expr::Literal(Literal::Number(number)) => Value::Number(*number),
            Expr::Literal(Literal::Null) => Value::Null,
            Expr::Context(context) => context.as_pattern().map_or(Value::Open, |path| {
                (self.context)(&path.to_ascii_lowercase())
            }),
            Expr::UnExpr {
                op: UnOp::Not,
                expr,
            } => Value::of(self.value(expr).holds().map(|holds| !holds)),
            Expr::BinExpr(BinExpr { lhs, op, rhs }) => {
                let (a, b) = (self.value(lhs), self.value(rhs));
                match op {
                    BinOp::And => match (a.holds(), b.holds()) {
                        (Some(true), _) => b,
                        (Some(false), _) => a,
                        (None, Some(false)) => Value::Bool(false),
                        (None, _) => Value::Open,
                    },
                    BinOp::Or => match (a.holds(), b.holds()) {
                        (Some(true), _) => a,
                        (Some(false), _) => b,
                        (None, Some(true)) => Value::Bool(true),
                        (None, _) => Value::Open,
                    },
                    BinOp::Eq => Value::of(a.equals(&b)),
                    BinOp::Neq => Value::of(a.equals(&b).map(|equal| !equal)),
                    _ => Value::Open,
                }
            }
            Expr::Call(Call { func, args }) => self.call(*func, args),
            _ => Value::Open,
        }
    }

    fn call(&self, function: Function, args: &[SpannedExpr<'_>]) -> Value {
        let arg = |index: usize| args.get(index).map_or(Value::Null, |arg| self.value(arg));
        let texts = |holds: fn(&str, &str) -> bool| match (arg(0).text(), arg(1).text()) {
            (Some(whole), Some(part)) => {
                Value::Bool(holds(&whole.to_lowercase(), &part.to_lowercase()))
            }
            _ => Value::Open,
        };
        match function {
            Function::Always => Value::Bool(true),
            Function::Success => Value::of(self.success),
            Function::Failure => Value::of(self.failure),
            Function::Contains => Value::of(arg(0).contains(&arg(1))),
            Function::StartsWith => texts(|whole, part| whole.starts_with(part)),
            Function::EndsWith => texts(|whole, part| whole.ends_with(part)),
            Function::Join => match arg(0) {
                Value::List(elements) => {
                    let known: Option<Vec<String>> = elements.iter().map(Value::text).collect();
                    let between = match args.get(1) {
                        Some(between) => self.value(between).text(),
                        None => Some(",".to_owned()),
                    };
                    match (known, between) {
                        (Some(known), Some(between)) => Value::Text(known.join(&between)),
                        _ => Value::Parts(elements),
                    }
                }
                other => other.text().map_or(Value::Open, Value::Text),
            },
            // an object of JSON contains the texts of its parts
            Function::ToJSON => match arg(0) {
                Value::List(parts) | Value::Parts(parts) => Value::Parts(parts),
                Value::Open => Value::Open,
                known => Value::Parts(vec![known]),
            },
            Function::FromJSON => match arg(0) {
                Value::Text(text) => {
                    serde_json::from_str(&text).map_or(Value::Open, |json| Value::of_json(&json))
                }
                _ => Value::Open,
            },
            Function::Case => {
                let (pairs, rest) = args.as_chunks::<2>();
                for [when, then] in pairs {
                    match self.value(when).holds() {
                        Some(true) => return self.value(then),
                        Some(false) => {}
                        None => return Value::Open,
                    }
                }
                rest.first().map_or(Value::Open, |rest| self.value(rest))
            }
            _ => Value::Open,
        }
    }
}
