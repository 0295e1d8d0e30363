//! Kleene's three-valued logic; the unknown value has its reason.

/// True, false, or unknown because of a condition key, an operator or an element.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Truth {
    True,
    False,
    Unknown(String),
}

impl Truth {
    pub(crate) fn unknown(key: &str) -> Self {
        Self::Unknown(key.to_owned())
    }

    /// False and unknown is false. Of several unknown values the first reason is kept.
    pub(crate) fn and(self, other: impl FnOnce() -> Self) -> Self {
        match self {
            Self::False => Self::False,
            Self::True => other(),
            Self::Unknown(key) => match other() {
                Self::False => Self::False,
                _ => Self::Unknown(key),
            },
        }
    }

    /// True or unknown is true.
    pub(crate) fn or(self, other: impl FnOnce() -> Self) -> Self {
        self.not().and(|| other().not()).not()
    }

    pub(crate) fn not(self) -> Self {
        match self {
            Self::True => Self::False,
            Self::False => Self::True,
            unknown @ Self::Unknown(_) => unknown,
        }
    }

    pub(crate) fn all(truths: impl IntoIterator<Item = Self>) -> Self {
        truths
            .into_iter()
            .fold(Self::True, |all, next| all.and(|| next))
    }

    pub(crate) fn any(truths: impl IntoIterator<Item = Self>) -> Self {
        truths
            .into_iter()
            .fold(Self::False, |any, next| any.or(|| next))
    }
}

impl From<bool> for Truth {
    fn from(value: bool) -> Self {
        if value { Self::True } else { Self::False }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_does_not_hide_a_certain_result() {
        let (yes, no, some) = (Truth::True, Truth::False, Truth::unknown("k"));
        assert_eq!(some.clone().and(|| no.clone()), no);
        assert_eq!(no.clone().and(|| some.clone()), no);
        assert_eq!(some.clone().and(|| yes.clone()), some);
        assert_eq!(some.clone().or(|| yes.clone()), yes);
        assert_eq!(some.clone().or(|| no.clone()), some);
        assert_eq!(some.clone().not(), some);
        assert_eq!(some.clone().and(|| Truth::unknown("other")), some);
        assert_eq!(Truth::all([]), yes);
        assert_eq!(Truth::any([]), no);
    }
}
