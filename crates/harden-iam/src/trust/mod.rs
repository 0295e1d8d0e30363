//! Who can assume a role with a token of GitHub Actions.
//!
//! A role for CI trusts GitHub's OIDC provider, and its trust policy says whose tokens it takes,
//! mostly by the claim `sub` (`repo:acme/shop:environment:production`). [`Report::of`] grades the
//! set of subjects that a policy lets in, with the statement and the value that let them in;
//! [`admits`] says of one token whether it is let in; [`recommend`] writes the policy to have
//! instead.
//!
//! # How it is judged
//!
//! Both rest on evaluation of the policy with the token's claims as condition keys, so they agree.
//! For a grade, tokens are searched: of each condition one value to meet, of each Deny statement
//! one condition to escape, and then, from the widest class down, a token of that class that
//! GitHub could issue and that meets them all. The search is exact on patterns (a `?` for the
//! slash, a star before it, several patterns at once), and a class counts only if the policy,
//! evaluated, lets its token in.
//!
//! # What counts
//!
//! * The role is as weak as its weakest statement, a statement as its weakest value.
//! * A condition that also holds without the claim (`ForAllValues:`, `…IfExists`, `Null: true`) is
//!   a hole, also for claims that GitHub's tokens have today.
//! * Anybody can name a branch, an environment or a workflow as they like: `ref`, `environment`,
//!   `workflow` and `actor` narrow only together with a repository.
//! * `repository_id` and `repository_owner_id` scope as well as names do; `job_workflow_ref` scopes
//!   to a workflow, whoever calls it.
//! * An issuer of an enterprise's own has tokens for the enterprise alone: nothing is wider there
//!   than `other-organizations`.
//! * Conditions on what the caller chooses or is (`sts:RoleSessionName`, `aws:SourceIp`) do not
//!   narrow which repositories can call.
//!
//! # What is not modelled
//!
//! * **Other ways into the role**: AWS principals with `sts:AssumeRole`, SAML, tokens of other
//!   issuers than GitHub's. Their statements are not looked at.
//! * **The provider in IAM**: whether it is there, and which audiences it lists. STS refuses a token
//!   for an audience that the provider lacks, whatever the trust policy says.
//! * **The token itself** in [`admits`]: its signature, and whether it has expired.
//! * **What GitHub's settings do**: who may push a branch or approve an environment, whether pull
//!   requests of forks get a token, which template of subjects a repository has. Every subject
//!   counts that GitHub could issue with some template.
//! * **Control policies** of the organization, which may deny what the role's own policy allows.
//!
//! GitHub Docs, "OpenID Connect reference"; IAM User Guide, "Create a role for OpenID Connect
//! federation" and "IAM and AWS STS condition context keys".

mod admission;
mod cap;
mod claims;
mod finding;
mod grade;
mod hunt;
mod issuer;
mod language;
mod recommend;
mod token;
mod way;

pub use admission::Admission;
pub use claims::{Claims, ClaimsError, STS_CLAIMS};
pub use grade::Grade;
pub use issuer::Issuer;
pub use recommend::{JobScope, Jobs, recommend};

use serde::Serialize;

use crate::document::{Effect, Part, Policy, Statement};
use crate::lint::Finding;
use admission::{is_about_tokens, is_meant};
use hunt::Hunt;
use way::{Origin, Way};

/// A graded policy, and what it says of one token, as `iam trust` reports them.
///
/// In JSON the report's fields stand beside `admits` (nothing where it rests on what the token does
/// not tell) and `why`; the two are there only if a token was asked about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Assessment {
    /// Who can assume the role.
    #[serde(flatten)]
    pub report: Report,
    /// Whether the token is let in, and why.
    #[serde(flatten)]
    pub admission: Option<Admission>,
}

/// Grades a trust policy, and says whether it lets a token in, if one is given.
pub fn assess(policy: &Policy, claims: Option<&Claims>) -> Assessment {
    Assessment {
        report: Report::of(policy),
        admission: claims.map(|claims| admits(policy, claims)),
    }
}

/// Whether a trust policy lets a token in.
pub fn admits(policy: &Policy, claims: &Claims) -> Admission {
    admission::admits(policy, claims)
}

/// Who can assume the role.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Report {
    /// The widest set of subjects that a statement lets in.
    pub grade: Grade,
    /// Place of the statement that decides the grade, from 0.
    pub statement: Option<usize>,
    /// The value that decides it; nothing where the lack of a condition does.
    pub value: Option<String>,
    /// The line of the value, or of the statement, from 1.
    pub line: Option<u32>,
    /// The character within the line, from 1.
    pub column: Option<u32>,
    /// What is wrong.
    pub findings: Vec<Finding>,
    /// The grade of each statement for GitHub's tokens.
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
        for issuer in issuers(policy) {
            for (index, statement) in policy.statements().iter().enumerate() {
                let meant = is_meant(statement.principal(), &issuer) && is_about_tokens(statement);
                if meant && statement.effect() == Effect::Allow {
                    report.judge(policy, index, statement, &issuer);
                }
            }
        }
        report
    }

    /// One Allow statement.
    fn judge(&mut self, policy: &Policy, index: usize, statement: &Statement, issuer: &Issuer) {
        let mut worst = Grade::Nobody;
        let mut audience = false;
        let too_many = [way::open()];
        let ways = way::ways(policy, statement, issuer);
        let known = ways.is_some();
        for way in ways.as_deref().unwrap_or(&too_many) {
            let hunt = Hunt {
                policy,
                statement,
                issuer,
                way,
            };
            let (grade, origin) = match hunt.outcome() {
                Ok(outcome) if known => (outcome.grade, outcome.origin),
                _ => (Grade::Unknown, None),
            };
            if grade == Grade::Nobody {
                continue;
            }
            audience |= !pins_audience(way);
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
        }
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

/// Whether a way takes tokens of certain audiences only.
fn pins_audience(way: &Way) -> bool {
    let strange = ["https://github.com/zq7xk", "w0vjq"].map(language::exactly);
    way.demand("aud").is_some_and(|demand| {
        !demand.absent
            && demand.within.iter().any(|shape| {
                let takes = |one: &language::Shape| {
                    language::member(&[vec![shape.clone()], vec![one.clone()]], &[])
                };
                !strange.iter().any(|one| takes(one) != Ok(None))
            })
    })
}

/// The issuers of GitHub's that a policy is about: of its principals and of its condition keys, and
/// that of github.com where a principal is everybody.
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
        if is_meant(statement.principal(), &Issuer::github()) {
            add(Issuer::github());
        }
    }
    issuers
}

/// The part of a statement that a value is.
const fn part(origin: Origin) -> Part {
    Part::Value(origin.condition, origin.value)
}

#[cfg(test)]
mod tests;
