use harden_core::{Judgement, Judging, Meta, Rule, Severity};

use crate::contract::{Store, judge_contract};
use crate::policy::GithubPolicy;
use crate::views::SecretContract;

pub(crate) static CHECK: Rule<SecretContract, GithubPolicy> = Rule::new(
    Meta::new(
        "github/actions-secret-missing",
        "Every secret that a workflow reads exists",
        Severity::High,
    )
    .tags(&["guide:8"])
    .remediation("Store the secret in the repository, the job's environment or the organization.")
    .page(include_str!("actions_secret_missing.md"))
    .since("0.1.0"),
    judge,
);

fn judge(contract: &SecretContract, j: &Judging<GithubPolicy>) -> Judgement {
    let required = &j.policy.secrets.required;
    judge_contract(&contract.0, Store::Secrets, required, j.policy)
}
