use harden_core::{Judgement, Judging, Meta, Rule, Severity};

use crate::blocked::{self, Block};
use crate::policy::GithubPolicy;
use crate::views::ProtectedBranch;

pub(crate) static CHECK: Rule<ProtectedBranch, GithubPolicy> = Rule::new(
    Meta::new(
        "github/branch-force-push-allowed",
        "Force pushes to the branch are blocked",
        Severity::High,
    )
    .tags(&["guide:7", "beyond-guide"])
    .security()
    .remediation("Block force pushes.")
    .page(include_str!("branch_force_push_allowed.md"))
    .since("0.1.0"),
    judge,
);

const BLOCK: Block = Block {
    what: "force pushes",
    setting: "allow_force_pushes.enabled",
    allowed: |rules| &rules.force_pushes,
    rule: "non_fast_forward",
    // nobody but those who may bypass it can update the branch at all
    other_rule: Some("update"),
    summary: "block force pushes to",
    topic: "no force pushes",
};

fn judge(branch: &ProtectedBranch, j: &Judging<GithubPolicy>) -> Judgement {
    blocked::judge(&BLOCK, branch, j.policy)
}
