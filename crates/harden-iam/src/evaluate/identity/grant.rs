//! Combines the grants of several policies in three-valued logic.

use super::super::ruling::{Layer, Ruling, Source};

/// Whether a type of policy allows a request.
#[derive(Clone, Debug)]
pub(super) enum Grant {
    /// Allowed without a statement, because there is no policy of that type.
    Given,
    /// Allowed by these statements.
    By(Vec<Source>),
    /// Allowed by this statement if something unknown holds.
    Depends(Source, String),
    /// Not allowed: no statement of this type of policy allows it.
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

    /// If both are missing, the second one is reported. Callers pass the policy that a user would
    /// most likely add the statement to as the second one.
    pub(super) fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::Given, _) | (_, Self::Given) => Self::Given,
            (by @ Self::By(_), _) | (_, by @ Self::By(_)) => by,
            (depends @ Self::Depends(..), _) | (_, depends @ Self::Depends(..)) => depends,
            (Self::Missing(_), missing) => missing,
        }
    }
}

/// The first statement that certainly denies, and the first that may deny.
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
