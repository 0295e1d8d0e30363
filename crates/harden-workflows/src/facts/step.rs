//! What is recorded of a step.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{At, Command, Condition, Reference, is_false};

/// A step.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[non_exhaustive]
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
    /// Of `actions/checkout`: the release that a comment after it names, as `4.2.2`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub release: Option<String>,
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
    /// Whether its script runs programs that may send something to a server, such as `curl` and
    /// `rsync`, and are not recorded.
    #[serde(default, skip_serializing_if = "is_false")]
    pub sends: bool,
    /// The parts of its script that can't be followed: what they run is unknown.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unfollowed: Vec<Unfollowed>,
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
    /// Of a step that does not hold up the steps after it: what waits for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub background: Option<Background>,
}

/// A step that runs while later steps run. Source: GitHub's page on the syntax of workflows,
/// `jobs.<job_id>.steps[*].background` and `parallel`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Background {
    /// The number of the step of the job, from 0, at whose end it is waited for; none where only the
    /// end of the job waits for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<u32>,
}

/// A part of a script that can't be followed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Unfollowed {
    /// Where.
    pub at: At,
    /// Why.
    pub why: Why,
    /// The programs that its text mentions, by the names that [`Command::tool`] has for them:
    /// whether it matters to a question about one program.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub mentions: Vec<String>,
}

impl Unfollowed {
    /// Whether its text mentions one of these programs.
    #[must_use]
    pub fn mentions(&self, tools: &[&str]) -> bool {
        self.mentions.iter().any(|own| tools.contains(&&**own))
    }
}

/// Why a part of a script can't be followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Why {
    /// It does not parse as bash.
    Syntax,
    /// Another shell or language runs the script: PowerShell, `cmd`, Python.
    Shell,
    /// The program, or the text that is run, is known when it runs: `$TOOL`, `eval "$TEXT"`.
    Computed,
    /// A shell or an interpreter runs what it reads: `curl … | bash`.
    Input,
    /// It runs a file whose text is not part of the workflow: `source x.sh`, a file that the script
    /// wrote.
    File,
    /// It is code of another language: `python -c`, `node -e`.
    Code,
    /// The command is an alias, or a verb that the program does not have itself: `git co`.
    Alias,
    /// It is nested too deeply.
    Nested,
    /// The scripts of its file are too long.
    Long,
}

impl Why {
    /// As a reason, for messages.
    #[must_use]
    pub fn reason(self) -> &'static str {
        match self {
            Self::Syntax => "it does not parse as bash",
            Self::Shell => "another shell or language than bash runs it",
            Self::Computed => "the program or its text is known only when it runs",
            Self::Input => "a shell runs what it reads from its input",
            Self::File => "it runs a file that is not part of the workflow",
            Self::Code => "it is code of another language",
            Self::Alias => "the command is an alias or an extension",
            Self::Nested => "it is nested too deeply",
            Self::Long => {
                "the scripts of the file are too long: one of more than 20 KiB, or many of some KiB, \
                 with their functions at each call"
            }
        }
    }
}

/// An expression that an outsider controls, inside a script.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Injected {
    /// The context, in lower case: `github.event.issue.title`; `inputs.title`, or in an action
    /// `env.title`, which what calls it may set; `steps.id.outputs.name` of an action of the
    /// repository, or `needs.id.outputs.name` of a called workflow. With `?` before it the value may
    /// hold it, and may not.
    pub context: String,
    /// Where.
    pub at: At,
}

/// What the version of a release is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
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
