//! Taking fields out of examples and of a whole estate: a fact that is missing, or a number that no
//! server sends, never makes a finding better.

mod edit;
mod exception;
mod outcomes;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use jiff::Timestamp;
use serde_json::Value;

pub use exception::Exception;

use edit::{ALL_EDITS, Edit, apply, paths, restore, shown};
use outcomes::{Outcomes, better};

use super::{EXAMPLE_NOW, Example, Tables, examples};
use crate::{Check, Cx, Facts, Policies, RawListing, Snapshot};

/// One finding that got better because a fact was missing.
#[derive(Debug, Clone)]
struct Violation {
    kind: String,
    field: String,
    edit: Edit,
    check: &'static str,
    /// Which example, which resource, and from what to what.
    story: String,
}

/// What came of taking out every field of every example.
#[derive(Debug, Clone, Default)]
pub struct Drops {
    tried: usize,
    violations: Vec<Violation>,
}

impl Drops {
    /// Takes every field out of every example of the page of a check, and sets it to `null`.
    #[must_use]
    pub fn of(check: &dyn Check, tables: &Tables) -> Self {
        let mut all = Self::default();
        for (i, example) in examples(check.meta().page).iter().enumerate() {
            all.try_example(check, i, example, tables);
        }
        all
    }

    /// Adds what came of another page.
    pub(super) fn add(&mut self, other: Self) {
        self.tried += other.tried;
        self.violations.extend(other.violations);
    }

    /// Takes every field out of every resource of a snapshot, sets it to `null`, and sets every
    /// number to 0 and to -1. Each time the checks run that read the kind.
    #[must_use]
    pub fn of_snapshot(
        snapshot: &Snapshot,
        checks: &[Arc<dyn Check>],
        policies: &Policies,
    ) -> Self {
        let kinds: Vec<&str> = snapshot.kinds().collect();
        // as many at a time as there are cores: each kind by itself
        let next = AtomicUsize::new(0);
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let found: Mutex<Vec<(&str, Self)>> = Mutex::default();
        std::thread::scope(|scope| {
            for _ in 0..cores {
                scope.spawn(|| {
                    while let Some(kind) = kinds.get(next.fetch_add(1, Ordering::Relaxed)) {
                        let mut own = Self::default();
                        for check in checks {
                            if check.kinds().iter().any(|read| read.name == *kind) {
                                let story = "the estate";
                                own.try_kind(&**check, story, snapshot, kind, policies, ALL_EDITS);
                            }
                        }
                        found.lock().unwrap().push((kind, own));
                    }
                });
            }
        });
        let mut found = found.into_inner().unwrap();
        found.sort_by_key(|(kind, _)| *kind);
        let mut all = Self::default();
        found.into_iter().for_each(|(_, own)| all.add(own));
        all
    }

    fn try_example(
        &mut self,
        check: &dyn Check,
        number: usize,
        example: &Example,
        tables: &Tables,
    ) {
        let now: Timestamp = EXAMPLE_NOW.parse().unwrap();
        let policies = tables.policies(example.policy.as_deref());
        let snapshot = Snapshot::from_fragment(&example.fragment, now).unwrap();
        let story = format!("example {} ({})", number + 1, example.verdict);
        for kind in snapshot.kinds() {
            let edits = &[Edit::Drop, Edit::Null];
            self.try_kind(check, &story, &snapshot, kind, &policies, edits);
        }
    }

    /// Edits every field of a kind, and judges what the check reads each time.
    fn try_kind(
        &mut self,
        check: &dyn Check,
        story: &str,
        snapshot: &Snapshot,
        kind: &str,
        policies: &Policies,
        edits: &[Edit],
    ) {
        let judge = |listings: BTreeMap<String, RawListing>| {
            let snapshot = Snapshot::new("example", snapshot.taken_at(), listings);
            let now = snapshot.taken_at();
            let cx = Cx::new(Facts::recorded(snapshot), policies.clone(), now);
            // what no longer decodes is an error of the run, never a pass
            let findings = crate::testing::judge(check, &cx).ok()?;
            let mut outcomes = Outcomes::new();
            for finding in findings {
                let counts = outcomes.entry(finding.resource.key()).or_default();
                *counts.0.entry(finding.outcome.as_str()).or_default() += 1;
            }
            Some(outcomes)
        };
        let whole: BTreeMap<String, RawListing> = snapshot
            .kinds()
            .filter(|kind| check.kinds().iter().any(|read| read.name == *kind))
            .filter_map(|kind| Some((kind.to_owned(), snapshot.listing(kind)?.clone())))
            .collect();
        let before = judge(whole.clone()).unwrap_or_default();
        let Some(listing) = whole.get(kind) else {
            return;
        };
        let mut resources: Value = serde_json::from_str(listing.resources.get()).unwrap();
        for path in paths(&resources) {
            let field = shown(&path);
            for edit in edits {
                let Some(kept) = apply(&mut resources, &path, *edit) else {
                    continue;
                };
                let mut less = whole.clone();
                if let Some(listing) = less.get_mut(kind) {
                    listing.resources = serde_json::value::to_raw_value(&resources).unwrap();
                }
                restore(&mut resources, &path, kept);
                self.tried += 1;
                let Some(after) = judge(less) else { continue };
                for change in better(&before, &after) {
                    self.violations.push(Violation {
                        kind: kind.to_owned(),
                        field: field.clone(),
                        edit: *edit,
                        check: check.meta().id,
                        story: format!("{story}: {change}"),
                    });
                }
            }
        }
    }

    /// Every violation that no exception covers, those of one field of a kind on one line; none
    /// where all is well.
    #[must_use]
    pub fn violations(&self, exceptions: &[Exception]) -> Option<String> {
        let lines = self.groups(exceptions);
        (!lines.is_empty()).then(|| self.told(&lines))
    }

    /// The same, with every exception that covers nothing any more.
    #[must_use]
    pub fn report(&self, exceptions: &[Exception]) -> Option<String> {
        let mut lines = self.groups(exceptions);
        let unused = exceptions
            .iter()
            .filter(|e| !self.violations.iter().any(|v| e.covers(v)));
        lines.extend(unused.map(|e| {
            format!(
                "{} {} {}: the exception covers nothing any more ({})",
                e.of, e.field, e.edit, e.reason
            )
        }));
        (!lines.is_empty()).then(|| self.told(&lines))
    }

    fn told(&self, lines: &[String]) -> String {
        format!(
            "a finding gets better by a missing fact ({} fields were taken out):\n  {}",
            self.tried,
            lines.join("\n  ")
        )
    }

    fn groups(&self, exceptions: &[Exception]) -> Vec<String> {
        type Group<'a> = (BTreeSet<&'a str>, usize, &'a str);
        let mut groups = BTreeMap::<(&str, &str, Edit), Group<'_>>::new();
        let open = |v: &&Violation| !exceptions.iter().any(|e| e.covers(v));
        for violation in self.violations.iter().filter(open) {
            let key = (&*violation.kind, &*violation.field, violation.edit);
            let group = groups.entry(key);
            let (checks, count, _) = group.or_insert((BTreeSet::new(), 0, &violation.story));
            checks.insert(violation.check);
            *count += 1;
        }
        let lines = groups.into_iter();
        let lines = lines.map(|((kind, field, edit), (checks, count, story))| {
            let checks: Vec<_> = checks.into_iter().collect();
            let checks = checks.join(", ");
            format!("{kind} {field} {edit}: {count} in {checks}; {story}")
        });
        lines.collect()
    }
}
