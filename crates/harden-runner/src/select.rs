//! Which checks are chosen.

use harden_core::{Check, Severity, glob_matches};

use crate::catalog::Catalog;
use crate::guide::Section;

/// Which checks are chosen: those that every given part admits.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    /// Ids or globs (`aws/rds-*`); empty for all.
    pub only: Vec<String>,
    /// Ids or globs of what is left out.
    pub skip: Vec<String>,
    /// Sections of the guide; empty for all.
    pub sections: Vec<Section>,
    /// The least severity.
    pub severity: Option<Severity>,
}

impl Selection {
    /// Whether a check of this severity (by the policy file or by default) is chosen.
    #[must_use]
    pub fn admits(&self, check: &dyn Check, severity: Severity) -> bool {
        let meta = check.meta();
        let named = |patterns: &[String]| patterns.iter().any(|p| glob_matches(p, meta.id));
        (self.only.is_empty() || named(&self.only))
            && !named(&self.skip)
            && (self.sections.is_empty() || self.sections.contains(&Section::of(meta)))
            && self.severity.is_none_or(|least| severity >= least)
    }

    /// Replaces ids that checks had earlier by those that they have now.
    ///
    /// # Errors
    /// For the first pattern that names no check.
    pub fn resolve(&mut self, catalog: &Catalog) -> Result<(), UnknownCheck> {
        for pattern in self.only.iter_mut().chain(&mut self.skip) {
            if let Some(advice) = catalog.advice(pattern) {
                return Err(UnknownCheck {
                    pattern: pattern.clone(),
                    advice,
                });
            }
            *pattern = catalog.current(pattern).into_owned();
        }
        Ok(())
    }
}

/// A pattern that names no check: most likely misspelled, or a check that was removed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no check is called `{pattern}`")]
#[non_exhaustive]
pub struct UnknownCheck {
    /// The pattern.
    pub pattern: String,
    /// What to do about it.
    pub advice: String,
}
