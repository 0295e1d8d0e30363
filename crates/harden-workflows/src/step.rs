//! What is kept of a step.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::facts::is_false;
use super::{At, Command, Condition, Reference};

/// A step.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Step {
    /// Where: its `uses` or `run`.
    pub at: At,
    /// Its id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Its `if`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub condition: Option<Condition>,
    /// Whether its failure is not the job's.
    #[serde(default, skip_serializing_if = "is_false")]
    pub continue_on_error: bool,
    /// The action: `actions/checkout@v4`, `./.github/actions/deploy`, `docker://image`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub uses: Option<String>,
    /// Inputs that are judged, of actions that are known; a value that is not plain is `…`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub with: BTreeMap<String, String>,
    /// Of an action that makes a Sentry release: what its version is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<Version>,
    /// The commands of its script that are known.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub commands: Vec<Command>,
    /// Whether its script runs programs that are not known, and may be anything.
    #[serde(default, skip_serializing_if = "is_false")]
    pub others: bool,
    /// The secrets and variables that it reads.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub references: Vec<Reference>,
    /// Expressions that an outsider controls, or may by an input, and that are pasted into its
    /// script.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub injected: Vec<Injected>,
    /// The contexts of the event, or of inputs, that it passes to an action: by `inputs.name`, and
    /// for an action of the repository by `env.name` as well.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub passed: BTreeMap<String, Vec<String>>,
}

/// An expression that an outsider controls, inside a script.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Injected {
    /// The context, in lower case: `github.event.issue.title`; `inputs.title`, or in an action
    /// `env.title`, which what calls it may set.
    pub context: String,
    /// Where.
    pub at: At,
}

/// What stands where a release's version does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Version {
    /// `github.sha`: the commit that the run is of. On `workflow_run` that is the head of the
    /// default branch, on `pull_request` a merge that is on no branch.
    Sha,
    /// The commit that the job has checked out: `git rev-parse HEAD`, or what Sentry's tools take
    /// when nothing is named.
    Head,
    /// `github.event.workflow_run.head_sha`, or nothing on another event.
    RunHead,
    /// The same, and `github.sha` on another event.
    RunHeadOrSha,
    /// `github.event.pull_request.head.sha`, or nothing on another event.
    PullHead,
    /// The same, and `github.sha` on another event.
    PullHeadOrSha,
    /// `github.event.after`: the commit of a push, or nothing on another event.
    Pushed,
    /// `github.event.deployment.sha`: the commit of a deployment event, or nothing on another.
    Deployment,
    /// The first digits of it.
    ShortSha,
    /// Something else: a tag, a number, a text with more than the SHA.
    Other,
    /// It comes from a step or an input that is not followed.
    Unclear,
}
