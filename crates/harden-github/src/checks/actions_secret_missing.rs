use harden_core::{Judgement, Judging, Meta, Rule, Section, Severity};

use crate::GithubPolicy;
use crate::contract::{What, judge_contract};
use crate::views::SecretContract;

pub(crate) static CHECK: Rule<SecretContract, GithubPolicy> = Rule {
    meta: Meta {
        id: "github/actions-secret-missing",
        title: "Every secret that a workflow reads exists",
        severity: Severity::High,
        section: Section::Requirements,
        beyond_guide: false,
        security: false,
        remediation: "Store the secret at a level that the job can see.",
        page: include_str!("actions_secret_missing.md"),
    },
    judge,
    off: None,
};

fn judge(contract: &SecretContract, j: &Judging<GithubPolicy>) -> Judgement {
    let required = &j.policy.secrets.required;
    judge_contract(&contract.0, What::Secret, required, j.policy)
}
