//! Taking fields out of examples: a fact that is missing never makes a finding better.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use jiff::Timestamp;
use serde_json::Value;

use super::{EXAMPLE_NOW, Example, Tables, examples};
use crate::{Check, Cx, Facts, RawListing, Snapshot, glob_matches};

/// A field that may be taken out, or set to `null`, although a finding gets better: the API itself
/// leaves it out (or has `null` there) to say something.
#[derive(Debug, Clone, Copy)]
pub struct Exception {
    of: &'static str,
    field: &'static str,
    edit: Edit,
    /// The line of the API's documentation that gives the absence a meaning.
    reason: &'static str,
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

    fn covers(&self, violation: &Violation) -> bool {
        self.edit == violation.edit
            && (self.of == violation.kind || self.of == violation.check)
            && glob_matches(self.field, &violation.field)
    }
}

/// What is done to a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Edit {
    Drop,
    Null,
}

impl fmt::Display for Edit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Drop => "dropped",
            Self::Null => "null",
        })
    }
}

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

    fn try_example(
        &mut self,
        check: &dyn Check,
        number: usize,
        example: &Example,
        tables: &Tables,
    ) {
        let now: Timestamp = EXAMPLE_NOW.parse().unwrap();
        let policies = tables.policies(example.policy.as_deref());
        let judge = |listings: BTreeMap<String, RawListing>| {
            let snapshot = Snapshot::new("example", now, listings);
            let cx = Cx::new(Facts::recorded(snapshot), policies.clone(), now);
            // what no longer decodes is an error of the run, never a pass
            let findings = super::judge(check, &cx).ok()?;
            let mut outcomes = Outcomes::new();
            for finding in findings {
                let counts = outcomes.entry(finding.resource.key()).or_default();
                *counts.0.entry(finding.outcome.as_str()).or_default() += 1;
            }
            Some(outcomes)
        };
        let snapshot = Snapshot::from_fragment(&example.fragment, now).unwrap();
        let whole: BTreeMap<String, RawListing> = snapshot
            .kinds()
            .filter_map(|kind| Some((kind.to_owned(), snapshot.listing(kind)?.clone())))
            .collect();
        let before = judge(whole.clone()).unwrap_or_default();
        for (kind, listing) in &whole {
            let mut resources: Value = serde_json::from_str(listing.resources.get()).unwrap();
            for path in paths(&resources) {
                let field = shown(&path);
                for edit in [Edit::Drop, Edit::Null] {
                    let Some(kept) = apply(&mut resources, &path, edit) else {
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
                            kind: kind.clone(),
                            field: field.clone(),
                            edit,
                            check: check.meta().id,
                            story: format!(
                                "example {} ({}): {change}",
                                number + 1,
                                example.verdict
                            ),
                        });
                    }
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

/// How many findings a check has of a resource, by verdict.
#[derive(Debug, Default)]
struct Counts(BTreeMap<&'static str, usize>);

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.keys().copied().collect::<Vec<_>>()[..] {
            [] => f.write_str("not there"),
            ref verdicts => f.write_str(&verdicts.join(" and ")),
        }
    }
}

/// The findings of a check, by resource.
type Outcomes = BTreeMap<String, Counts>;

impl Counts {
    fn of(&self, verdict: &str) -> usize {
        self.0.get(verdict).copied().unwrap_or_default()
    }

    fn not_clean(&self) -> usize {
        self.of("fail") + self.of("unknown")
    }

    fn all(&self) -> usize {
        self.0.values().sum()
    }
}

/// The findings that got better: what passes and did not pass before, and what failed or was
/// unknown and is not there any more. A finding may vanish where another one is unknown instead: the
/// variables of a project were not read, so the project's are unknown and none is judged.
fn better(before: &Outcomes, after: &Outcomes) -> Vec<String> {
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
            let vanishes = was.not_clean() > is.not_clean() && is.all() < was.all();
            (passes || vanishes && !unknown_instead).then(|| format!("{key} was {was}, is {is}"))
        })
        .collect()
}

/// A step into JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Step {
    Key(String),
    Item(usize),
}

/// The paths of all keys of all objects below the resources of a listing. What a fact that is not
/// known says of itself (`$unknown`) is no field.
fn paths(resources: &Value) -> Vec<Vec<Step>> {
    fn walk(value: &Value, at: &mut Vec<Step>, all: &mut Vec<Vec<Step>>) {
        match value {
            Value::Array(items) => {
                for (i, item) in items.iter().enumerate() {
                    at.push(Step::Item(i));
                    walk(item, at, all);
                    at.pop();
                }
            }
            Value::Object(fields) if !fields.contains_key("$unknown") => {
                for (key, inner) in fields {
                    at.push(Step::Key(key.clone()));
                    all.push(at.clone());
                    walk(inner, at, all);
                    at.pop();
                }
            }
            _ => {}
        }
    }
    let mut all = Vec::new();
    walk(resources, &mut Vec::new(), &mut all);
    all
}

/// A path below its resource, without the positions in lists: `rules[].action`.
fn shown(path: &[Step]) -> String {
    let mut out = String::new();
    for step in path.iter().skip(1) {
        match step {
            Step::Key(key) if out.is_empty() => out.push_str(key),
            Step::Key(key) => {
                out.push('.');
                out.push_str(key);
            }
            Step::Item(_) => out.push_str("[]"),
        }
    }
    out
}

fn object<'a>(
    resources: &'a mut Value,
    path: &[Step],
) -> Option<(&'a mut serde_json::Map<String, Value>, String)> {
    let Some((Step::Key(last), rest)) = path.split_last() else {
        return None;
    };
    let mut at = resources;
    for step in rest {
        at = match step {
            Step::Key(key) => at.get_mut(key)?,
            Step::Item(i) => at.get_mut(i)?,
        };
    }
    Some((at.as_object_mut()?, last.clone()))
}

/// Edits a field and gives what was there; none where the edit changes nothing.
fn apply(resources: &mut Value, path: &[Step], edit: Edit) -> Option<Value> {
    let (fields, key) = object(resources, path)?;
    match edit {
        Edit::Drop => fields.remove(&key),
        Edit::Null if fields.get(&key).is_some_and(Value::is_null) => None,
        Edit::Null => fields.insert(key, Value::Null),
    }
}

fn restore(resources: &mut Value, path: &[Step], kept: Value) {
    if let Some((fields, key)) = object(resources, path) {
        fields.insert(key, kept);
    }
}
