//! A document of a file, and what is told of it.

use harden_iam::lint::{self, Finding, Grade, Kind};
use harden_iam::{Attached, ParseError, Policy, trust};
use serde::Serialize;

use crate::commands::iam::input::Input;
use crate::commands::iam::intake;

/// A document of a file.
pub(super) struct Document<'a> {
    /// Which of the files.
    pub(super) input: usize,
    /// What it is called.
    pub(super) shown: String,
    pub(super) file: String,
    pub(super) document: intake::Document<'a>,
    pub(super) policy: Result<Policy, ParseError>,
    /// Nothing for what is no policy.
    pub(super) kind: Option<Kind>,
}

impl<'a> Document<'a> {
    pub(super) fn read(at: usize, input: &Input, document: intake::Document<'a>) -> Self {
        let policy = document.policy();
        Self {
            input: at,
            shown: input.name(&document),
            file: input.shown.clone(),
            kind: policy.as_ref().ok().map(|policy| document.kind_of(policy)),
            policy,
            document,
        }
    }

    pub(super) fn attached(&self) -> Option<Attached> {
        let policy = self.policy.as_ref().ok()?;
        Some(Attached::new(self.shown.clone(), policy.clone()))
    }

    pub(super) fn judged(&self) -> Judged {
        Judged {
            file: self.file.clone(),
            document: self.document.name.clone(),
            kind: self.kind.map(|kind| match kind {
                Kind::Trust => "trust",
                Kind::Resource => "resource",
                _ => "identity",
            }),
            deployments: Vec::new(),
            least: None,
            inputs: Vec::new(),
            counts: [0; 3],
            role: Vec::new(),
            shown: self.shown.clone(),
        }
    }

    /// What is wrong with it; an identity policy is judged with its role.
    pub(super) fn findings(&self) -> Vec<Finding> {
        match (&self.policy, self.kind) {
            (Ok(policy), Some(Kind::Trust)) => {
                let mut findings = lint::lint(policy, Kind::Trust);
                findings.extend(trust::Report::of(policy).findings);
                findings
            }
            (Ok(policy), Some(Kind::Resource)) => lint::lint(policy, Kind::Resource),
            (Ok(_), _) => Vec::new(),
            (Err(error), _) => vec![lint::malformed(error)],
        }
    }
}

impl Judged {
    pub(super) const fn count(&mut self, grade: Grade) {
        let [errors, warnings, notes] = &mut self.counts;
        *match grade {
            Grade::Error => errors,
            Grade::Warning => warnings,
            Grade::Note => notes,
        } += 1;
    }

    /// Whether there is advice at most.
    pub(super) fn is_fine(&self) -> bool {
        let [errors, warnings, _] = self.counts;
        errors + warnings == 0
    }

    pub(super) fn summary(&self) -> String {
        let number = |count: usize, word: &str| match count {
            0 => None,
            1 => Some(format!("1 {word}")),
            n => Some(format!("{n} {word}s")),
        };
        let [errors, warnings, notes] = self.counts;
        let counts: Vec<String> = [
            number(errors, "error"),
            number(warnings, "warning"),
            number(notes, "note"),
        ]
        .into_iter()
        .flatten()
        .collect();
        let counts = if counts.is_empty() {
            "nothing found".to_owned()
        } else {
            counts.join(", ")
        };
        let of = match (self.kind, self.deployments.as_slice()) {
            (Some("identity"), []) => "an identity policy".to_owned(),
            (Some("identity"), kinds) => {
                format!(
                    "an identity policy, judged as all that a deployment ({}) may do",
                    kinds.join(", ")
                )
            }
            (Some("trust"), _) => "a trust policy".to_owned(),
            (Some(_), _) => "a resource policy".to_owned(),
            (None, _) => "no policy".to_owned(),
        };
        format!("{}: {counts}; {of}", self.shown)
    }
}

/// A document, and what else is known of it.
#[derive(Serialize)]
pub(super) struct Judged {
    /// The file as it was given.
    pub(super) file: String,
    /// Whose the document is, where the file says so.
    pub(super) document: Option<String>,
    /// `identity`, `resource` or `trust`; nothing for what is no policy.
    pub(super) kind: Option<&'static str>,
    /// The deployments that it was judged for.
    pub(super) deployments: Vec<&'static str>,
    /// The least policy for these.
    pub(super) least: Option<Policy>,
    /// Names in it that only a person knows, as they stand there (`EXECUTION_ROLE`).
    pub(super) inputs: Vec<String>,
    /// How many errors, warnings and notes there are.
    #[serde(skip)]
    pub(super) counts: [usize; 3],
    /// The documents that the least policy is for, by their place.
    #[serde(skip)]
    pub(super) role: Vec<usize>,
    /// What it is called.
    #[serde(skip)]
    pub(super) shown: String,
}
