//! What of a job is read besides its steps: its matrix and its images; and which of its steps wait for
//! which.

use std::collections::BTreeMap;

use yaml_serde::Value;

use super::positions::{Path, Positions};
use super::scope::Scope;
use super::value::{child, entries, text, texts};
use crate::names::{self, LEFT_OUT};
use crate::{Background, Image, Step, expressions};

/// The contexts that the dimensions of a matrix hold, by the name in lower case; `*` for dimensions
/// that an expression makes.
pub(super) fn matrix(job: &Value, scope: &Scope) -> BTreeMap<String, Vec<String>> {
    let mut all: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut add = |name: &str, value: &Value| {
        let held = all.entry(name.to_ascii_lowercase()).or_default();
        held.extend(held_in(value, scope));
        held.sort();
        held.dedup();
    };
    let Some(matrix) = job.get("strategy").and_then(|of| of.get("matrix")) else {
        return all;
    };
    if !matrix.is_mapping() {
        add("*", matrix);
        return all;
    }
    for (name, value) in entries(Some(matrix)) {
        match (name, value) {
            ("exclude", _) => {}
            ("include", Value::Sequence(more)) => {
                for (name, value) in more.iter().flat_map(|one| entries(Some(one))) {
                    add(name, value);
                }
            }
            ("include", value) => add("*", value),
            (name, value) => add(name, value),
        }
    }
    all
}

/// The contexts of all texts in a value.
fn held_in(value: &Value, scope: &Scope) -> Vec<String> {
    match value {
        Value::String(text) => scope.carried(text),
        Value::Sequence(all) => all.iter().flat_map(|one| held_in(one, scope)).collect(),
        Value::Mapping(all) => {
            let all = all.values();
            all.flat_map(|one| held_in(one, scope)).collect()
        }
        Value::Tagged(tagged) => held_in(&tagged.value, scope),
        Value::Null | Value::Bool(_) | Value::Number(_) => Vec::new(),
    }
}

/// The images of a job's container and of its services.
pub(super) fn images(job: &Value, path: &Path<'_>, positions: &Positions<'_>) -> Vec<Image> {
    let mut all = Vec::new();
    let mut add = |value: Option<&Value>, path: &Path<'_>| {
        let image = match value {
            Some(value @ Value::Mapping(_)) => value.get("image"),
            value => value,
        };
        // an empty name means that there is no container
        if let Some(name) = text(image).filter(|name| !name.trim().is_empty()) {
            let at = positions.of(path);
            let names = names_of(name.trim(), job).into_iter();
            all.extend(names.map(|name| Image { at, name }));
        }
    };
    let at = child(path, "container");
    add(job.get("container"), &at);
    let services = child(path, "services");
    match job.get("services") {
        Some(services_value @ Value::Mapping(_)) => {
            for (name, service) in entries(Some(services_value)) {
                add(Some(service), &child(&services, name.to_owned()));
            }
        }
        // all services at once by an expression: which images they have is known when it runs
        whole => add(whole, &services),
    }
    all
}

/// The images that a name comes to: itself, or the values of the matrix's dimension that it is.
fn names_of(name: &str, job: &Value) -> Vec<String> {
    let inner = expressions::split(name).unwrap_or_default();
    let Some(expression) = inner.first() else {
        return vec![image_name(name)];
    };
    let whole = name.starts_with("${{") && name.ends_with("}}") && inner.len() == 1;
    let literals = expression
        .strip_prefix("matrix.")
        .filter(|_| whole)
        .and_then(|dimension| literals(job, dimension));
    if let Some(literals) = literals {
        let named = literals.iter().filter(|name| !name.is_empty());
        return named.map(|name| image_name(name)).collect();
    }
    if whole {
        let held = expressions::values(expression);
        return vec![format!("${{{{ {} }}}}", held.join(" "))];
    }
    // `node:${{ matrix.node }}`
    let mut rest = name;
    let mut plain = String::new();
    while let Some((before, after)) = rest.split_once("${{") {
        plain.push_str(before);
        plain.push_str(LEFT_OUT);
        rest = after.split_once("}}").map_or("", |(_, after)| after);
    }
    plain.push_str(rest);
    vec![image_name(&plain)]
}

/// An image without a tag that may be anything: `node:22`, `x:…`, `x@sha256:…` with its digest.
pub(crate) fn image_name(text: &str) -> String {
    let (name, digest) = match text.split_once('@') {
        Some((name, digest)) => (name, Some(digest)),
        None => (text, None),
    };
    // the colon of a port is followed by a path
    let (name, tag) = match name.rsplit_once(':') {
        Some((name, tag)) if !tag.contains('/') => (name, Some(tag)),
        _ => (name, None),
    };
    let mut kept = names::name_or_mark(name);
    if let Some(tag) = tag {
        kept.push(':');
        kept.push_str(if is_version(tag) { tag } else { LEFT_OUT });
    }
    if let Some(digest) = digest {
        let hex = digest.strip_prefix("sha256:").unwrap_or_default();
        let whole = hex.len() == 64 && hex.bytes().all(|b| b.is_ascii_hexdigit());
        kept.push('@');
        kept.push_str(if whole { digest } else { LEFT_OUT });
    }
    kept
}

/// Whether a tag is a version, or one of the usual words: `22`, `v1.2.3`, `3.12-slim-bookworm`.
fn is_version(tag: &str) -> bool {
    const WORDS: &[&str] = &["alpine", "edge", "latest", "lts", "main", "slim", "stable"];
    let number = tag.strip_prefix('v').unwrap_or(tag);
    let (number, suffix) = number.split_once('-').unwrap_or((number, ""));
    let short =
        |part: &str| (1..=4).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
    let named = |part: &str| {
        part.len() <= 12
            && part
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
    };
    WORDS.contains(&tag)
        || (number.split('.').all(short) && suffix.split(['-', '.']).take(4).all(named))
}

/// The plain values of a matrix's dimension, where it has no others.
fn literals(job: &Value, dimension: &str) -> Option<Vec<String>> {
    let matrix = job.get("strategy")?.get("matrix")?;
    let (dimension, field) = match dimension.split_once('.') {
        Some((dimension, field)) => (dimension, Some(field)),
        None => (dimension, None),
    };
    let listed = match matrix.get(dimension) {
        None => &[][..],
        Some(values) => values.as_sequence()?,
    };
    let included = match matrix.get("include") {
        None => &[][..],
        Some(more) => more.as_sequence()?,
    };
    let included = included.iter().filter_map(|one| one.get(dimension));
    let values = listed.iter().chain(included).map(|value| match field {
        Some(field) => text(value.get(field)),
        None => text(Some(value)),
    });
    let values: Option<Vec<String>> = values.collect();
    values.filter(|all| !all.is_empty() && !all.iter().any(|one| one.contains("${{")))
}

/// The steps that run while later steps run, as the steps after them wait for them or end them.
#[derive(Debug, Default)]
pub(super) struct Running {
    steps: Vec<(usize, Option<String>)>,
}

impl Running {
    /// Takes up a step: it is the last of `all`.
    pub(super) fn take(&mut self, value: &Value, all: &mut [Step]) {
        let Some(number) = all.len().checked_sub(1) else {
            return;
        };
        let set = |key: &str| {
            let value = value.get(key);
            value.is_some_and(|value| value.as_bool() != Some(false))
        };
        // a wait that may be skipped, or whose failure is none, settles nothing
        let settles = value.get("if").is_none()
            && super::steps::tolerates(value.get("continue-on-error")) == Some(false);
        if set("wait-all") {
            self.settle(None, settles, number, all);
        }
        for id in texts(value.get("wait")) {
            self.settle(Some(&id), settles, number, all);
        }
        for id in texts(value.get("cancel")) {
            for (step, _) in self
                .steps
                .iter()
                .filter(|(_, own)| own.as_ref() == Some(&id))
            {
                // what is ended has no result
                if let Some(step) = all.get_mut(*step) {
                    step.continue_on_error = true;
                }
            }
            self.steps.retain(|(_, own)| own.as_ref() != Some(&id));
        }
        if set("background") {
            self.steps.push((number, text(value.get("id"))));
            if let Some(step) = all.get_mut(number) {
                step.background = Some(Background { until: None });
            }
        }
    }

    fn settle(&mut self, id: Option<&String>, settles: bool, number: usize, all: &mut [Step]) {
        let of = |own: &Option<String>| id.is_none() || own.as_ref() == id;
        for (step, _) in self.steps.iter().filter(|(_, own)| of(own) && settles) {
            if let Some(step) = all.get_mut(*step) {
                step.background = Some(until(number));
            }
        }
        self.steps.retain(|(_, own)| !of(own));
    }
}

/// Waited for at the end of a step.
pub(super) fn until(number: usize) -> Background {
    Background {
        until: u32::try_from(number).ok(),
    }
}
