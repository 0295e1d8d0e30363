//! The findings before and after a field was taken out.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// How many findings a check has of a resource, by verdict.
#[derive(Debug, Default)]
pub(super) struct Counts(pub(super) BTreeMap<&'static str, usize>);

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.keys().copied().collect::<Vec<_>>()[..] {
            [] => f.write_str("not there"),
            ref verdicts => f.write_str(&verdicts.join(" and ")),
        }
    }
}

/// The findings of a check, by resource.
pub(super) type Outcomes = BTreeMap<String, Counts>;

impl Counts {
    fn of(&self, verdict: &str) -> usize {
        self.0.get(verdict).copied().unwrap_or_default()
    }

    fn not_clean(&self) -> usize {
        self.of("fail") + self.of("unknown")
    }
}

/// The findings that got better: what passes and did not pass before, and what failed or was
/// unknown and is not any more, whether it is not applicable or not there. That may be where another
/// one is unknown instead: the variables of a project were not read, so the project's are unknown and
/// none is judged.
pub(super) fn better(before: &Outcomes, after: &Outcomes) -> Vec<String> {
    let none = Counts::default();
    let unknown_instead = after
        .iter()
        .any(|(key, is)| is.of("unknown") > before.get(key).unwrap_or(&none).of("unknown"));
    let keys: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    keys.into_iter()
        .filter_map(|key| {
            let was = before.get(key).unwrap_or(&none);
            let is = after.get(key).unwrap_or(&none);
            let passes = is.of("pass") > was.of("pass");
            let ends = was.not_clean() > is.not_clean();
            (passes || ends && !unknown_instead).then(|| format!("{key} was {was}, is {is}"))
        })
        .collect()
}
