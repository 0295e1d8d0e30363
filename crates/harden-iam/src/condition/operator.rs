//! Parses the names of condition operators.

/// The parts of an operator's name: `ForAnyValue:StringNotLikeIfExists`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Operator {
    pub(crate) quantifier: Option<Quantifier>,
    pub(crate) comparison: Comparison,
    pub(crate) negated: bool,
    pub(crate) if_exists: bool,
}

/// `ForAllValues:` and `ForAnyValue:`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Quantifier {
    All,
    Any,
}

/// What is compared, and how; negation is a field of [`Operator`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Comparison {
    Text {
        ignore_case: bool,
    },
    Like,
    Numeric(Order),
    Date(Order),
    Bool,
    Binary,
    Ip,
    /// `ArnEquals` and `ArnLike`: AWS documents that they behave identically.
    Arn,
    Null,
}

/// How the value of the request must compare with the value of the policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Order {
    Equal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl Operator {
    /// Parses a name, in any case. Returns `None` for an unknown name, also for `Null` with a prefix
    /// or with `IfExists`: AWS does not document what these mean.
    pub(crate) fn parse(name: &str) -> Option<Self> {
        let name = name.to_ascii_lowercase();
        let (quantifier, name) = match name.split_once(':') {
            Some(("forallvalues", rest)) => (Some(Quantifier::All), rest),
            Some(("foranyvalue", rest)) => (Some(Quantifier::Any), rest),
            Some(_) => return None,
            None => (None, name.as_str()),
        };
        let (if_exists, name) = match name.strip_suffix("ifexists") {
            Some(rest) => (true, rest),
            None => (false, name),
        };
        let (comparison, negated) = comparison(name)?;
        if comparison == Comparison::Null && (quantifier.is_some() || if_exists) {
            return None;
        }
        Some(Self {
            quantifier,
            comparison,
            negated,
            if_exists,
        })
    }
}

fn comparison(name: &str) -> Option<(Comparison, bool)> {
    let text = |ignore_case| Comparison::Text { ignore_case };
    if let Some(order) = name.strip_prefix("numeric").and_then(order) {
        return Some((Comparison::Numeric(order.0), order.1));
    }
    if let Some(order) = name.strip_prefix("date").and_then(order) {
        return Some((Comparison::Date(order.0), order.1));
    }
    Some(match name {
        "stringequals" => (text(false), false),
        "stringnotequals" => (text(false), true),
        "stringequalsignorecase" => (text(true), false),
        "stringnotequalsignorecase" => (text(true), true),
        "stringlike" => (Comparison::Like, false),
        "stringnotlike" => (Comparison::Like, true),
        "bool" => (Comparison::Bool, false),
        "binaryequals" => (Comparison::Binary, false),
        "ipaddress" => (Comparison::Ip, false),
        "notipaddress" => (Comparison::Ip, true),
        "arnequals" | "arnlike" => (Comparison::Arn, false),
        "arnnotequals" | "arnnotlike" => (Comparison::Arn, true),
        "null" => (Comparison::Null, false),
        _ => return None,
    })
}

fn order(name: &str) -> Option<(Order, bool)> {
    Some(match name {
        "equals" => (Order::Equal, false),
        "notequals" => (Order::Equal, true),
        "lessthan" => (Order::Less, false),
        "lessthanequals" => (Order::LessOrEqual, false),
        "greaterthan" => (Order::Greater, false),
        "greaterthanequals" => (Order::GreaterOrEqual, false),
        _ => return None,
    })
}
