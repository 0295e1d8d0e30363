//! The grade of a way: the widest class of tokens of which one is let in.
//!
//! Each class is searched for witnesses, from the widest down. A witness is a token that GitHub
//! could issue and that the policy, evaluated, lets in; so a grade is never wider than some token
//! shows.

use super::admission::Trial;
use super::claims::Claims;
use super::grade::{Grade, Outcome};
use super::issuer::{Issuer, claim_of};
use super::language::{Shape, TooHard, exactly, folded, form, member};
use super::token::{Family, REPOSITORY, Subject, by_default, families, implied, numbered, token};
use super::way::Way;
use crate::condition::Operator;
use crate::document::{Policy, Statement};
use crate::truth::Truth;

/// Two repositories that no policy names.
const STRANGERS: [(&str, &str, &str, &str); 2] = [
    ("zq7xk", "w0vjq", "918273645", "827364519"),
    ("Hd-4gyt", "p.kz_u9", "70605040", "60504030"),
];

/// How many witnesses of one form are tried before it is given up.
const TRIES: usize = 4;

pub(super) struct Hunt<'a> {
    pub(super) policy: &'a Policy,
    pub(super) statement: &'a Statement,
    pub(super) issuer: &'a Issuer,
    pub(super) way: &'a Way,
}

/// A subject that was let in, or that may be.
struct Witness {
    sub: String,
    certain: bool,
}

impl Hunt<'_> {
    pub(super) fn outcome(&self) -> Result<Outcome, TooHard> {
        let Some((grade, certain)) = self.subjects()? else {
            return Ok(Outcome {
                grade: Grade::Nobody,
                origin: None,
            });
        };
        let mut outcome = Outcome {
            grade,
            origin: self.way.demand("sub").and_then(|demand| demand.origin),
        };
        self.cap(&mut outcome)?;
        if !certain {
            outcome.grade = Grade::Unknown;
        }
        Ok(outcome)
    }

    /// The class by the subject: of the default template where one fits. In a customised subject
    /// much can be made to look like something else, so that those are looked at last.
    fn subjects(&self) -> Result<Option<(Grade, bool)>, TooHard> {
        for level in 0..families("", "").len() {
            let mut firsts = Vec::new();
            for (owner, name) in REPOSITORY {
                firsts.extend(self.any(&families(owner, name)[level], &[])?);
            }
            if firsts.is_empty() {
                continue;
            }
            for numbers in [false, true] {
                let strangers = self.strangers(level, numbers)?;
                if let Some(certain) = strangers {
                    return Ok(Some((Grade::Anybody, certain)));
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
        self.customised()
    }

    /// Whether repositories that nobody has heard of are let in, and whether that is certain.
    fn strangers(&self, level: usize, numbers: bool) -> Result<Option<bool>, TooHard> {
        let mut certain = true;
        for (owner, name, owner_id, name_id) in STRANGERS {
            let (owner, name) = if numbers {
                (format!("{owner}@{owner_id}"), format!("{name}@{name_id}"))
            } else {
                (owner.to_owned(), name.to_owned())
            };
            match self.any(&families(&owner, &name)[level], &[])? {
                Some(witness) => certain &= witness.certain,
                None => return Ok(None),
            }
        }
        Ok(Some(certain))
    }

    /// The class of the subjects around one that names its repository.
    fn class(&self, first: &Witness, level: usize) -> Result<(Grade, bool), TooHard> {
        let Some(subject) = Subject::parse(&first.sub) else {
            return Ok((Grade::Unknown, false));
        };
        let (owner, owner_id) = numbered(subject.owner);
        let (name, name_id) = numbered(subject.name);
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
                // A customised subject in the same environment or on the same ref.
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
            // names of owners and repositories are the same in any case, those of branches are not
            let same: Vec<Shape> = match grade {
                Grade::Repository => same,
                _ => same.iter().map(|shape| folded(shape)).collect(),
            };
            for (owner, name) in REPOSITORY {
                let family = &families(owner, name)[level];
                if let Some(other) = self.any(family, &same)? {
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

    /// The class by subjects of a customised template that begins with another claim. Who owns a
    /// repository chooses its template, and everything in it but who owns it.
    fn customised(&self) -> Result<Option<(Grade, bool)>, TooHard> {
        let one_of = [
            ("repository_owner:{name}", Grade::Organization),
            ("repository_owner_id:{digits}", Grade::Organization),
            ("enterprise:{word}", Grade::OtherOrganizations),
            ("enterprise_id:{digits}", Grade::OtherOrganizations),
            ("repository:{name}/{name}", Grade::Repository),
            ("repository_id:{digits}", Grade::Repository),
            (
                "job_workflow_ref:{name}/{name}/{word}@{word}",
                Grade::Workflow,
            ),
            ("job_workflow_sha:{word}", Grade::Workflow),
        ];
        for (prefix, grade) in one_of {
            let family = |prefix: &str| Family {
                forms: vec![form(prefix), form(&format!("{prefix}:{{text}}"))],
                never: Vec::new(),
            };
            let Some(first) = self.any(&family(prefix), &[])? else {
                continue;
            };
            let (key, rest) = first.sub.split_once(':').unwrap_or((&first.sub, ""));
            let value = rest.split(':').next().unwrap_or_default();
            let same = [
                exactly(&format!("{key}:{value}")),
                form(&format!("{key}:{value}:{{text}}")),
            ];
            return Ok(Some(match self.any(&family(prefix), &same)? {
                None => (grade, first.certain),
                Some(other) => (Grade::Anybody, first.certain && other.certain),
            }));
        }
        for key in [
            "actor",
            "actor_id",
            "base_ref",
            "check_run_id",
            "context",
            "environment",
            "environment_node_id",
            "event_name",
            "head_ref",
            "ref",
            "ref_protected",
            "ref_type",
            // a property that an organization gives its repositories; any other may have it too
            "repo_property_{word}",
            "repository_visibility",
            "run_attempt",
            "run_id",
            "run_number",
            "runner_environment",
            "sha",
            "workflow",
            "workflow_ref",
            "workflow_sha",
        ] {
            let family = Family {
                forms: vec![form(&format!("{key}:{{text}}"))],
                never: Vec::new(),
            };
            if let Some(witness) = self.any(&family, &[])? {
                return Ok(Some((Grade::Anybody, witness.certain)));
            }
        }
        Ok(None)
    }

    /// A subject of the family, and in none of the shapes, with which a token is let in.
    fn any(&self, family: &Family, outside: &[Shape]) -> Result<Option<Witness>, TooHard> {
        let implied = implied(self.way);
        let free = implied.is_empty();
        let found = self.any_within(family, outside, implied)?;
        if free || found.as_ref().is_some_and(|witness| witness.certain) {
            return Ok(found);
        }
        let custom = self.any_within(family, &[outside, &by_default()].concat(), Vec::new())?;
        Ok(match custom {
            Some(witness) if witness.certain || found.is_none() => Some(witness),
            _ => found,
        })
    }

    /// The same, in some more groups of shapes.
    fn any_within(
        &self,
        family: &Family,
        outside: &[Shape],
        mut within: Vec<Vec<Shape>>,
    ) -> Result<Option<Witness>, TooHard> {
        let mut outside = [&family.never[..], outside].concat();
        if let Some(demand) = self.way.demand("sub") {
            if demand.absent && !demand.within.is_empty() {
                return Ok(None);
            }
            within.extend(demand.within.iter().map(|shape| vec![shape.clone()]));
            outside.extend(demand.outside.iter().cloned());
        }
        let mut maybe = None;
        // Each form by itself: a shortest member would always be of the shortest form.
        for form in &family.forms {
            within.push(vec![form.clone()]);
            for _ in 0..TRIES {
                let Some(sub) = member(&within, &outside)? else {
                    break;
                };
                outside.push(exactly(&sub));
                let Some(claims) = token(&sub, self.way)? else {
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

    /// Whether the statement lets a token in and no other denies it. What the caller chooses or is
    /// (a session's name, an address) does not narrow which repositories can call.
    fn admits(&self, claims: &Claims) -> Option<bool> {
        let trial = Trial::new(self.policy, self.issuer.clone(), claims);
        match (trial.applies(self.statement), trial.denied()) {
            (Truth::False, _) | (_, Truth::True) => Some(false),
            (Truth::Unknown(key), _) | (_, Truth::Unknown(key)) if !self.is_choice(&key) => None,
            _ => Some(true),
        }
    }

    fn is_choice(&self, key: &str) -> bool {
        let mut conditions = self
            .policy
            .statements()
            .iter()
            .flat_map(|one| one.conditions());
        let operator =
            conditions.any(|one| one.operator() == key && Operator::parse(key).is_none());
        !operator && !self.way.variable && claim_of(key).is_none()
    }
}
