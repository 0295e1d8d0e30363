//! Kleene's logic over grants, with what each rests on.

use super::super::ruling::{Layer, Ruling, Source};

/// Whether something is allowed.
#[derive(Clone, Debug)]
pub(super) enum Grant {
    /// Without a statement having to say so: there is no policy of that kind.
    Given,
    /// By these statements.
    By(Vec<Source>),
    /// It depends on what is not known.
    Depends(Source, String),
    /// Not allowed, for want of a statement in this kind of policy.
    Missing(Layer),
}

impl Grant {
    pub(super) fn and(self, other: Self) -> Self {
        match (self, other) {
            (missing @ Self::Missing(_), _) | (_, missing @ Self::Missing(_)) => missing,
            (depends @ Self::Depends(..), _) | (_, depends @ Self::Depends(..)) => depends,
            (Self::Given, other) | (other, Self::Given) => other,
            (Self::By(mut by), Self::By(more)) => {
                by.extend(more);
                Self::By(by)
            }
        }
    }

    /// Of two that are missing, the latter says which: it is the one that one would add to.
    pub(super) fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::Given, _) | (_, Self::Given) => Self::Given,
            (by @ Self::By(_), _) | (_, by @ Self::By(_)) => by,
            (depends @ Self::Depends(..), _) | (_, depends @ Self::Depends(..)) => depends,
            (Self::Missing(_), missing) => missing,
        }
    }
}

/// The first statements that deny, and that may.
#[derive(Default)]
pub(super) struct Denies {
    certain: Option<Source>,
    maybe: Option<(Source, String)>,
}

impl Denies {
    pub(super) fn add(&mut self, certain: Option<Source>, maybe: Option<(Source, String)>) {
        self.certain = self.certain.take().or(certain);
        self.maybe = self.maybe.take().or(maybe);
    }

    pub(super) fn rule(self, grant: Grant) -> Ruling {
        match (self.certain, grant, self.maybe) {
            (Some(by), _, _) => Ruling::ExplicitlyDenied { by },
            (None, Grant::Missing(missing), _) => Ruling::ImplicitlyDenied { missing },
            (None, _, Some((by, key))) | (None, Grant::Depends(by, key), None) => {
                Ruling::Undetermined { by, key }
            }
            (None, Grant::Given, None) => Ruling::Allowed { by: Vec::new() },
            (None, Grant::By(by), None) => Ruling::Allowed { by },
        }
    }
}
