//! A statement about a web ACL, with the reason where it is false.

use harden_core::Unknown;

/// Whether a statement about a web ACL is true.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Claim {
    /// It is true.
    Yes,
    /// It is false; the reason.
    No(String),
    /// It depends on the content of requests, or on a rule group that was not read.
    Unclear(Unknown),
}

impl Claim {
    /// A statement that depends on the content of requests.
    pub(crate) fn unclear(message: String) -> Self {
        Self::Unclear(Unknown::undetermined(message).during("wafv2:GetWebACL"))
    }

    /// The AND of two statements: false beats unclear.
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

    /// The OR of two statements: true beats unclear.
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

    /// The OR of several statements. `none` is the reason where there is no statement.
    pub(crate) fn any(all: impl IntoIterator<Item = Self>, none: &str) -> Self {
        let all = all.into_iter();
        all.reduce(|a, b| a.or(|| b))
            .unwrap_or_else(|| Self::No(none.to_owned()))
    }
}
