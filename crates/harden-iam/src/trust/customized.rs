//! Grades subjects of customized templates that do not begin with the repository.

use super::grade::Grade;
use super::language::{Shape, TooHard, exactly, form};
use super::token::{CLAIM_KEYS, SubjectForms};
use super::witness::WitnessSearch;

/// What a claim in a subject restricts, if all accepted subjects have the same value of it.
const IDENTITIES: [(&str, Grade); 9] = [
    ("repo", Grade::Repository),
    ("repository", Grade::Repository),
    ("repository_id", Grade::Repository),
    ("repository_owner", Grade::Organization),
    ("repository_owner_id", Grade::Organization),
    ("enterprise", Grade::OtherOrganizations),
    ("enterprise_id", Grade::OtherOrganizations),
    ("job_workflow_ref", Grade::Workflow),
    ("job_workflow_sha", Grade::Workflow),
];

impl WitnessSearch<'_> {
    /// The class by subjects with a customized template that begins with another claim than the
    /// repository. The owner of a repository chooses the template and the order of its claims, and can
    /// choose every value in it except the identity of the repository and its owner.
    ///
    /// A colon in a value is written as `%3A`, so a text such as `:repository_owner:acme` in a subject is
    /// always that claim. A claim restricts if no subject without it is accepted.
    pub(super) fn customized(&self) -> Result<Option<(Grade, bool)>, TooHard> {
        let forms = forms_of_claims(|key| key != "repo");
        let Some(first) = self.any(&forms, &[])? else {
            return Ok(None);
        };
        let widest = (Grade::Anybody, first.certain);
        self.narrow_by_parts(&first.sub, widest).map(Some)
    }

    /// Narrows a class by the claims that all accepted subjects contain with one value. `first` is one of
    /// these subjects.
    pub(super) fn narrow_by_parts(
        &self,
        first: &str,
        (mut grade, mut certain): (Grade, bool),
    ) -> Result<(Grade, bool), TooHard> {
        let forms = forms_of_claims(|_| true);
        for (key, restricts) in IDENTITIES {
            if restricts >= grade {
                continue;
            }
            for value in values_of(first, key) {
                match self.any(&forms, &with_part(&format!("{key}:{value}")))? {
                    None => {
                        grade = restricts;
                        break;
                    }
                    Some(other) => certain &= other.certain,
                }
            }
        }
        if grade == Grade::Repository {
            let contexts = ["environment", "ref"].into_iter().flat_map(|key| {
                let values = values_of(first, key).into_iter();
                values.map(move |value| (format!("{key}:{value}"), Grade::Exact))
            });
            let pull = ("pull_request".to_owned(), Grade::PullRequests);
            for (part, narrow) in contexts.chain([pull]) {
                if self.any(&forms, &with_part(&part))?.is_none() {
                    grade = narrow;
                    break;
                }
            }
        }
        Ok((grade, certain))
    }
}

/// The subjects that begin with one of the claims.
fn forms_of_claims(is_meant: impl Fn(&str) -> bool) -> SubjectForms {
    let keys = CLAIM_KEYS.iter().filter(|key| is_meant(key));
    SubjectForms {
        forms: keys.map(|key| form(&format!("{key}:{{text}}"))).collect(),
        never: Vec::new(),
    }
}

/// The values that can follow a claim in a subject.
fn values_of<'s>(sub: &'s str, key: &str) -> Vec<&'s str> {
    let parts: Vec<&str> = sub.split(':').collect();
    let pairs = parts.windows(2).filter(|pair| pair[0] == key);
    pairs.map(|pair| pair[1]).collect()
}

/// The subjects that contain a part between colons.
fn with_part(part: &str) -> Vec<Shape> {
    let mut shapes = Vec::new();
    for before in ["", "{text}:"] {
        for after in ["", ":{text}"] {
            let mut shape = form(before);
            shape.extend(exactly(part));
            shape.extend(form(after));
            shapes.push(shape);
        }
    }
    shapes
}
