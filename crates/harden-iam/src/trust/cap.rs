//! How far claims beside the subject narrow a grade.

use super::grade::{Grade, Outcome};
use super::hunt::Hunt;
use super::language::{Shape, TooHard, exactly, form, member};
use super::token::natural;

impl Hunt<'_> {
    /// What other claims narrow.
    pub(super) fn cap(&self, outcome: &mut Outcome) -> Result<(), TooHard> {
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
                outcome.origin = self.way.demand(claim).and_then(|demand| demand.origin);
            }
        }
        let workflow = self.workflow()?;
        if outcome.grade > workflow {
            outcome.grade = workflow;
            let demand = self.way.demand("job_workflow_ref");
            outcome.origin = demand.and_then(|demand| demand.origin);
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

    /// Whether the way leaves a claim one value; those of some shapes count as one.
    fn is_single(&self, claim: &str, same: &[Shape]) -> Result<bool, TooHard> {
        let Some(demand) = self.way.demand(claim).filter(|one| !one.within.is_empty()) else {
            return Ok(false);
        };
        let mut within: Vec<_> = demand.within.iter().map(|one| vec![one.clone()]).collect();
        within.push(vec![natural(claim)]);
        let Some(first) = member(&within, &demand.outside)? else {
            return Ok(true);
        };
        let mut outside = demand.outside.clone();
        outside.extend(same.iter().cloned());
        if same.is_empty() {
            outside.push(exactly(&first));
        }
        Ok(member(&within, &outside)?.is_none())
    }

    /// How far a demand on the workflow narrows: to itself, its repository, its owner, or not.
    fn workflow(&self) -> Result<Grade, TooHard> {
        const CLAIM: &str = "job_workflow_ref";
        let Some(demand) = self.way.demand(CLAIM).filter(|one| !one.within.is_empty()) else {
            return Ok(Grade::Unknown);
        };
        let mut within: Vec<_> = demand.within.iter().map(|one| vec![one.clone()]).collect();
        within.push(vec![natural(CLAIM)]);
        let Some(first) = member(&within, &demand.outside)? else {
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
