use harden_core::{Judgement, Judging, Meta, Rule, Section, Severity};

use crate::GithubPolicy;
use crate::blocked::{self, Block};
use crate::views::ProtectedBranch;

pub(crate) static CHECK: Rule<ProtectedBranch, GithubPolicy> = Rule {
    meta: Meta {
        id: "github/branch-deletion-allowed",
        title: "The branch can't be deleted",
        severity: Severity::Medium,
        section: Section::Governance,
        beyond_guide: true,
        security: true,
        remediation: "Block deletion of the branch.",
        page: include_str!("branch_deletion_allowed.md"),
    },
    judge,
    off: None,
};

const BLOCK: Block = Block {
    what: "deletion",
    setting: "allow_deletions.enabled",
    allowed: |rules| &rules.deletions,
    rule: "deletion",
    summary: "block the deletion of",
    topic: "no deletion",
};

fn judge(branch: &ProtectedBranch, j: &Judging<GithubPolicy>) -> Judgement {
    blocked::judge(&BLOCK, branch, j.policy)
}
