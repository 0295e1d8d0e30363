//! What a check says of one resource.

use std::borrow::Cow;
use std::sync::Arc;

use serde::Serialize;

use crate::{Evidence, Remediation, ResourceId, Unknown};

/// What a judge says of a resource whose facts it could read.
#[derive(Debug, Clone)]
pub enum Verdict {
    /// The requirement is met.
    Pass(Evidence),
    /// It is not, and this mends it.
    Fail(Evidence, Remediation),
    /// The requirement does not concern this resource.
    NotApplicable {
        /// Why not.
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

/// A [`Verdict`], or that none could be given.
#[derive(Debug, Clone)]
pub enum Outcome {
    /// The requirement is met.
    Pass(Evidence),
    /// It is not, and this mends it.
    Fail(Evidence, Box<Remediation>),
    /// The requirement does not concern this resource.
    NotApplicable(Cow<'static, str>),
    /// It could not be told.
    Unknown(Box<Unknown>),
}

impl Outcome {
    /// The word for it in reports: `pass`, `fail`, `not-applicable`, `unknown`.
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
            Ok(Verdict::Pass(evidence)) => Self::Pass(evidence),
            Ok(Verdict::Fail(evidence, remediation)) => Self::Fail(evidence, Box::new(remediation)),
            Ok(Verdict::NotApplicable { reason }) => Self::NotApplicable(reason),
            Err(unknown) => Self::Unknown(Box::new(unknown)),
        }
    }
}

/// A place in a file of the checkout, for findings about source and workflows.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Location {
    /// The path, relative to the root of the checkout, with slashes.
    pub path: String,
    /// The line, from 1.
    pub line: u32,
    /// The column, from 1.
    pub column: u32,
}

/// What a check says of one resource.
#[derive(Debug, Clone)]
pub struct Finding {
    /// The id of the check.
    pub check: &'static str,
    /// The resource that was judged.
    pub resource: Arc<ResourceId>,
    /// The verdict.
    pub outcome: Outcome,
    /// Where in the checkout it is about, for findings about source and workflows.
    pub location: Option<Box<Location>>,
}

impl Finding {
    /// A finding that is about no file of the checkout.
    pub fn new(
        check: &'static str,
        resource: Arc<ResourceId>,
        judgement: Result<Verdict, Unknown>,
    ) -> Self {
        Self {
            check,
            resource,
            outcome: judgement.into(),
            location: None,
        }
    }
}
