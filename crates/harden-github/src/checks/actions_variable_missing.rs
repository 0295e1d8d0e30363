use harden_core::{Judgement, Judging, Meta, Rule, Severity};

use crate::contract::{Store, judge_contract};
use crate::policy::GithubPolicy;
use crate::views::VariableContract;

pub(crate) static CHECK: Rule<VariableContract, GithubPolicy> = Rule::new(
    Meta::new(
        "github/actions-variable-missing",
        "Every variable that a workflow reads exists",
        Severity::Medium,
    )
    .tags(&["guide:8"])
    .remediation("Set the variable in the repository, the job's environment or the organization.")
    .page(include_str!("actions_variable_missing.md"))
    .since("0.1.0"),
    judge,
);

fn judge(contract: &VariableContract, j: &Judging<GithubPolicy>) -> Judgement {
    let required = &j.policy.secrets.required_variables;
    judge_contract(&contract.0, Store::Variables, required, j.policy)
}
