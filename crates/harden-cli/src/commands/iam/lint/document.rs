//! One document of a file, and its result.

use harden_iam::lint::{self, Finding, Level, PolicyType};
use harden_iam::{Attached, ParseError, Policy, trust};
use serde::Serialize;

use crate::commands::iam::input::Input;
use crate::commands::iam::intake;

/// A document of a file.
pub(super) struct Document<'a> {
    /// The index of its file.
    pub(super) input: usize,
    /// Its name in messages.
    pub(super) shown: String,
    pub(super) file: String,
    pub(super) document: intake::Document<'a>,
    pub(super) policy: Result<Policy, ParseError>,
    /// `None` if the document is not a policy.
    pub(super) policy_type: Option<PolicyType>,
}

impl<'a> Document<'a> {
    /// Reads a document. `kind` is its type, if the caller states it; a type that the file states comes
    /// first.
    pub(super) fn read(
        at: usize,
        input: &Input,
        document: intake::Document<'a>,
        kind: Option<PolicyType>,
    ) -> Self {
        let policy = document.policy();
        Self {
            input: at,
            shown: input.name(&document),
            file: input.shown.clone(),
            policy_type: policy
                .as_ref()
                .ok()
                .map(|policy| match (document.policy_type, kind) {
                    (None, Some(kind)) => kind,
                    // A role's policy has no principal; what has one is what its elements say.
                    _ => document.policy_type_of(policy),
                }),
            policy,
            document,
        }
    }

    pub(super) fn attached(&self) -> Option<Attached> {
        let policy = self.policy.as_ref().ok()?;
        Some(Attached::new(self.shown.clone(), policy.clone()))
    }

    /// The result before any finding is added.
    pub(super) fn empty_result(&self) -> DocumentResult {
        DocumentResult {
            file: self.file.clone(),
            document: self.document.name.clone(),
            policy_type: self.policy_type.map(PolicyType::as_str),
            deployments: Vec::new(),
            least: None,
            placeholders: Vec::new(),
            counts: [0; 3],
            role: Vec::new(),
            shown: self.shown.clone(),
        }
    }

    /// The findings about the document alone. Those of an identity policy are added later, together
    /// with the other policies of its role.
    pub(super) fn findings(&self) -> Vec<Finding> {
        match (&self.policy, self.policy_type) {
            (Ok(policy), Some(PolicyType::Trust)) => {
                let mut findings = lint::lint(policy, PolicyType::Trust);
                for finding in trust::Report::of(policy).findings {
                    let same = |one: &Finding| {
                        one.rule == finding.rule && one.position == finding.position
                    };
                    if !findings.iter().any(same) {
                        findings.push(finding);
                    }
                }
                findings
            }
            (Ok(_), Some(PolicyType::Identity)) => Vec::new(),
            (Ok(policy), Some(kind)) => lint::lint(policy, kind),
            (Ok(_), None) => Vec::new(),
            (Err(error), _) => vec![lint::malformed(error)],
        }
    }
}

impl DocumentResult {
    pub(super) const fn count(&mut self, level: Level) {
        let [errors, warnings, notes] = &mut self.counts;
        *match level {
            Level::Error => errors,
            Level::Warning => warnings,
            Level::Note => notes,
        } += 1;
    }

    /// Whether there are no errors and no warnings.
    pub(super) fn is_clean(&self) -> bool {
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
            "no findings".to_owned()
        } else {
            counts.join(", ")
        };
        let of = match (self.policy_type, self.deployments.as_slice()) {
            (Some("identity"), []) => "an identity policy".to_owned(),
            (Some("identity"), kinds) => {
                format!(
                    "an identity policy, checked as the only policy of a deployment role ({})",
                    kinds.join(", ")
                )
            }
            (Some("trust"), _) => "a trust policy".to_owned(),
            (Some("boundary"), _) => "a permissions boundary".to_owned(),
            (Some("scp"), _) => "a service control policy".to_owned(),
            (Some("rcp"), _) => "a resource control policy".to_owned(),
            (Some("endpoint"), _) => "the policy of a VPC endpoint".to_owned(),
            (Some(_), _) => "a resource policy".to_owned(),
            (None, _) => "not a policy".to_owned(),
        };
        format!("{}: {counts}; {of}", self.shown)
    }
}

/// The result of a document, as JSON reports it.
#[derive(Serialize)]
pub(super) struct DocumentResult {
    /// The file as it was given.
    pub(super) file: String,
    /// The name of its role or policy, if the file states it.
    pub(super) document: Option<String>,
    /// The name of a `PolicyType`; `None` if the document is not a policy.
    #[serde(rename = "kind")]
    pub(super) policy_type: Option<&'static str>,
    /// The deployments that it was checked against.
    pub(super) deployments: Vec<&'static str>,
    /// The least-privilege policy for these deployments.
    pub(super) least: Option<Policy>,
    /// Names in that policy that the user must fill in (`EXECUTION_ROLE`).
    #[serde(rename = "inputs")]
    pub(super) placeholders: Vec<String>,
    /// The numbers of errors, warnings and notes.
    #[serde(skip)]
    pub(super) counts: [usize; 3],
    /// The indices of the documents that the least-privilege policy replaces.
    #[serde(skip)]
    pub(super) role: Vec<usize>,
    /// Its name in messages.
    #[serde(skip)]
    pub(super) shown: String,
}
