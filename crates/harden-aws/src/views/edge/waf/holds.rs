//! A claim about a web ACL, with the reason where it does not hold.

use harden_core::Unknown;

/// Whether a claim holds.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Holds {
    /// It does.
    Yes,
    /// It does not, and why.
    No(String),
    /// That can't be told.
    Unclear(Unknown),
}

impl Holds {
    /// What depends on the content of requests.
    pub(crate) fn unclear(message: String) -> Self {
        Self::Unclear(Unknown::undetermined(message).during("wafv2:GetWebACL"))
    }

    /// Both: a claim that certainly fails beats one that is not clear.
    pub(crate) fn and(self, other: impl FnOnce() -> Self) -> Self {
        match self {
            Self::No(_) => self,
            Self::Yes => other(),
            Self::Unclear(_) => match other() {
                no @ Self::No(_) => no,
                _ => self,
            },
        }
    }

    /// Either: a claim that certainly holds beats one that is not clear.
    pub(crate) fn or(self, other: impl FnOnce() -> Self) -> Self {
        match self {
            Self::Yes => Self::Yes,
            Self::No(_) => match other() {
                Self::No(_) => self,
                better => better,
            },
            Self::Unclear(_) => match other() {
                Self::Yes => Self::Yes,
                _ => self,
            },
        }
    }

    /// Any of several; without any, `none` is the reason.
    pub(crate) fn any(all: impl IntoIterator<Item = Self>, none: &str) -> Self {
        let all = all.into_iter();
        all.reduce(|a, b| a.or(|| b))
            .unwrap_or_else(|| Self::No(none.to_owned()))
    }
}
