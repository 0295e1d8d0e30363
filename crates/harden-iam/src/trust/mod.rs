//! Finds out who can assume a role with a GitHub Actions token.
//!
//! A role for CI trusts GitHub's OIDC provider. Its trust policy restricts which tokens it accepts,
//! usually by the claim `sub` (`repo:acme/shop:environment:production`).
//!
//! * [`Report::of`] grades a trust policy by the widest set of subjects that it accepts, with the
//!   statement and the value that are the reason.
//! * [`admits`] decides whether the policy accepts one token.
//! * [`recommend`] writes a trust policy that accepts only certain jobs.
//!
//! # How a policy is graded
//!
//! A token is evaluated with its claims as condition keys; [`admits`] and the grade use the same
//! evaluation, so they agree. For the grade, tokens are *searched*: first a set of constraints is chosen
//! (for each condition one value to match, for each Deny statement one condition to avoid). Then, from
//! the widest class of tokens to the narrowest, a token is searched that meets the constraints and that
//! GitHub could issue. The search is exact for patterns (a `?` in place of the slash, a `*` before it,
//! several patterns together). A class counts only if the policy, evaluated, accepts the token that was
//! found.
//!
//! # What counts
//!
//! * A role is graded by its widest statement, and a statement by its widest value.
//! * Every token has a `sub`, so conditions on it restrict with `ForAllValues:` and `...IfExists` too. On other claims a condition that also holds without the claim does not restrict,
//!   even if GitHub's tokens contain it today.
//! * A customized subject is a list of claims in any order. A claim restricts if every accepted subject
//!   has the same value of it.
//! * Everyone can choose the names of branches, environments and workflows in their own repository.
//!   So `ref`, `environment`, `workflow` and `actor` restrict only together with a repository.
//! * `repository_id` and `repository_owner_id` restrict as names do. `job_workflow_ref` restricts to a
//!   workflow, whichever repository calls it.
//! * The issuer of an enterprise issues tokens only for that enterprise, so the grade is at most
//!   `other-organizations`.
//! * Conditions on what the caller chooses or is (`sts:RoleSessionName`, `aws:SourceIp`) do not restrict
//!   which repositories can assume the role.
//!
//! # What is not modelled
//!
//! * **Other ways to assume the role**: AWS principals with `sts:AssumeRole`. Statements for other identity
//!   providers than GitHub have findings ([`Report::findings`]), but no grade.
//! * **The identity provider in IAM**: whether it exists, and which audiences it lists. STS refuses a
//!   token for an audience that the provider does not list.
//! * **The token itself**, in [`admits`]: its signature and its expiry.
//! * **GitHub settings**: who can push a branch or approve an environment, whether pull requests from
//!   forks get a token, and which subject template a repository has. Every subject counts that GitHub
//!   could issue with some template.
//! * **Control policies** of the organization, which can deny what the trust policy allows.
//!
//! GitHub Docs, "OpenID Connect reference"; IAM User Guide, "Create a role for OpenID Connect
//! federation" and "IAM and AWS STS condition context keys".

mod admission;
mod claims;
mod constraints;
mod customized;
mod federation;
mod finding;
mod grade;
mod issuer;
mod language;
mod other_claims;
mod recommend;
mod token;
mod witness;

pub use admission::Admission;
pub use claims::{Claims, ClaimsError, STS_CLAIMS};
pub use grade::Grade;
pub use issuer::Issuer;
pub use recommend::{JobScope, Jobs, recommend};

use std::cell::Cell;
use std::rc::Rc;

use serde::Serialize;

use crate::document::{Effect, Part, Policy, Statement};
use crate::lint::Finding;
use admission::{includes_issuer, is_about_tokens};
use constraints::{ClaimConstraints, Origin};
use witness::WitnessSearch;

/// The grade of a trust policy, and optionally whether it accepts a token.
///
/// In JSON it is one object: the fields of the report and, if a token was given, `admits` and `why`.
/// `admits` is `null` if the answer depends on something that the token does not contain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Assessment {
    /// Who can assume the role.
    #[serde(flatten)]
    pub report: Report,
    /// Whether the policy accepts the token, and why.
    #[serde(flatten)]
    pub admission: Option<Admission>,
}

/// Grades a trust policy and, if claims are given, decides whether it accepts that token.
pub fn assess(policy: &Policy, claims: Option<&Claims>) -> Assessment {
    Assessment {
        report: Report::of(policy),
        admission: claims.map(|claims| admits(policy, claims)),
    }
}

/// Whether a trust policy accepts a token (AWS STS API Reference, `AssumeRoleWithWebIdentity`).
pub fn admits(policy: &Policy, claims: &Claims) -> Admission {
    admission::admits(policy, claims)
}

/// Who can assume the role.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Report {
    /// The widest set of subjects that a statement accepts.
    pub grade: Grade,
    /// The index of the statement that decides the grade, from 0.
    pub statement: Option<usize>,
    /// The value that decides the grade; `None` if a missing condition decides it.
    pub value: Option<String>,
    /// The line of the value, or of the statement, from 1.
    pub line: Option<u32>,
    /// The character within the line, from 1.
    pub column: Option<u32>,
    /// The findings.
    pub findings: Vec<Finding>,
    /// The grade of each statement about GitHub tokens, with its index.
    #[serde(skip)]
    pub(crate) grades: Vec<(usize, Grade)>,
}

impl Report {
    /// Grades a role's trust policy.
    pub fn of(policy: &Policy) -> Self {
        let mut report = Self {
            grade: Grade::Nobody,
            statement: None,
            value: None,
            line: None,
            column: None,
            findings: Vec::new(),
            grades: Vec::new(),
        };
        let effort = Rc::new(Cell::new(language::EFFORT));
        for issuer in issuers(policy) {
            for (index, statement) in policy.statements().iter().enumerate() {
                let meant =
                    includes_issuer(statement.principal(), &issuer) && is_about_tokens(statement);
                if meant && statement.effect() == Effect::Allow {
                    report.add_statement(policy, index, statement, &issuer, &effort);
                }
            }
        }
        report.findings.extend(federation::findings(policy));
        report
    }

    /// Grades one Allow statement.
    fn add_statement(
        &mut self,
        policy: &Policy,
        index: usize,
        statement: &Statement,
        issuer: &Issuer,
        effort: &Rc<Cell<u64>>,
    ) {
        let mut worst = Grade::Nobody;
        let mut audience = false;
        let too_many = [ClaimConstraints::unconstrained(effort)];
        let alternatives = constraints::alternatives(policy, statement, issuer, effort);
        let known = alternatives.is_some();
        for constraints in alternatives.as_deref().unwrap_or(&too_many) {
            let search = WitnessSearch {
                policy,
                statement,
                issuer,
                constraints,
            };
            // If the search is too hard, the grade is unknown, never a pass.
            let (grade, origin) = match search.outcome() {
                Ok(outcome) if known => (outcome.grade, outcome.origin),
                _ => (Grade::Unknown, None),
            };
            if grade == Grade::Nobody {
                continue;
            }
            audience |= !pins_audience(constraints);
            if self.statement.is_none() || (grade != self.grade && self.grade.or(grade) == grade) {
                self.decide(statement, index, grade, origin);
            }
            worst = worst.or(grade);
            let finding = finding::of_grade(policy, index, issuer, grade, origin);
            if let Some(finding) = finding
                && !self.findings.contains(&finding)
            {
                self.findings.push(finding);
            }
        }
        self.grades.push((index, worst));
        if worst == Grade::Nobody {
            self.findings.extend(finding::never(policy, index, issuer));
        } else if audience {
            self.findings
                .extend(finding::audience(policy, index, issuer));
        } else {
            self.findings
                .extend(finding::several_audiences(policy, index, issuer));
        }
        if worst == Grade::Workflow {
            self.findings
                .extend(finding::mutable_workflow(policy, index, issuer));
        }
        self.findings
            .extend(finding::for_all_values(policy, index, issuer));
    }

    fn decide(
        &mut self,
        statement: &Statement,
        index: usize,
        grade: Grade,
        origin: Option<Origin>,
    ) {
        let value = origin.and_then(|origin| {
            let condition = statement.conditions().get(origin.condition)?;
            condition.values().get(origin.value).cloned()
        });
        self.grade = grade;
        self.statement = Some(index);
        self.value = value;
        let position = match origin {
            Some(origin) => statement.position_of(part(origin)),
            None => statement.position(),
        };
        self.line = position.map(|at| at.line);
        self.column = position.map(|at| at.column);
    }
}

/// Whether the constraints accept only tokens for certain audiences: two invented audiences must both be
/// rejected.
fn pins_audience(constraints: &ClaimConstraints) -> bool {
    let strange = ["https://github.com/zq7xk", "w0vjq"].map(language::exactly);
    constraints.constraint("aud").is_some_and(|constraint| {
        !constraint.absent
            && constraint.within.iter().any(|shape| {
                let takes = |one: &language::Shape| {
                    let within = [vec![shape.clone()], vec![one.clone()]];
                    language::find_member(&within, &[], constraints.effort())
                };
                !strange.iter().any(|one| takes(one) != Ok(None))
            })
    })
}

/// The GitHub issuers that a policy is about: those in its principals and condition keys, and github.com
/// if a principal is `*`.
fn issuers(policy: &Policy) -> Vec<Issuer> {
    let mut issuers = Vec::new();
    let mut add = |issuer: Issuer| {
        if !issuers.contains(&issuer) {
            issuers.push(issuer);
        }
    };
    for statement in policy.statements() {
        if let Some(crate::document::Selector::Only(set)) = statement.principal() {
            let ours = set
                .federated
                .iter()
                .filter_map(|one| Issuer::of_provider(one));
            ours.for_each(&mut add);
        }
        for condition in statement.conditions() {
            let issuer = issuer::claim_of(condition.key());
            issuer
                .and_then(|(url, _)| Issuer::of_url(url))
                .into_iter()
                .for_each(&mut add);
        }
        if includes_issuer(statement.principal(), &Issuer::github()) {
            add(Issuer::github());
        }
    }
    issuers
}

/// The part of the statement that a value is in.
const fn part(origin: Origin) -> Part {
    Part::Value(origin.condition, origin.value)
}

#[cfg(test)]
mod tests;
