//! Narrows a grade by other claims than the subject.

use super::grade::{Grade, Outcome};
use super::language::{Shape, TooHard, exactly, find_member, form};
use super::token::claim_form;
use super::witness::WitnessSearch;

impl WitnessSearch<'_> {
    /// Narrows the grade by each claim that has only one possible value.
    pub(super) fn narrow_by_other_claims(&self, outcome: &mut Outcome) -> Result<(), TooHard> {
        if self.issuer.is_enterprise() {
            outcome.grade = outcome.grade.min(Grade::OtherOrganizations);
        }
        let single = [
            ("enterprise_id", Grade::OtherOrganizations),
            ("repository_owner_id", Grade::Organization),
            ("repository", Grade::Repository),
            ("repository_id", Grade::Repository),
        ];
        for (claim, grade) in single {
            if outcome.grade > grade && self.is_single(claim, &[])? {
                outcome.grade = grade;
                outcome.origin = self
                    .constraints
                    .constraint(claim)
                    .and_then(|constraint| constraint.origin);
            }
        }
        let workflow = self.workflow()?;
        if outcome.grade > workflow {
            outcome.grade = workflow;
            let constraint = self.constraints.constraint("job_workflow_ref");
            outcome.origin = constraint.and_then(|constraint| constraint.origin);
        }
        if outcome.grade <= Grade::Repository {
            for claim in ["environment", "ref"] {
                if outcome.grade > Grade::Exact && self.is_single(claim, &[])? {
                    outcome.grade = Grade::Exact;
                }
            }
        }
        Ok(())
    }

    /// Whether a claim has only one possible value. All values in the shapes `same` count as one.
    fn is_single(&self, claim: &str, same: &[Shape]) -> Result<bool, TooHard> {
        let Some(constraint) = self
            .constraints
            .constraint(claim)
            .filter(|one| !one.within.is_empty())
        else {
            return Ok(false);
        };
        let mut within: Vec<_> = constraint
            .within
            .iter()
            .map(|one| vec![one.clone()])
            .collect();
        within.push(vec![claim_form(claim)]);
        let Some(first) = find_member(&within, &constraint.outside, self.constraints.effort())?
        else {
            return Ok(true);
        };
        let mut outside = constraint.outside.clone();
        outside.extend(same.iter().cloned());
        if same.is_empty() {
            outside.push(exactly(&first));
        }
        Ok(find_member(&within, &outside, self.constraints.effort())?.is_none())
    }

    /// The grade by the claim `job_workflow_ref`: one workflow, one repository, one owner, or no
    /// restriction ([`Grade::Unknown`], the maximum).
    fn workflow(&self) -> Result<Grade, TooHard> {
        const CLAIM: &str = "job_workflow_ref";
        let Some(constraint) = self
            .constraints
            .constraint(CLAIM)
            .filter(|one| !one.within.is_empty())
        else {
            return Ok(Grade::Unknown);
        };
        let mut within: Vec<_> = constraint
            .within
            .iter()
            .map(|one| vec![one.clone()])
            .collect();
        within.push(vec![claim_form(CLAIM)]);
        let Some(first) = find_member(&within, &constraint.outside, self.constraints.effort())?
        else {
            return Ok(Grade::Unknown);
        };
        let mut parts = first.split('/');
        let (owner, name) = (
            parts.next().unwrap_or_default(),
            parts.next().unwrap_or_default(),
        );
        if self.is_single(CLAIM, &[])? {
            Ok(Grade::Workflow)
        } else if self.is_single(CLAIM, &[form(&format!("{owner}/{name}/{{text}}"))])? {
            Ok(Grade::Repository)
        } else if self.is_single(CLAIM, &[form(&format!("{owner}/{{text}}"))])? {
            Ok(Grade::Organization)
        } else {
            Ok(Grade::Unknown)
        }
    }
}
