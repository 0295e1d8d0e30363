//! The fields that state something by being left out.

use super::Violation;
use super::edit::Edit;
use crate::glob_matches;

/// A field that may be taken out, or set to `null`, although a finding gets better: the API itself
/// leaves it out (or has `null` there) to say something.
#[derive(Debug, Clone, Copy)]
pub struct Exception {
    pub(super) of: &'static str,
    pub(super) field: &'static str,
    pub(super) edit: Edit,
    /// The line of the API's documentation that gives the absence a meaning.
    pub(super) reason: &'static str,
}

impl Exception {
    /// A field whose absence means something. `of` is the name of a kind or the id of a check;
    /// `field` is the path below the resource, `rules[].action`, with `*` for any characters.
    #[must_use]
    pub const fn absent(of: &'static str, field: &'static str, reason: &'static str) -> Self {
        Self {
            of,
            field,
            edit: Edit::Drop,
            reason,
        }
    }

    /// A field whose `null` means something: the API was asked, and it has no value.
    #[must_use]
    pub const fn null(of: &'static str, field: &'static str, reason: &'static str) -> Self {
        Self {
            of,
            field,
            edit: Edit::Null,
            reason,
        }
    }

    /// A number for which zero means something.
    #[must_use]
    pub const fn zero(of: &'static str, field: &'static str, reason: &'static str) -> Self {
        Self {
            of,
            field,
            edit: Edit::Zero,
            reason,
        }
    }

    /// A number for which a negative value means something.
    #[must_use]
    pub const fn negative(of: &'static str, field: &'static str, reason: &'static str) -> Self {
        Self {
            of,
            field,
            edit: Edit::Negative,
            reason,
        }
    }

    pub(super) fn covers(&self, violation: &Violation) -> bool {
        self.edit == violation.edit
            && (self.of == violation.kind || self.of == violation.check)
            && glob_matches(self.field, &violation.field)
    }
}
