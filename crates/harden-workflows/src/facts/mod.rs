//! The facts of workflows: names and structure, never a value.

mod action;
mod command;
mod packages;
mod reader;
mod step;
mod workflow;

use std::collections::BTreeMap;

use harden_core::Known;
use serde::{Deserialize, Serialize};

pub use action::LocalAction;
pub use command::Command;
pub use packages::PackageScripts;
pub use reader::VERSION;
pub use step::{Background, Injected, Step, Unfollowed, Version, Why};
pub use workflow::Workflow;

/// A place in a file: line and column, both from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(from = "(u32, u32)", into = "(u32, u32)")]
pub struct At {
    /// The line, from 1.
    pub line: u32,
    /// The column, from 1.
    pub column: u32,
}

impl At {
    /// The start of a file.
    pub const START: Self = Self { line: 1, column: 1 };
}

impl From<(u32, u32)> for At {
    fn from((line, column): (u32, u32)) -> Self {
        Self { line, column }
    }
}

impl From<At> for (u32, u32) {
    fn from(at: At) -> Self {
        (at.line, at.column)
    }
}

/// What starts a workflow.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Trigger {
    /// The event: `push`, `pull_request`, `workflow_call`.
    pub event: String,
    /// The branches that it is limited to, with GitHub's patterns.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub branches: Vec<String>,
    /// The branches that it is not for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub branches_ignore: Vec<String>,
    /// Whether it names tags: a push without branches is then one of tags only.
    #[serde(default, skip_serializing_if = "is_false")]
    pub tags: bool,
    /// Whether it is limited to changes of some paths.
    #[serde(default, skip_serializing_if = "is_false")]
    pub paths: bool,
    /// The activities: `opened`, `completed`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub types: Vec<String>,
    /// Of `workflow_run`: the names of the workflows that it follows.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub workflows: Vec<String>,
    /// Of `workflow_call`: the secrets that callers pass, and whether they must.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub secrets: BTreeMap<String, bool>,
    /// Of `workflow_call`: the contexts that its outputs hold, by the name of the output.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub outputs: BTreeMap<String, Vec<String>>,
}

impl Trigger {
    /// One by an event, limited in no way.
    #[must_use]
    pub fn of(event: &str) -> Self {
        Self {
            event: event.to_owned(),
            ..Self::default()
        }
    }
}

/// What a GITHUB_TOKEN may do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Permissions {
    /// Where they are set.
    pub at: At,
    /// `read-all`, `write-all`; none where scopes are named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub all: Option<String>,
    /// `read`, `write` or `none` by scope; a scope that is not named has none.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub scopes: BTreeMap<String, String>,
}

/// Which context is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Context {
    /// `secrets.NAME`.
    Secrets,
    /// `vars.NAME`.
    Vars,
}

/// A secret or a variable that is read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Reference {
    /// The context.
    pub context: Context,
    /// The name in upper case, as GitHub keeps it; `*` where the file computes it or takes all.
    pub name: String,
    /// Where.
    pub at: At,
    /// Whether it may be empty: something else follows a `||`, or it is only compared, or it is in
    /// an `if`.
    #[serde(default, skip_serializing_if = "is_false")]
    pub optional: bool,
    /// Secrets without which what reads it does not run: an `if` tests a variable for one of them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub if_set: Vec<String>,
    /// Whether what reads it may do without it: its script tests whether the variable is empty, or its
    /// `if` reads what an earlier step or job found out of a secret.
    #[serde(default, skip_serializing_if = "is_false")]
    pub tested: bool,
}

/// An `if`, as far as it is judged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Condition {
    /// Where.
    pub at: At,
    /// The contexts that it looks at, in lower case: `github.event.workflow_run.conclusion`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reads: Vec<String>,
    /// What must be for it to hold: the comparisons that are joined by `&&`, with well-known
    /// literals only: `github.ref == refs/heads/main`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub demands: Vec<String>,
    /// Whether it holds although something before it failed: `always()`, `failure()`,
    /// `!cancelled()`, anything that names a status function other than `success()`.
    #[serde(default, skip_serializing_if = "is_false")]
    pub after_failure: bool,
    /// Whether it is looked at although something before it was skipped: it names a status function
    /// other than `success()`.
    #[serde(default, skip_serializing_if = "is_false")]
    pub after_skip: bool,
    /// Of a job whose `if` names a status function: by each job that it waits for, the results of that
    /// job with which it does not hold: `failure`, `skipped`, `skipped-after-failure` (skipped because a
    /// job before it failed); `failure on push` where it depends on the event.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub stopped_by: BTreeMap<String, Vec<String>>,
    /// Whether it can never hold.
    #[serde(default, skip_serializing_if = "is_false")]
    pub never: bool,
    /// The events on which it can't hold: by the event's name, by the form that a ref has on a pull
    /// request, by payloads that other events do not have.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub never_on: Vec<String>,
    /// By event (`push`, `pull_request`), where the branch decides: whether it can hold on each
    /// branch that it names, and on any other (`*`).
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub branches: BTreeMap<String, BTreeMap<String, bool>>,
    /// Whether on `workflow_run` it holds only if the run that it follows did not fail.
    #[serde(default, skip_serializing_if = "is_false")]
    pub asks_success: bool,
    /// The events on which it keeps strangers out, where it does: `pull_request_target`; of
    /// `workflow_run` by the event of the run, as `workflow_run/pull_request`, else `workflow_run`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub strangers: BTreeMap<String, Strangers>,
}

impl Condition {
    /// Whether it holds for a stranger's code on an event; of `workflow_run` on the event of the run.
    #[must_use]
    pub fn strangers_on(&self, event: &str, run_event: Option<&str>) -> Strangers {
        let of_run = run_event.and_then(|run| self.strangers.get(&format!("{event}/{run}")));
        let found = of_run.or_else(|| self.strangers.get(event));
        found.copied().unwrap_or(Strangers::Can)
    }
}

/// Whether a condition holds for the code of people without write access.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Strangers {
    /// It can hold.
    Can,
    /// Only where a person with rights causes the event: who comments, or who asks for the run.
    Vetted,
    /// Only once the pull request was merged.
    Merged,
    /// It can't hold.
    Never,
}

/// An image that a job runs in, or next to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Image {
    /// Where.
    pub at: At,
    /// Its name: `node:22`. An expression that is not followed is in `${{ }}`.
    pub name: String,
}

/// The environment of a job.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Environment {
    /// Where.
    pub at: At,
    /// Its name; all names, where it comes from the matrix. Unknown where it comes from another expression.
    #[serde(default)]
    pub names: Known<Vec<String>>,
    /// The input of a called workflow from which the name comes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub input: Option<String>,
    /// Where an expression is a part of the name: the name, with `…` in place of the expression.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pattern: Option<String>,
    /// Whether the job uses the environment without a deployment (`deployment: false`).
    #[serde(default, skip_serializing_if = "is_false")]
    pub no_deployment: bool,
}

/// The call of a reusable workflow.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Call {
    /// What is called: `./.github/workflows/deploy.yml`, `owner/repo/.github/workflows/x.yml@ref`.
    pub uses: String,
    /// Where.
    pub at: At,
    /// The secrets that it passes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secrets: Option<CallSecrets>,
    /// Plain values of inputs that name an environment or a stage.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub inputs: BTreeMap<String, String>,
    /// The contexts that its inputs hold, by `inputs.name`: see [`Step::passed`].
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub passed: BTreeMap<String, Vec<String>>,
}

/// The secrets that a call passes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum CallSecrets {
    /// All that the caller can see.
    Inherit,
    /// These, by the name that the called workflow knows them by.
    Named(Vec<String>),
}

/// A job.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Job {
    /// Its key.
    pub id: String,
    /// Where.
    pub at: At,
    /// The name of the check that it reports, where it is plain; else the key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The jobs that it waits for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub needs: Vec<String>,
    /// Its `if`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub condition: Option<Condition>,
    /// Its environment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub environment: Option<Environment>,
    /// What its GITHUB_TOKEN may do, where the job sets it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub permissions: Option<Permissions>,
    /// The reusable workflow that it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub call: Option<Call>,
    /// Whether its failure is not the run's.
    #[serde(default, skip_serializing_if = "is_false")]
    pub continue_on_error: bool,
    /// The images of its container and its services.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub images: Vec<Image>,
    /// The secrets and variables that the job reads outside its steps.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub references: Vec<Reference>,
    /// Its steps.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub steps: Vec<Step>,
}

impl Default for At {
    fn default() -> Self {
        Self::START
    }
}

/// For serde: leaves out what is false.
#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde gives a reference")]
pub(super) fn is_false(value: &bool) -> bool {
    !*value
}
