use harden_core::{Judgement, Judging, Meta, Rule, Severity};

use crate::blocked::{self, Block};
use crate::policy::GithubPolicy;
use crate::views::ProtectedBranch;

pub(crate) static CHECK: Rule<ProtectedBranch, GithubPolicy> = Rule::new(
    Meta::new(
        "github/branch-deletion-allowed",
        "The branch cannot be deleted",
        Severity::Medium,
    )
    .tags(&["guide:7", "beyond-guide"])
    .security()
    .remediation("Block deletion of the branch.")
    .page(include_str!("branch_deletion_allowed.md"))
    .since("0.1.0"),
    judge,
);

const BLOCK: Block = Block {
    what: "deletion",
    setting: "allow_deletions.enabled",
    allowed: |rules| &rules.deletions,
    rule: "deletion",
    other_rule: None,
    summary: "block the deletion of",
    topic: "no deletion",
};

fn judge(branch: &ProtectedBranch, j: &Judging<GithubPolicy>) -> Judgement {
    blocked::judge(&BLOCK, branch, j.policy)
}
