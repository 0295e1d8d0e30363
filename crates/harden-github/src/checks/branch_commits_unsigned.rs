use harden_core::{Evidence, Judgement, Judging, Meta, Rule, Section, Severity, Verdict};
use serde_json::json;

use crate::GithubPolicy;
use crate::operation::{BRANCH_PROTECTION, BRANCH_RULES};
use crate::remedies::NewRuleset;
use crate::views::{Part, ProtectedBranch};

pub(crate) static CHECK: Rule<ProtectedBranch, GithubPolicy> = Rule {
    meta: Meta {
        id: "github/branch-commits-unsigned",
        title: "Commits of the branch must be signed",
        severity: Severity::Low,
        section: Section::Governance,
        beyond_guide: false,
        security: true,
        remediation: "Require signed commits.",
        page: include_str!("branch_commits_unsigned.md"),
    },
    judge,
    off: Some(|policy| {
        (!policy.protection.signed_commits)
            .then_some("the policy does not ask for signed commits (protection.signed_commits)")
    }),
};

const WANTED: &str = "required";

fn judge(branch: &ProtectedBranch, j: &Judging<GithubPolicy>) -> Judgement {
    if let Some(verdict) = branch.not_there()? {
        return Ok(verdict);
    }
    let demands = |part: Part<'_>| match part {
        Part::Classic(rules) => rules.signatures.clone(),
        Part::Rule(_) => part.is_rule("required_signatures"),
    };
    if let Some(part) = branch.any(demands).get()? {
        let found = format!("required ({})", part.whose());
        let evidence = Evidence::of("signed commits", found, part.source()).wanted(WANTED);
        return Ok(Verdict::Pass(evidence));
    }
    let evidence = Evidence::of(
        "required_signatures",
        "not required",
        BRANCH_PROTECTION.name,
    )
    .and(
        "rules of active rulesets",
        "none of type required_signatures",
        BRANCH_RULES.name,
    )
    .wanted(WANTED);
    let new = NewRuleset {
        summary: format!("require signed commits on {}", branch.branch),
        topic: "signed commits",
        details: Vec::new(),
        rule: json!({"type": "required_signatures"}),
        terraform: "    required_signatures = true\n".to_owned(),
    };
    Ok(Verdict::Fail(
        evidence,
        new.remediation(branch, j.policy, None),
    ))
}
