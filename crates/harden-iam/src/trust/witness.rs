//! Grades one set of constraints: finds the widest class of tokens of which one is accepted.
//!
//! Each class is searched for witnesses, from the widest to the narrowest. A witness is a token that
//! GitHub could issue and that the policy, evaluated, accepts. So a grade is never wider than a token
//! proves. A policy that the search cannot handle is graded unknown, so a grade is never too narrow
//! without notice either.

use super::admission::TokenCheck;
use super::claims::Claims;
use super::constraints::ClaimConstraints;
use super::grade::{Grade, Outcome};
use super::issuer::{Issuer, claim_of};
use super::language::{Shape, TooHard, exactly, find_member, folded, form};
use super::token::{
    REPOSITORY, Subject, SubjectForms, default_forms, implied_by_claims, split_id, subject_forms,
    token,
};
use crate::condition::Operator;
use crate::document::{Policy, Statement};
use crate::truth::Truth;

/// Two repositories that no policy names. If both are accepted, every repository is. Two differently
/// formed ones are used, because a pattern can match one by chance (a length, a letter, a dot).
const STRANGERS: [(&str, &str, &str, &str); 2] = [
    ("zq7xk", "w0vjq", "918273645", "827364519"),
    ("Hd-4gyt", "p.kz_u9", "70605040", "60504030"),
];

/// The number of witnesses that are tried for each form. A witness can fail because another statement
/// denies it; the next shortest one may be accepted.
const TRIES: usize = 4;

pub(super) struct WitnessSearch<'a> {
    pub(super) policy: &'a Policy,
    pub(super) statement: &'a Statement,
    pub(super) issuer: &'a Issuer,
    pub(super) constraints: &'a ClaimConstraints,
}

/// A subject that is accepted, or that may be.
pub(super) struct Witness {
    pub(super) sub: String,
    pub(super) certain: bool,
}

impl WitnessSearch<'_> {
    pub(super) fn outcome(&self) -> Result<Outcome, TooHard> {
        let Some((grade, certain)) = self.subjects()? else {
            return Ok(Outcome {
                grade: Grade::Nobody,
                origin: None,
            });
        };
        let mut outcome = Outcome {
            grade,
            origin: self
                .constraints
                .constraint("sub")
                .and_then(|constraint| constraint.origin),
        };
        self.narrow_by_other_claims(&mut outcome)?;
        if !certain {
            outcome.grade = Grade::Unknown;
        }
        Ok(outcome)
    }

    /// The class by the subject. Subjects of the default template are tried first. In a customized
    /// subject a claim can be made to look like another, so customized subjects are tried last.
    fn subjects(&self) -> Result<Option<(Grade, bool)>, TooHard> {
        for level in 0..subject_forms("", "").len() {
            let mut firsts = Vec::new();
            for (owner, name) in REPOSITORY {
                firsts.extend(self.any(&subject_forms(owner, name)[level], &[])?);
            }
            if firsts.is_empty() {
                continue;
            }
            for numbers in [false, true] {
                let strangers = self.strangers(level, numbers)?;
                if let Some(certain) = strangers {
                    let widest = (Grade::Anybody, certain);
                    // In a customized subject another claim can be the identity.
                    return match firsts.first().filter(|_| level > 0) {
                        Some(first) => self.narrow_by_parts(&first.sub, widest).map(Some),
                        None => Ok(Some(widest)),
                    };
                }
            }
            let mut found: Option<(Grade, bool)> = None;
            for first in &firsts {
                let one = self.class(first, level)?;
                if found.is_none_or(|(grade, _)| one.0 > grade) {
                    found = Some(one);
                }
            }
            return Ok(found);
        }
        self.customized()
    }

    /// Whether invented repositories are accepted, and whether that is certain.
    fn strangers(&self, level: usize, numbers: bool) -> Result<Option<bool>, TooHard> {
        let mut certain = true;
        for (owner, name, owner_id, name_id) in STRANGERS {
            let (owner, name) = if numbers {
                (format!("{owner}@{owner_id}"), format!("{name}@{name_id}"))
            } else {
                (owner.to_owned(), name.to_owned())
            };
            match self.any(&subject_forms(&owner, &name)[level], &[])? {
                Some(witness) => certain &= witness.certain,
                None => return Ok(None),
            }
        }
        Ok(Some(certain))
    }

    /// The class of the subjects that are accepted besides one that names its repository.
    ///
    /// Each step searches for a second subject outside a set of similar ones: outside the same owner,
    /// the same repository, and the same environment or ref. The first one found decides the class.
    fn class(&self, first: &Witness, level: usize) -> Result<(Grade, bool), TooHard> {
        let Some(subject) = Subject::parse(&first.sub) else {
            return Ok((Grade::Unknown, false));
        };
        let (owner, owner_id) = split_id(subject.owner);
        let (name, name_id) = split_id(subject.name);
        let of = |what: &str| form(what);
        let mut same = vec![
            of(&format!("repo:{owner}/{{text}}")),
            of(&format!("repo:{owner}@{{digits}}/{{text}}")),
        ];
        same.extend(owner_id.map(|id| of(&format!("repo:{{name}}@{id}/{{text}}"))));
        let classes = [
            (Grade::OtherOrganizations, same),
            (Grade::Organization, {
                let mut same = Vec::new();
                for rest in ["", ":{text}"] {
                    same.push(of(&format!("repo:{{word}}/{name}{rest}")));
                    same.push(of(&format!("repo:{{word}}/{name}@{{digits}}{rest}")));
                    same.extend(name_id.map(|id| of(&format!("repo:{{word}}@{id}{rest}"))));
                }
                same
            }),
            (Grade::Repository, {
                let mut same = form("repo:{word}");
                same.extend(exactly(subject.context));
                let mut all = vec![same];
                // A customized subject in the same environment or on the same ref.
                if subject.environment().or(subject.reference()).is_some() {
                    for rest in ["", ":{text}"] {
                        let mut same = form("{text}");
                        same.extend(exactly(subject.context));
                        same.extend(form(rest));
                        all.push(same);
                    }
                }
                all
            }),
        ];
        for (grade, same) in classes {
            // GitHub ignores case in the names of owners and repositories, but not of branches.
            let same: Vec<Shape> = match grade {
                Grade::Repository => same,
                _ => same.iter().map(|shape| folded(shape)).collect(),
            };
            for (owner, name) in REPOSITORY {
                let forms = &subject_forms(owner, name)[level];
                if let Some(other) = self.any(forms, &same)? {
                    return Ok((grade, first.certain && other.certain));
                }
            }
        }
        let grade = if subject.is_pull_request() {
            Grade::PullRequests
        } else if subject.context.contains(":environment:")
            || subject.context.contains(":ref:refs/")
        {
            Grade::Exact
        } else if subject.context.contains(":job_workflow_ref:") {
            Grade::Workflow
        } else {
            Grade::Repository
        };
        Ok((grade, first.certain))
    }

    /// Finds a subject of these forms, and in none of the shapes `outside`, with which a token is
    /// accepted.
    pub(super) fn any(
        &self,
        forms: &SubjectForms,
        outside: &[Shape],
    ) -> Result<Option<Witness>, TooHard> {
        let implied = implied_by_claims(self.constraints);
        let free = implied.is_empty();
        let found = self.any_within(forms, outside, implied)?;
        if free || found.as_ref().is_some_and(|witness| witness.certain) {
            return Ok(found);
        }
        let custom = self.any_within(forms, &[outside, &default_forms()].concat(), Vec::new())?;
        Ok(match custom {
            Some(witness) if witness.certain || found.is_none() => Some(witness),
            _ => found,
        })
    }

    /// As [`any`](Self::any); the subject must also be in each group of `within`.
    fn any_within(
        &self,
        forms: &SubjectForms,
        outside: &[Shape],
        mut within: Vec<Vec<Shape>>,
    ) -> Result<Option<Witness>, TooHard> {
        let mut outside = [&forms.never[..], outside].concat();
        if let Some(constraint) = self.constraints.constraint("sub") {
            if constraint.absent && !constraint.within.is_empty() {
                return Ok(None);
            }
            within.extend(constraint.within.iter().map(|shape| vec![shape.clone()]));
            outside.extend(constraint.outside.iter().cloned());
        }
        let mut maybe = None;
        // Search each form separately: the shortest string of all forms would always have the shortest
        // form.
        for form in &forms.forms {
            within.push(vec![form.clone()]);
            for _ in 0..TRIES {
                let Some(sub) = find_member(&within, &outside, self.constraints.effort())? else {
                    break;
                };
                outside.push(exactly(&sub));
                let Some(claims) = token(&sub, self.constraints)? else {
                    continue;
                };
                match self.admits(&claims) {
                    Some(true) => return Ok(Some(Witness { sub, certain: true })),
                    Some(false) => {}
                    None => {
                        maybe = maybe.or(Some(Witness {
                            sub,
                            certain: false,
                        }))
                    }
                }
            }
            within.pop();
        }
        Ok(maybe)
    }

    /// Whether the statement accepts a token and no other statement denies it; `None` if it is unknown.
    /// Conditions on what the caller chooses or is (the session's name, the address) count as met: they
    /// do not restrict which repositories can assume the role.
    fn admits(&self, claims: &Claims) -> Option<bool> {
        let check = TokenCheck::new(self.policy, self.issuer.clone(), claims);
        match (check.applies(self.statement), check.denied()) {
            (Truth::False, _) | (_, Truth::True) => Some(false),
            (Truth::Unknown(key), _) | (_, Truth::Unknown(key))
                if !self.is_caller_controlled(&key) =>
            {
                None
            }
            _ => Some(true),
        }
    }

    fn is_caller_controlled(&self, key: &str) -> bool {
        let mut conditions = self
            .policy
            .statements()
            .iter()
            .flat_map(|one| one.conditions());
        let operator =
            conditions.any(|one| one.operator() == key && Operator::parse(key).is_none());
        !operator && !self.constraints.variable && claim_of(key).is_none()
    }
}
