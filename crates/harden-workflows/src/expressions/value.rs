//! What a part of an expression comes to.

/// What a part of an expression comes to.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value {
    Text(String),
    Number(f64),
    Bool(bool),
    Null,
    /// A list that the expression spells out.
    List(Vec<Self>),
    /// A text that the expression does not name.
    Other,
    /// A text that is not this one, and may be any other.
    Not(String),
    /// One of these texts.
    OneOf(&'static [&'static str]),
    /// The number of the audited repository, or of a stranger's.
    Repository {
        own: bool,
    },
    /// The login of a stranger, which is not one that the expression names; but a stranger can make
    /// a bot act.
    Stranger,
    Open,
}

impl Value {
    /// Whether it counts as true.
    pub(super) fn holds(&self) -> Option<bool> {
        match self {
            Self::Text(text) => Some(!text.is_empty()),
            Self::Number(number) => Some(*number != 0.0),
            Self::Bool(value) => Some(*value),
            Self::Null => Some(false),
            Self::List(_)
            | Self::Other
            | Self::Not(_)
            | Self::OneOf(_)
            | Self::Repository { .. }
            | Self::Stranger => Some(true),
            Self::Open => None,
        }
    }

    pub(super) fn of(holds: Option<bool>) -> Self {
        holds.map_or(Self::Open, Self::Bool)
    }

    /// The value of a JSON text.
    pub(super) fn from_json(text: &str) -> Self {
        serde_json::from_str(text).map_or(Self::Open, |value| Self::from_document(&value))
    }

    fn from_document(value: &serde_json::Value) -> Self {
        match value {
            serde_json::Value::Null => Self::Null,
            serde_json::Value::Bool(value) => Self::Bool(*value),
            serde_json::Value::Number(number) => number.as_f64().map_or(Self::Open, Self::Number),
            serde_json::Value::String(text) => Self::Text(text.clone()),
            serde_json::Value::Array(all) => {
                Self::List(all.iter().map(Self::from_document).collect())
            }
            serde_json::Value::Object(_) => Self::Open,
        }
    }

    /// GitHub compares texts without their case, and everything else as numbers.
    pub(super) fn equals(&self, other: &Self) -> Option<bool> {
        match (self, other) {
            (Self::Open | Self::List(_), _)
            | (_, Self::Open | Self::List(_))
            | (Self::Other, Self::Other) => None,
            (Self::Repository { own: a }, Self::Repository { own: b }) => match (a, b) {
                (true, true) => Some(true),
                (false, false) => None,
                _ => Some(false),
            },
            (Self::Repository { .. }, Self::Null) | (Self::Null, Self::Repository { .. }) => {
                Some(false)
            }
            (Self::Repository { .. }, _) | (_, Self::Repository { .. }) => None,
            (Self::Stranger, Self::Text(name)) | (Self::Text(name), Self::Stranger) => {
                (!name.ends_with("[bot]")).then_some(false)
            }
            (Self::Stranger, Self::Null) | (Self::Null, Self::Stranger) => Some(false),
            (Self::Stranger, _) | (_, Self::Stranger) => None,
            (Self::Not(own), Self::Text(text)) | (Self::Text(text), Self::Not(own)) => {
                own.eq_ignore_ascii_case(text).then_some(false)
            }
            (Self::Not(_), Self::Null) | (Self::Null, Self::Not(_)) => Some(false),
            (Self::Not(_), _) | (_, Self::Not(_)) => None,
            (Self::OneOf(all), Self::Text(text)) | (Self::Text(text), Self::OneOf(all)) => {
                let among = all.iter().any(|one| one.eq_ignore_ascii_case(text));
                (!among).then_some(false)
            }
            (Self::OneOf(_), _) | (_, Self::OneOf(_)) => None,
            (Self::Other, _) | (_, Self::Other) => Some(false),
            (Self::Text(a), Self::Text(b)) => Some(a.eq_ignore_ascii_case(b)),
            (a, b) => Some(a.number() == b.number()),
        }
    }

    /// Whether it is among the members of a list.
    pub(super) fn is_in(&self, list: &[Self]) -> Option<bool> {
        let found: Vec<Option<bool>> = list.iter().map(|one| one.equals(self)).collect();
        if found.contains(&Some(true)) {
            Some(true)
        } else if found.contains(&None) {
            None
        } else {
            Some(false)
        }
    }

    fn number(&self) -> f64 {
        match self {
            Self::Number(number) => *number,
            Self::Bool(value) => f64::from(u8::from(*value)),
            Self::Text(text) if text.trim().is_empty() => 0.0,
            Self::Text(text) => text.trim().parse().unwrap_or(f64::NAN),
            Self::Null => 0.0,
            _ => f64::NAN,
        }
    }
}
