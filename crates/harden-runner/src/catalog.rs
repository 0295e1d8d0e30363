//! The ids of the checks of a program, with their former ids and the checks that were removed.

use std::borrow::Cow;
use std::collections::BTreeMap;

use harden_core::{Check, Descriptor, RemovedCheck, glob_matches, provider_of};

/// The ids of the checks of a program. Policy files and options name a check by its id, by a
/// pattern (`aws/rds-*`), or by a former id.
#[derive(Debug, Clone, Default)]
pub struct Catalog {
    ids: Vec<&'static str>,
    aliases: BTreeMap<&'static str, &'static str>,
    removed: Vec<RemovedCheck>,
}

/// What an id or a pattern names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Named<'a> {
    /// At least one check.
    Checks,
    /// A check that was removed.
    Removed(&'a RemovedCheck),
    /// No check; with the most similar id, if there is one.
    Nothing(Option<&'static str>),
}

impl Catalog {
    /// The catalog of some checks.
    pub fn new<'a>(checks: impl IntoIterator<Item = &'a dyn Check>) -> Self {
        let mut catalog = Self::default();
        for check in checks {
            let meta = check.meta();
            catalog.ids.push(meta.id);
            let aliases = meta.aliases.iter().map(|alias| (*alias, meta.id));
            catalog.aliases.extend(aliases);
        }
        catalog.ids.sort_unstable();
        catalog
    }

    /// The catalog of all checks of some providers, with the checks that they removed.
    pub fn from_descriptors<'a>(providers: impl IntoIterator<Item = &'a Descriptor>) -> Self {
        let mut all = Self::default();
        for provider in providers {
            let checks = (provider.checks)();
            let one = Self::new(checks.iter().map(|check| &**check));
            all.ids.extend(one.ids);
            all.aliases.extend(one.aliases);
            all.removed.extend(provider.removed);
        }
        all.ids.sort_unstable();
        all
    }

    /// Adds checks that were removed.
    #[must_use]
    pub fn removed(mut self, removed: impl IntoIterator<Item = RemovedCheck>) -> Self {
        self.removed.extend(removed);
        self
    }

    /// The ids, sorted.
    #[must_use]
    pub fn ids(&self) -> &[&'static str] {
        &self.ids
    }

    /// The current id of a check if `id` is a former one; otherwise `id` itself.
    #[must_use]
    pub fn current<'a>(&self, id: &'a str) -> Cow<'a, str> {
        let now = self.aliases.get(id).map(|now| Cow::Borrowed(*now));
        now.unwrap_or(Cow::Borrowed(id))
    }

    /// Advice for a person whose `pattern` names no check: the check that was probably meant, or what
    /// replaced a removed check. `None` if the pattern names a check.
    #[must_use]
    pub fn advice(&self, pattern: &str) -> Option<String> {
        match self.named(pattern) {
            Named::Checks => None,
            Named::Removed(check) => Some(format!(
                "version {} removed it. {}",
                check.since, check.instead
            )),
            Named::Nothing(Some(id)) => Some(format!("did you mean `{id}`?")),
            Named::Nothing(None) => Some("`harden-cli checks` lists the checks".to_owned()),
        }
    }

    pub(crate) fn named(&self, pattern: &str) -> Named<'_> {
        let pattern = self.current(pattern);
        if self.ids.iter().any(|id| glob_matches(&pattern, id)) {
            return Named::Checks;
        }
        let removed = self.removed.iter().find(|check| check.id == pattern);
        removed.map_or_else(
            || Named::Nothing(nearest(&pattern, self.ids.iter().copied())),
            Named::Removed,
        )
    }

    /// Whether the catalog has a check of this provider.
    pub(crate) fn has_provider(&self, provider: &str) -> bool {
        self.ids.iter().any(|id| provider_of(id) == provider)
    }
}

/// A catalog of ids, without former ids.
impl FromIterator<&'static str> for Catalog {
    fn from_iter<I: IntoIterator<Item = &'static str>>(ids: I) -> Self {
        Self {
            ids: ids.into_iter().collect(),
            ..Self::default()
        }
    }
}

/// The candidate that is most similar to `word`, if one is similar enough to be suggested.
pub(crate) fn nearest<'a>(
    word: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    candidates
        .into_iter()
        .map(|candidate| (strsim::jaro_winkler(word, candidate), candidate))
        .filter(|(similarity, _)| *similarity > 0.8)
        .max_by(|(a, _), (b, _)| a.total_cmp(b))
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use harden_core::{Attestation, Judgement, Judging, Meta, Rule, Severity, Verdict};

    use super::*;

    fn judge(_: &Attestation, _: &Judging<()>) -> Judgement {
        Ok(Verdict::not_applicable("not judged"))
    }

    static DOOR: Rule<Attestation, ()> = Rule::new(
        Meta::new("house/door-unlocked", "Doors are locked", Severity::Low)
            .aliases(&["house/door-open"]),
        judge,
    );

    #[test]
    fn a_former_id_names_its_check_and_advice_for_a_removed_check_names_the_replacement() {
        let checks: Vec<Arc<dyn Check>> = vec![Arc::new(&DOOR)];
        let removed = RemovedCheck::new("house/gate", "0.3.0", "Use house/door-unlocked.");
        let catalog = Catalog::new(checks.iter().map(|check| &**check)).removed([removed]);
        assert_eq!(catalog.current("house/door-open"), "house/door-unlocked");
        assert_eq!(catalog.advice("house/door-open"), None);
        assert_eq!(catalog.advice("house/*"), None);
        assert_eq!(
            catalog.advice("house/gate").unwrap(),
            "version 0.3.0 removed it. Use house/door-unlocked."
        );
        let advice = catalog.advice("house/door-unlokced").unwrap();
        assert_eq!(advice, "did you mean `house/door-unlocked`?");
        assert_eq!(catalog.named("garden"), Named::Nothing(None));
    }
}
