//! From a file's text to what is kept of it.

use std::collections::BTreeMap;

use github_actions_models::common::Uses;
use github_actions_models::workflow::job::{DeploymentEnvironment, NormalJob, Secrets};
use github_actions_models::workflow::{self as model, job};
use harden_core::Unknown;
use yaml_serde::Value;

use super::failures::Shell;
use super::parts::{environment_names, permissions, stages};
use super::positions::{Path, Positions};
use super::scope::Scope;
use super::steps::{self, child};
use super::{
    Call, CallSecrets, Environment, Job, Permissions, Reference, Trigger, plain, reading, triggers,
};

/// The largest file that is read. GitHub refuses larger ones.
const LARGEST: usize = 512 * 1024;

/// What is kept of a workflow.
pub(super) struct Read {
    pub(super) name: Option<String>,
    pub(super) triggers: Vec<Trigger>,
    pub(super) permissions: Option<Permissions>,
    pub(super) references: Vec<Reference>,
    pub(super) jobs: Vec<Job>,
}

/// Parses a document twice: as what the model says it is, and as what is there.
pub(super) fn parse<M: serde::de::DeserializeOwned>(
    text: &str,
    what: &str,
) -> Result<(M, Value), Unknown> {
    if text.len() > LARGEST {
        return Err(Unknown::undetermined(format!(
            "the file is larger than {} KiB",
            LARGEST / 1024
        )));
    }
    // an error's text may quote the file: only its place is told
    let refused = |error: &yaml_serde::Error| {
        let place = error.location().map_or_else(String::new, |location| {
            format!(
                ", near line {}, column {}",
                location.line(),
                location.column()
            )
        });
        Unknown::undetermined(format!("the file is no {what} that can be read{place}"))
    };
    let document: Value = yaml_serde::from_str(text).map_err(|e| refused(&e))?;
    let typed = yaml_serde::from_str(text).map_err(|e| refused(&e))?;
    Ok((typed, document))
}

/// Reads a workflow.
pub(super) fn workflow(text: &str) -> Result<Read, Unknown> {
    let (typed, document) = parse::<model::Workflow>(text, "workflow")?;
    let positions = Positions::new(text);
    let root: Path<'_> = Vec::new();
    let scope = Scope::default()
        .with(document.get("env"))
        .run_by(run_defaults(&document));
    let ids: BTreeMap<&str, String> = typed
        .jobs
        .keys()
        .enumerate()
        .map(|(i, id)| {
            let kept = plain::name(id).map(str::to_owned);
            (&**id, kept.unwrap_or_else(|| format!("job {}", i + 1)))
        })
        .collect();
    let mut whole = Vec::new();
    for (key, value) in document.as_mapping().into_iter().flatten() {
        let key = key.as_str().unwrap_or_default();
        if !matches!(key, "jobs" | "on") {
            whole.extend(reading::references(
                value,
                &child(&root, key.to_owned()),
                &positions,
            )?);
        }
    }
    let reader = Reader {
        document: &document,
        positions: &positions,
        ids: &ids,
    };
    Ok(Read {
        name: typed.name.as_deref().map(plain::title),
        triggers: document
            .get("on")
            .map(triggers::triggers)
            .unwrap_or_default(),
        permissions: permissions(
            document.get("permissions").is_some(),
            &typed.permissions,
            &child(&root, "permissions"),
            &positions,
        ),
        references: whole,
        jobs: reader.jobs(&typed, scope)?,
    })
}

struct Reader<'a> {
    document: &'a Value,
    positions: &'a Positions<'a>,
    ids: &'a BTreeMap<&'a str, String>,
}

impl Reader<'_> {
    /// The jobs in the order of the file. Each is read after those that it needs, whose outputs it
    /// sees.
    fn jobs(&self, workflow: &model::Workflow, mut scope: Scope) -> Result<Vec<Job>, Unknown> {
        let mut waiting: Vec<(&String, &model::Job)> = workflow.jobs.iter().collect();
        let mut read: BTreeMap<&str, Job> = BTreeMap::new();
        while !waiting.is_empty() {
            let ready = waiting.iter().position(|(_, job)| {
                let needs = match job {
                    model::Job::NormalJob(job) => &job.needs,
                    model::Job::ReusableWorkflowCallJob(job) => &job.needs,
                };
                needs.iter().all(|id| read.contains_key(&**id))
            });
            // GitHub refuses a circle
            let (id, job) = waiting.remove(ready.unwrap_or(0));
            read.insert(id, self.job(id, job, &mut scope)?);
        }
        let order = workflow.jobs.keys();
        Ok(order.filter_map(|id| read.remove(&**id)).collect())
    }

    fn job(&self, id: &str, job: &model::Job, scope: &mut Scope) -> Result<Job, Unknown> {
        let path: Path<'_> = vec!["jobs".into(), id.into()];
        let value = self.document.get("jobs").and_then(|jobs| jobs.get(id));
        let value = value.unwrap_or(&Value::Null);
        let (needs, condition, permission, said) = match job {
            model::Job::NormalJob(job) => (&job.needs, &job.r#if, &job.permissions, &job.name),
            model::Job::ReusableWorkflowCallJob(job) => {
                (&job.needs, &job.r#if, &job.permissions, &job.name)
            }
        };
        let said_permissions = value.get("permissions").is_some();
        let known = |id: &String| self.ids.get(&**id).cloned().unwrap_or_default();
        let mut read = Job {
            id: known(&id.to_owned()),
            at: self.positions.of(&path),
            name: said
                .as_deref()
                .filter(|n| !n.contains("${{"))
                .map(plain::title),
            needs: needs.iter().map(known).collect(),
            condition: reading::condition(condition.as_ref(), &child(&path, "if"), self.positions)?,
            environment: None,
            permissions: permissions(
                said_permissions,
                permission,
                &child(&path, "permissions"),
                self.positions,
            ),
            call: None,
            continue_on_error: false,
            references: self.outside_steps(value, &path)?,
            steps: Vec::new(),
        };
        match job {
            model::Job::NormalJob(job) => {
                let left = self.normal(job, value, &path, scope, &mut read)?;
                let outputs = value.get("outputs").and_then(Value::as_mapping);
                for (name, value) in outputs.into_iter().flatten() {
                    if let (Some(name), Some(value)) = (name.as_str(), value.as_str()) {
                        let name = format!("needs.{id}.outputs.{name}").to_ascii_lowercase();
                        scope.outputs.insert(name, left.carried(value));
                    }
                }
            }
            model::Job::ReusableWorkflowCallJob(job) => {
                read.call = Some(self.call(job, value, &path, scope));
            }
        }
        Ok(read)
    }

    /// What a job reads beside its steps.
    fn outside_steps(&self, job: &Value, path: &Path<'_>) -> Result<Vec<Reference>, Unknown> {
        let mut found = Vec::new();
        for (key, value) in job.as_mapping().into_iter().flatten() {
            let key = key.as_str().unwrap_or_default();
            if key != "steps" {
                let at = child(path, key.to_owned());
                found.extend(reading::references(value, &at, self.positions)?);
            }
        }
        found.sort();
        Ok(found)
    }

    /// Reads what a job runs; gives what its steps leave.
    fn normal(
        &self,
        job: &NormalJob,
        value: &Value,
        path: &Path<'_>,
        scope: &Scope,
        read: &mut Job,
    ) -> Result<Scope, Unknown> {
        read.continue_on_error = steps::tolerates(&job.continue_on_error).unwrap_or(false);
        read.environment = job.environment.as_ref().map(|environment| {
            let name = match environment {
                DeploymentEnvironment::Name(name) => name,
                DeploymentEnvironment::NameURL { name, .. } => name,
            };
            let at = self.positions.of(&child(path, "environment"));
            let (names, input) = environment_names(name, value);
            Environment { at, names, input }
        });
        let mut scope = scope.with(value.get("env")).run_by(run_defaults(value));
        let runner = value.get("runs-on").and_then(Value::as_str);
        if runner.is_some_and(|runner| runner.to_lowercase().contains("windows")) {
            // PowerShell, where nothing else is said
            scope.shell = scope.shell.or(Some(Shell::Other));
        }
        let at = child(path, "steps");
        for (raw, at) in steps::of_job(&job.steps, &at) {
            let step = steps::step(&raw, self.document, &at, self.positions, &mut scope)?;
            read.steps.push(step);
        }
        Ok(scope)
    }

    fn call(
        &self,
        job: &job::ReusableWorkflowCallJob,
        value: &Value,
        path: &Path<'_>,
        scope: &Scope,
    ) -> Call {
        let secrets = job.secrets.as_ref().map(|secrets| match secrets {
            Secrets::Inherit => CallSecrets::Inherit,
            Secrets::Env(named) => {
                CallSecrets::Named(named.keys().map(|name| name.to_ascii_uppercase()).collect())
            }
        });
        Call {
            uses: uses(&job.uses),
            at: self.positions.of(&child(path, "uses")),
            secrets,
            inputs: stages(&job.with),
            passed: passed(value.get("with"), scope),
        }
    }
}

/// What `defaults` says of scripts.
fn run_defaults(value: &Value) -> Option<&Value> {
    value.get("defaults")?.get("run")
}

/// The contexts that the inputs of a call hold.
fn passed(with: Option<&Value>, scope: &Scope) -> BTreeMap<String, Vec<String>> {
    let inputs = with.and_then(Value::as_mapping).into_iter().flatten();
    let named = inputs.filter_map(|(name, value)| {
        let name = plain::name(name.as_str()?)?.to_ascii_lowercase();
        let held = scope.carried(value.as_str()?);
        (!held.is_empty()).then(|| (format!("inputs.{name}"), held))
    });
    named.collect()
}

fn uses(uses: &Uses) -> String {
    plain::uses(uses.raw())
}
