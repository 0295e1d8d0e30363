//! A workflow file.

use std::collections::{BTreeMap, BTreeSet};

use harden_core::Unknown;
use yaml_serde::Value;

use super::jobs::{images, matrix};
use super::parts::{environment, permissions, stages};
use super::positions::{Path, Positions};
use super::scope::Scope;
use super::steps;
use super::triggers::triggers;
use super::value::{child, entries, text, texts};
use super::{references, without_mark};
use crate::script::Shell;
use crate::{Call, CallSecrets, Job, Permissions, Reference, Trigger, names};

/// The facts of a workflow.
pub(crate) struct Read {
    pub(crate) name: Option<String>,
    pub(crate) triggers: Vec<Trigger>,
    pub(crate) permissions: Option<Permissions>,
    pub(crate) references: Vec<Reference>,
    pub(crate) jobs: Vec<Job>,
}

/// How many jobs a file may have. Their order is found by looking at each of those that wait.
const MOST_JOBS: usize = 1000;

/// Reads a workflow.
///
/// # Errors
/// When it is not a workflow, or GitHub would refuse it.
pub(crate) fn workflow(repository: &str, text: &str) -> Result<Read, Unknown> {
    let text = without_mark(text);
    let document = super::parse(text, "a workflow")?;
    let positions = Positions::new(text);
    let root: Path<'_> = Vec::new();
    let scope = Scope {
        repository: repository.to_owned(),
        ..Scope::default()
    };
    let mut scope = scope
        .with(document.get("env"))
        .run_by(run_defaults(&document));
    let jobs = entries(document.get("jobs"));
    let jobs: Vec<(&str, &Value)> = jobs.collect();
    if jobs.is_empty() || document.get("jobs").and_then(Value::as_mapping).is_none() {
        return Err(Unknown::undetermined(
            "the file could not be read as a workflow: it has no jobs",
        ));
    }
    if jobs.len() > MOST_JOBS {
        return Err(Unknown::undetermined(format!(
            "the file has more than {MOST_JOBS} jobs"
        )));
    }
    let ids = jobs
        .iter()
        .enumerate()
        .map(|(i, (id, _))| {
            let kept = names::name(id).map(str::to_owned);
            (*id, kept.unwrap_or_else(|| format!("job {}", i + 1)))
        })
        .collect();
    let mut whole = Vec::new();
    for (key, value) in entries(Some(&document)) {
        if !matches!(key, "jobs" | "on") {
            let at = child(&root, key);
            whole.extend(references::references(value, &at, &positions)?);
        }
    }
    let reader = Reader {
        positions: &positions,
        ids: &ids,
    };
    let jobs = reader.jobs(&jobs, &mut scope)?;
    let mut triggers = triggers(document.get("on"))?;
    let called = document
        .get("on")
        .and_then(|on| on.get("workflow_call")?.get("outputs"));
    for trigger in triggers.iter_mut().filter(|t| t.event == "workflow_call") {
        trigger.outputs = super::steps::outputs(called, &scope);
    }
    let mut read = Read {
        name: super::value::text(document.get("name")).map(|name| names::title(&name)),
        triggers,
        permissions: permissions(
            document.get("permissions"),
            &child(&root, "permissions"),
            &positions,
        )?,
        references: whole,
        jobs,
    };
    positions.hold()?;
    super::gates::mark(&document, &mut read.jobs);
    super::optional::mark(&document, &mut read);
    Ok(read)
}

struct Reader<'a> {
    positions: &'a Positions<'a>,
    ids: &'a BTreeMap<&'a str, String>,
}

impl Reader<'_> {
    /// The jobs in the order of the file. Each is read after those that it needs, whose outputs it
    /// sees.
    fn jobs(&self, jobs: &[(&str, &Value)], scope: &mut Scope) -> Result<Vec<Job>, Unknown> {
        let mut waiting = jobs.to_vec();
        let mut done: BTreeSet<String> = BTreeSet::new();
        let mut read: BTreeMap<&str, Job> = BTreeMap::new();
        while !waiting.is_empty() {
            let ready = waiting.iter().position(|(_, job)| {
                let needs = texts(job.get("needs"));
                needs.iter().all(|id| done.contains(id))
            });
            // GitHub refuses a circle
            let (id, job) = waiting.remove(ready.unwrap_or(0));
            read.insert(id, self.job(id, job, scope)?);
            done.insert(id.to_owned());
        }
        Ok(jobs.iter().filter_map(|(id, _)| read.remove(id)).collect())
    }

    fn job(&self, id: &str, value: &Value, scope: &mut Scope) -> Result<Job, Unknown> {
        self.positions.hold()?;
        let path: Path<'_> = vec!["jobs".into(), id.into()];
        let at = self.positions.of(&path);
        let known = |id: &str| self.ids.get(id).cloned().unwrap_or_default();
        let called = value.get("uses").and_then(Value::as_str);
        if called.is_none() == value.get("runs-on").is_none() {
            return Err(Unknown::undetermined(format!(
                "the job at line {}, column {} can't be read: it has neither runs-on nor uses, or \
                 both",
                at.line, at.column
            )));
        }
        let name = text(value.get("name"));
        let mut read = Job {
            id: known(id),
            at,
            name: name
                .filter(|name| !name.contains("${{"))
                .map(|name| names::title(&name)),
            needs: texts(value.get("needs"))
                .iter()
                .map(|id| known(id))
                .collect(),
            condition: references::condition(
                value.get("if"),
                &child(&path, "if"),
                self.positions,
                &scope.repository,
            )?,
            permissions: permissions(
                value.get("permissions"),
                &child(&path, "permissions"),
                self.positions,
            )?,
            references: self.outside_steps(value, &path)?,
            ..Job::default()
        };
        let own = Scope {
            matrix: matrix(value, scope),
            ..scope.clone()
        };
        if let Some(uses) = called {
            read.call = Some(self.call(uses, value, &path, &own));
            return Ok(read);
        }
        read.images = images(value, &path, self.positions);
        let left = self.normal(value, &path, &own, &mut read)?;
        for (name, value) in entries(value.get("outputs")) {
            if let Some(value) = value.as_str() {
                let name = format!("needs.{id}.outputs.{name}").to_ascii_lowercase();
                scope.outputs.insert(name, left.carried(value));
            }
        }
        Ok(read)
    }

    /// What a job reads besides its steps.
    fn outside_steps(&self, job: &Value, path: &Path<'_>) -> Result<Vec<Reference>, Unknown> {
        let mut found = Vec::new();
        for (key, value) in entries(Some(job)) {
            if key != "steps" {
                let at = child(path, key);
                found.extend(references::references(value, &at, self.positions)?);
            }
        }
        found.sort();
        Ok(found)
    }

    /// Reads what a job runs; returns what its steps leave.
    fn normal(
        &self,
        value: &Value,
        path: &Path<'_>,
        scope: &Scope,
        read: &mut Job,
    ) -> Result<Scope, Unknown> {
        read.continue_on_error = steps::tolerates(value.get("continue-on-error")).unwrap_or(false);
        read.environment = environment(value, path, self.positions);
        let mut scope = scope.with(value.get("env")).run_by(run_defaults(value));
        scope.shell = scope.shell.or_else(|| runner_shell(value));
        let at = child(path, "steps");
        read.steps = steps::of_job(value.get("steps"), &at, self.positions, &mut scope)?;
        Ok(scope)
    }

    fn call(&self, uses: &str, value: &Value, path: &Path<'_>, scope: &Scope) -> Call {
        let secrets = match value.get("secrets") {
            Some(Value::String(all)) if all == "inherit" => Some(CallSecrets::Inherit),
            Some(named @ Value::Mapping(_)) => {
                let names = entries(Some(named)).map(|(name, _)| name.to_ascii_uppercase());
                let names = names.map(|name| names::name_or_mark(&name));
                Some(CallSecrets::Named(names.collect()))
            }
            _ => None,
        };
        Call {
            uses: names::uses(uses),
            at: self.positions.of(&child(path, "uses")),
            secrets,
            inputs: stages(value.get("with")),
            passed: passed(value.get("with"), scope),
        }
    }
}

/// The shell of a runner: where its labels come from a matrix, the shell that all of them have in common.
fn runner_shell(job: &Value) -> Option<Shell> {
    let runner = job.get("runs-on")?;
    let labels = match runner {
        Value::Mapping(_) => {
            let mut labels = texts(runner.get("labels"));
            labels.extend(text(runner.get("group")));
            labels
        }
        runner => texts(Some(runner)),
    };
    let mut labels = labels.iter();
    if let (Some(only), None) = (labels.next(), labels.next())
        && let Some(dimension) = matrix_dimension(only)
    {
        let values = job.get("strategy")?.get("matrix")?.get(dimension);
        let shells = texts(values);
        let mut shells = shells.iter().map(|label| Shell::of_runner(label));
        let first = shells.next()??;
        return shells.all(|shell| shell == Some(first)).then_some(first);
    }
    let all = match runner {
        Value::Mapping(_) => texts(runner.get("labels")),
        runner => texts(Some(runner)),
    };
    all.iter().find_map(|label| Shell::of_runner(label))
}

/// The dimension of `${{ matrix.os }}`.
fn matrix_dimension(label: &str) -> Option<&str> {
    let inner = label.trim().strip_prefix("${{")?.strip_suffix("}}")?;
    inner.trim().strip_prefix("matrix.")
}

/// What `defaults` says of scripts.
fn run_defaults(value: &Value) -> Option<&Value> {
    value.get("defaults")?.get("run")
}

/// The contexts that the inputs of a call hold.
fn passed(with: Option<&Value>, scope: &Scope) -> BTreeMap<String, Vec<String>> {
    let named = entries(with).filter_map(|(name, value)| {
        let name = names::name(name)?.to_ascii_lowercase();
        let held = scope.carried(value.as_str()?);
        (!held.is_empty()).then(|| (format!("inputs.{name}"), held))
    });
    named.collect()
}
