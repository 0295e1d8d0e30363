//! Grades subjects of customized templates that do not begin with the repository.

use super::grade::Grade;
use super::language::{TooHard, exactly, form};
use super::token::SubjectForms;
use super::witness::WitnessSearch;

impl WitnessSearch<'_> {
    /// The class by subjects with a customized template that begins with another claim than the
    /// repository. The owner of a repository chooses the template, and can choose every value in it
    /// except the owner's identity (GitHub Docs, "OpenID Connect reference", customizing the subject
    /// claims).
    pub(super) fn customized(&self) -> Result<Option<(Grade, bool)>, TooHard> {
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
            let forms = |prefix: &str| SubjectForms {
                forms: vec![form(prefix), form(&format!("{prefix}:{{text}}"))],
                never: Vec::new(),
            };
            let Some(first) = self.any(&forms(prefix), &[])? else {
                continue;
            };
            let (key, rest) = first.sub.split_once(':').unwrap_or((&first.sub, ""));
            let value = rest.split(':').next().unwrap_or_default();
            let same = [
                exactly(&format!("{key}:{value}")),
                form(&format!("{key}:{value}:{{text}}")),
            ];
            return Ok(Some(match self.any(&forms(prefix), &same)? {
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
            // A custom property of an organization: any other organization can define the same one.
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
            let forms = SubjectForms {
                forms: vec![form(&format!("{key}:{{text}}"))],
                never: Vec::new(),
            };
            if let Some(witness) = self.any(&forms, &[])? {
                return Ok(Some((Grade::Anybody, witness.certain)));
            }
        }
        Ok(None)
    }
}
