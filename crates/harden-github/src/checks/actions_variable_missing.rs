use harden_core::{Judgement, Judging, Meta, Rule, Section, Severity};

use crate::GithubPolicy;
use crate::contract::{What, judge_contract};
use crate::views::VariableContract;

pub(crate) static CHECK: Rule<VariableContract, GithubPolicy> = Rule {
    meta: Meta {
        id: "github/actions-variable-missing",
        title: "Every variable that a workflow reads exists",
        severity: Severity::Medium,
        section: Section::Requirements,
        beyond_guide: false,
        security: false,
        remediation: "Set the variable at a level that the job can see.",
        page: include_str!("actions_variable_missing.md"),
    },
    judge,
    off: None,
};

fn judge(contract: &VariableContract, j: &Judging<GithubPolicy>) -> Judgement {
    let required = &j.policy.secrets.required_variables;
    judge_contract(&contract.0, What::Variable, required, j.policy)
}
