use harden_core::{Judgement, Judging, Meta, Rule, Section, Severity};

use crate::GithubPolicy;
use crate::blocked::{self, Block};
use crate::views::ProtectedBranch;

pub(crate) static CHECK: Rule<ProtectedBranch, GithubPolicy> = Rule {
    meta: Meta {
        id: "github/branch-force-push-allowed",
        title: "The branch's history can't be rewritten",
        severity: Severity::High,
        section: Section::Governance,
        beyond_guide: true,
        security: true,
        remediation: "Block force pushes.",
        page: include_str!("branch_force_push_allowed.md"),
    },
    judge,
    off: None,
};

const BLOCK: Block = Block {
    what: "force pushes",
    setting: "allow_force_pushes.enabled",
    allowed: |rules| &rules.force_pushes,
    rule: "non_fast_forward",
    summary: "block force pushes to",
    topic: "no force pushes",
};

fn judge(branch: &ProtectedBranch, j: &Judging<GithubPolicy>) -> Judgement {
    blocked::judge(&BLOCK, branch, j.policy)
}
