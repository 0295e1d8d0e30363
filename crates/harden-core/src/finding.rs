//! What a check reports about one resource.

use std::borrow::Cow;
use std::collections::HashSet;
use std::hash::Hash;
use std::sync::Arc;

use serde::Serialize;

use crate::{Evidence, Remediation, ResourceId, Severity, Unknown};

/// What a judge decides about a resource whose facts it could read.
#[derive(Debug, Clone)]
pub enum Verdict {
    /// The requirement is met.
    Pass(Evidence),
    /// The requirement is not met, and this fixes it.
    Fail(Evidence, Remediation),
    /// The requirement does not concern this resource.
    NotApplicable {
        /// Why it does not.
        reason: Cow<'static, str>,
    },
}

impl Verdict {
    /// The requirement does not concern this resource.
    pub fn not_applicable(reason: impl Into<Cow<'static, str>>) -> Self {
        Self::NotApplicable {
            reason: reason.into(),
        }
    }
}

/// A [`Verdict`], or why there is none.
#[derive(Debug, Clone)]
pub enum Outcome {
    /// The requirement is met.
    Pass(Arc<Evidence>),
    /// The requirement is not met, and this fixes it.
    Fail(Arc<Evidence>, Box<Remediation>),
    /// The requirement does not concern this resource.
    NotApplicable(Cow<'static, str>),
    /// It could not be judged.
    Unknown(Arc<Unknown>),
}

/// The evidence and the reasons of a check's findings, each stored once: most passes have the same
/// evidence, and most unknowns have the same reason.
#[derive(Default)]
pub(crate) struct Shared {
    evidence: HashSet<Arc<Evidence>>,
    reasons: HashSet<Arc<Unknown>>,
}

impl Shared {
    /// Lets an outcome share the evidence or the reason of an earlier one.
    pub(crate) fn take(&mut self, outcome: &mut Outcome) {
        match outcome {
            Outcome::Pass(evidence) | Outcome::Fail(evidence, _) => {
                share(&mut self.evidence, evidence);
            }
            Outcome::Unknown(reason) => share(&mut self.reasons, reason),
            Outcome::NotApplicable(_) => {}
        }
    }
}

fn share<T: Eq + Hash>(known: &mut HashSet<Arc<T>>, new: &mut Arc<T>) {
    match known.get(new) {
        Some(same) => *new = Arc::clone(same),
        None => {
            known.insert(Arc::clone(new));
        }
    }
}

impl Outcome {
    /// Its name in reports: `pass`, `fail`, `not-applicable`, `unknown`.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Pass(_) => "pass",
            Self::Fail(..) => "fail",
            Self::NotApplicable(_) => "not-applicable",
            Self::Unknown(_) => "unknown",
        }
    }
}

impl From<Result<Verdict, Unknown>> for Outcome {
    fn from(judgement: Result<Verdict, Unknown>) -> Self {
        match judgement {
            Ok(Verdict::Pass(evidence)) => Self::Pass(Arc::new(evidence)),
            Ok(Verdict::Fail(evidence, remediation)) => {
                Self::Fail(Arc::new(evidence), Box::new(remediation))
            }
            Ok(Verdict::NotApplicable { reason }) => Self::NotApplicable(reason),
            Err(unknown) => Self::Unknown(Arc::new(unknown)),
        }
    }
}

/// A place in a file of the checkout, for findings about source and workflows.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub struct Location {
    /// The path, relative to the root of the checkout, with slashes.
    pub path: String,
    /// The line, from 1.
    pub line: u32,
    /// The column, from 1.
    pub column: u32,
}

/// What a check reports about one resource.
#[derive(Debug, Clone)]
pub struct Finding {
    /// The id of the check.
    pub check: &'static str,
    /// The resource that was judged.
    pub resource: Arc<ResourceId>,
    /// The verdict.
    pub outcome: Outcome,
    /// The location in the checkout, for findings about source and workflows.
    pub location: Option<Box<Location>>,
    /// The severity of this finding, where it is less severe than its check.
    pub severity: Option<Severity>,
}

impl Finding {
    /// A finding. If its evidence has a location in the checkout, the finding has it too.
    pub fn new(
        check: &'static str,
        resource: Arc<ResourceId>,
        judgement: Result<Verdict, Unknown>,
    ) -> Self {
        let outcome = Outcome::from(judgement);
        let location = match &outcome {
            Outcome::Pass(evidence) | Outcome::Fail(evidence, _) => evidence.at.clone(),
            _ => None,
        };
        Self {
            check,
            resource,
            outcome,
            location,
            severity: None,
        }
    }

    /// The same finding with a severity of its own. A report uses it where it is lower than that of
    /// the check.
    #[must_use]
    pub fn with_severity(mut self, severity: Option<Severity>) -> Self {
        self.severity = severity;
        self
    }

    /// The same finding with a location, unless its evidence has one.
    #[must_use]
    pub fn about(mut self, location: Option<Location>) -> Self {
        if self.location.is_none() {
            self.location = location.map(Box::new);
        }
        self
    }
}
