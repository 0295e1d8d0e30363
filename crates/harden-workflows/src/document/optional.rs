//! Secrets that a workflow can do without: what reads them does not run if they do not exist.

use std::collections::{BTreeMap, BTreeSet};

use yaml_serde::Value;

use super::value::{entries, scalar, text};
use super::workflow::Read;
use crate::expressions::{self, Given, Value as Worth};
use crate::{Context, Reference};

/// The variables of an `env`, by their name in lower case, with their text.
type Env = BTreeMap<String, String>;

/// Marks the references of a workflow that depend on a secret's existence.
pub(super) fn mark(document: &Value, read: &mut Read) {
    let raw: Vec<(&str, &Value)> = entries(document.get("jobs")).collect();
    if raw.len() != read.jobs.len() {
        return;
    }
    let whole = variables(document.get("env"));
    let mut guarded = BTreeSet::new();
    let mut tested = BTreeSet::new();
    for ((_, value), job) in raw.iter().zip(&mut read.jobs) {
        let outer = joined(&whole, value.get("env"));
        let by_jobs = reads_secrets_of_jobs(value.get("if"), &raw);
        let steps = flat_steps(value.get("steps"));
        let mut own = Guards::default();
        if steps.len() == job.steps.len() {
            for (at, (step, fact)) in steps.iter().zip(&mut job.steps).enumerate() {
                let env = joined(&outer, step.get("env"));
                let guards = Guards::of(step, &env, steps.get(..at).unwrap_or_default(), &raw);
                for reference in secrets(&mut fact.references) {
                    reference.if_set.extend(guards.absent.iter().cloned());
                    let script = guards.scripts.contains(&reference.name);
                    reference.tested |= guards.tested || by_jobs || script;
                }
                own.absent.extend(guards.decided);
                own.scripts.extend(guards.scripts);
            }
        }
        for reference in secrets(&mut job.references) {
            if own.absent.contains(&reference.name) {
                reference.if_set.push(reference.name.clone());
            }
            reference.tested |= by_jobs || own.scripts.contains(&reference.name);
        }
        guarded.extend(own.absent);
        tested.extend(own.scripts);
    }
    for reference in secrets(&mut read.references) {
        if guarded.contains(&reference.name) {
            reference.if_set.push(reference.name.clone());
        }
        reference.tested |= tested.contains(&reference.name);
    }
}

fn secrets(references: &mut [Reference]) -> impl Iterator<Item = &mut Reference> {
    let all = references.iter_mut();
    all.filter(|reference| reference.context == Context::Secrets)
}

/// What a step's `if` and script say of secrets.
#[derive(Debug, Default)]
struct Guards {
    /// The secrets without which the step does not run.
    absent: BTreeSet<String>,
    /// The secrets whose absence decides the `if`, either way.
    decided: BTreeSet<String>,
    /// Whether the `if` reads what an earlier step found out of a secret.
    tested: bool,
    /// The secrets whose variable the script tests for being empty.
    scripts: BTreeSet<String>,
}

impl Guards {
    fn of(step: &Value, env: &Env, before: &[&Value], jobs: &[(&str, &Value)]) -> Self {
        let mut found = Self::default();
        let held = |name: &str| {
            env.get(name)
                .map(|text| secrets_of(text))
                .unwrap_or_default()
        };
        if let Some(script) = text(step.get("run")) {
            let tested = env.keys().filter(|name| tests_variable(&script, name));
            found.scripts.extend(tested.flat_map(|name| held(name)));
        }
        let Some(condition) = text(step.get("if")) else {
            return found;
        };
        let Some(whole) = expression_of(&condition) else {
            return found;
        };
        let Ok(parsed) = expressions::parse(whole) else {
            return found;
        };
        let reads = expressions::contexts(&parsed);
        let named = reads.iter().filter_map(|read| read.strip_prefix("env."));
        let names: Vec<&str> = named.collect();
        for secret in names.iter().flat_map(|name| held(name)) {
            let context = |path: &str| match path.strip_prefix("env.") {
                Some(name) => env
                    .get(name)
                    .map_or(Worth::Open, |text| without(text, &secret)),
                None => Worth::Open,
            };
            match given(&context).value(&parsed).holds() {
                Some(false) => {
                    found.absent.insert(secret.clone());
                    found.decided.insert(secret);
                }
                Some(true) => {
                    found.decided.insert(secret);
                }
                None => found.tested = true,
            }
        }
        let writes = |step: &&&Value| {
            let script = text(step.get("run"));
            script.is_some_and(|script| script.contains("GITHUB_ENV"))
        };
        let unset = names.iter().any(|name| !env.contains_key(*name));
        found.tested |= unset && before.iter().filter(writes).any(|step| names_secret(step));
        found.tested |= reads.iter().any(|read| {
            let id = read
                .strip_prefix("steps.")
                .and_then(|rest| rest.split('.').next());
            let of = |step: &&&Value| {
                let own = text(step.get("id"));
                own.is_some_and(|own| id == Some(&*own.to_ascii_lowercase()))
            };
            before.iter().filter(of).any(|step| names_secret(step))
        });
        found.tested |= reads_secrets_of_jobs(step.get("if"), jobs);
        found
    }
}

/// Whether a condition reads an output of a job that reads secrets.
fn reads_secrets_of_jobs(condition: Option<&Value>, jobs: &[(&str, &Value)]) -> bool {
    let Some(condition) = text(condition) else {
        return false;
    };
    let Some(parsed) = expression_of(&condition).and_then(|whole| expressions::parse(whole).ok())
    else {
        return false;
    };
    let reads = expressions::contexts(&parsed);
    reads.iter().any(|read| {
        let mut parts = read.split('.');
        let (first, id, what) = (parts.next(), parts.next(), parts.next());
        first == Some("needs")
            && what == Some("outputs")
            && jobs
                .iter()
                .any(|(name, job)| id == Some(&*name.to_ascii_lowercase()) && names_secret(job))
    })
}

/// The expression of an `if`.
fn expression_of(condition: &str) -> Option<&str> {
    let trimmed = condition.trim();
    match expressions::split(trimmed).ok()?.as_slice() {
        [] => Some(trimmed),
        [one] if trimmed.starts_with("${{") && trimmed.ends_with("}}") => Some(one),
        _ => None,
    }
}

fn given<'a>(context: &'a dyn Fn(&str) -> Worth) -> Given<'a> {
    Given {
        context,
        // the steps before it succeeded
        success: Some(true),
        failure: Some(false),
    }
}

/// The value of a variable if a secret does not exist, where it follows from that.
fn without(value: &str, secret: &str) -> Worth {
    let Some(whole) = expression_of(value).filter(|_| value.contains("${{")) else {
        return match value.contains("${{") {
            true => Worth::Open,
            false => Worth::Text(value.to_owned()),
        };
    };
    let Ok(parsed) = expressions::parse(whole) else {
        return Worth::Open;
    };
    let path = format!("secrets.{}", secret.to_ascii_lowercase());
    let context = |read: &str| match read == path {
        true => Worth::Text(String::new()),
        false => Worth::Open,
    };
    let worth = given(&context).value(&parsed);
    // a variable is a text, whatever the expression is
    worth.text().map_or(Worth::Open, Worth::Text)
}

/// The secrets that a text reads, in upper case.
fn secrets_of(text: &str) -> Vec<String> {
    let inner = expressions::split(text).unwrap_or_default().into_iter();
    let read = inner.filter_map(|inner| expressions::references(inner).ok());
    let named = read.flatten().filter(|(context, name, _)| {
        *context == Context::Secrets && !name.is_empty() && name != "*"
    });
    named.map(|(_, name, _)| name).collect()
}

/// Whether a part of the document reads a secret other than the token of the run.
fn names_secret(value: &Value) -> bool {
    match value {
        Value::String(text) => secrets_of(text).iter().any(|name| name != "GITHUB_TOKEN"),
        Value::Sequence(all) => all.iter().any(names_secret),
        Value::Mapping(all) => all.values().any(names_secret),
        Value::Tagged(tagged) => names_secret(&tagged.value),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

fn variables(env: Option<&Value>) -> Env {
    let named =
        entries(env).filter_map(|(name, value)| Some((name.to_ascii_lowercase(), scalar(value)?)));
    named.collect()
}

fn joined(outer: &Env, env: Option<&Value>) -> Env {
    let mut all = outer.clone();
    all.extend(variables(env));
    all
}

/// The steps, those that run in parallel one after the other.
fn flat_steps(steps: Option<&Value>) -> Vec<&Value> {
    let all = steps.and_then(Value::as_sequence).into_iter().flatten();
    let each = all.flat_map(
        |step| match step.get("parallel").and_then(Value::as_sequence) {
            Some(inner) => inner.iter().collect(),
            None => vec![step],
        },
    );
    each.collect()
}

/// Whether a script tests a variable for being empty: `[ -z "$NAME" ]`, `${NAME:-…}`.
fn tests_variable(script: &str, name: &str) -> bool {
    let upper = name.to_ascii_uppercase();
    let mut rest = script;
    while let Some(at) = rest.find('$') {
        let (before, after) = rest.split_at(at);
        let after = after.get(1..).unwrap_or_default();
        let inner = after.trim_start_matches('{');
        let inner = inner.strip_prefix("env:").unwrap_or(inner);
        let end = inner.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
        let (word, tail) = inner.split_at(end.unwrap_or(inner.len()));
        if word.eq_ignore_ascii_case(&upper) {
            let before = before.trim_end_matches(['"', '\'', ' ', '!', '(']);
            let asked = ["-z", "-n", "[", "[[", "test", "if"];
            let asked = asked.iter().any(|asked| before.ends_with(asked));
            if asked || tail.starts_with(":-") || tail.starts_with(":+") || tail.starts_with(":?") {
                return true;
            }
        }
        rest = after;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::tests_variable;

    #[test]
    fn scripts_test_variables() {
        for script in [
            "if [ -z \"$TOKEN\" ]; then exit 0; fi",
            "[[ -n ${TOKEN} ]] && ./d",
            "./d ${TOKEN:+--token}",
            "if ($env:TOKEN) { ./d }",
            "test -n \"$TOKEN\" || exit 0",
            "if [ \"$TOKEN\" = '' ]; then exit 0; fi",
        ] {
            assert!(tests_variable(script, "token"), "{script}");
        }
        for script in ["./d \"$TOKEN\"", "[ -z \"$TOKENS\" ]", "echo -n $TOKEN_A"] {
            assert!(!tests_variable(script, "token"), "{script}");
        }
    }
}
