//! Suggests the name that was probably meant.

use crate::table::{self, Service};

/// The maximum number of suggestions for one document: each compares a name with hundreds of others.
const MOST: usize = 100;

/// Finds similar names. It stops after [`MOST`] searches, for documents that contain only errors.
#[derive(Debug, Default)]
pub(super) struct NameSuggester {
    searched: usize,
}

impl NameSuggester {
    /// The most similar of some names, if one is similar enough.
    pub(super) fn of<'n>(
        &mut self,
        name: &str,
        names: impl Iterator<Item = &'n str>,
    ) -> Option<&'n str> {
        self.above(0.6, name, names)
    }

    /// The most similar of some names with a similarity of at least `least` (from 0 to 1).
    fn above<'n>(
        &mut self,
        least: f64,
        name: &str,
        names: impl Iterator<Item = &'n str>,
    ) -> Option<&'n str> {
        self.searched += 1;
        if self.searched > MOST || name.len() > 128 {
            return None;
        }
        let name = name.to_ascii_lowercase();
        let alike = |other: &str| {
            let other = other.to_ascii_lowercase();
            let prefix = other.starts_with(&name) || name.starts_with(&other);
            let distance = strsim::normalized_damerau_levenshtein(&name, &other);
            if prefix { distance.max(0.6) } else { distance }
        };
        let scored = names.map(|other| (alike(other), other));
        scored
            .filter(|(score, _)| *score >= least)
            .reduce(|best, next| if next.0 > best.0 { next } else { best })
            .map(|(_, other)| other)
    }

    /// An action with this name or a similar one, in this service or in another.
    pub(super) fn action(
        &mut self,
        prefix: &str,
        name: &str,
        service: Option<&Service>,
    ) -> Option<String> {
        let Some(service) = service else {
            let prefix = self.of(prefix, table::services())?;
            let service = table::service(prefix)?;
            let name = match service.action(name) {
                Some(action) => action.name(),
                None => self.of(name, service.actions().map(|action| action.name()))?,
            };
            return Some(format!("{prefix}:{name}"));
        };
        // Exactly this name in another service is a better suggestion than a vaguely similar name.
        let names = || service.actions().map(|action| action.name());
        if let Some(near) = self.above(0.8, name, names()) {
            return Some(format!("{}:{near}", service.prefix()));
        }
        let others: Vec<(&str, String)> = table::services()
            .filter(|_| self.searched <= MOST)
            .filter_map(table::service)
            .filter_map(|other| Some((other.prefix(), other.action(name)?.full_name())))
            .collect();
        let near = self.above(0.0, prefix, others.iter().map(|(prefix, _)| *prefix));
        let other = others.iter().find(|(prefix, _)| Some(*prefix) == near);
        match other {
            Some((_, action)) => Some(action.clone()),
            None => Some(format!("{}:{}", service.prefix(), self.of(name, names())?)),
        }
    }
}
