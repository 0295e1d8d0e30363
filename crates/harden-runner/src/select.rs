//! Which checks are chosen.

use harden_core::{Check, Severity, glob_matches};

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

    /// Patterns that name none of these ids, each with the nearest id: most likely misspelt.
    #[must_use]
    pub fn unmatched<'a>(&'a self, ids: &[&'a str]) -> Vec<(&'a str, Option<&'a str>)> {
        self.only
            .iter()
            .chain(&self.skip)
            .filter(|pattern| !ids.iter().any(|id| glob_matches(pattern, id)))
            .map(|pattern| (pattern.as_str(), nearest(pattern, ids.iter().copied())))
            .collect()
    }
}

/// The candidate that is most like a word, if one is like it at all.
#[must_use]
pub(crate) fn nearest<'a>(
    word: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    candidates
        .into_iter()
        .map(|candidate| (strsim::jaro_winkler(word, candidate), candidate))
        .filter(|(likeness, _)| *likeness > 0.8)
        .max_by(|(a, _), (b, _)| a.total_cmp(b))
        .map(|(_, candidate)| candidate)
}
