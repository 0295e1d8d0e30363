//! The selection of checks.

use harden_core::{Check, Severity, glob_matches};

use crate::catalog::Catalog;
use crate::guide::Section;

/// A selection of checks. A check is selected if every field that is not empty matches it.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    /// The checks to run: ids or patterns (`aws/rds-*`). Empty means all.
    pub only: Vec<String>,
    /// The checks to leave out: ids or patterns.
    pub skip: Vec<String>,
    /// The sections of the guide. Empty means all.
    pub sections: Vec<Section>,
    /// The lowest severity.
    pub severity: Option<Severity>,
}

impl Selection {
    /// Whether a check is selected. `severity` is that of the policy file, otherwise the default.
    #[must_use]
    pub fn selects(&self, check: &dyn Check, severity: Severity) -> bool {
        let meta = check.meta();
        let named = |patterns: &[String]| patterns.iter().any(|p| glob_matches(p, meta.id));
        (self.only.is_empty() || named(&self.only))
            && !named(&self.skip)
            && (self.sections.is_empty() || self.sections.contains(&Section::from_meta(meta)))
            && self.severity.is_none_or(|least| severity >= least)
    }

    /// Replaces former ids with the current ones.
    ///
    /// # Errors
    /// If a pattern names no check; for the first such pattern.
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

/// A pattern that names no check. It is probably misspelled, or the check was removed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no check is called `{pattern}`")]
#[non_exhaustive]
pub struct UnknownCheck {
    /// The pattern.
    pub pattern: String,
    /// What to write instead.
    pub advice: String,
}
