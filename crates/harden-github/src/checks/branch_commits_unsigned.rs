use harden_core::{Evidence, Judgement, Judging, Meta, Rule, Severity, Verdict};
use serde_json::json;

use crate::operation::{BRANCH_PROTECTION, BRANCH_RULES};
use crate::policy::GithubPolicy;
use crate::remediations::NewRuleset;
use crate::views::{Part, ProtectedBranch};

pub(crate) static CHECK: Rule<ProtectedBranch, GithubPolicy> = Rule::new(
    Meta::new(
        "github/branch-commits-unsigned",
        "The branch requires signed commits",
        Severity::Low,
    )
    .tags(&["guide:7"])
    .security()
    .remediation("Require signed commits.")
    .page(include_str!("branch_commits_unsigned.md"))
    .since("0.1.0"),
    judge,
)
.off(|policy| {
    (!policy.protection.signed_commits)
        .then_some("the policy does not require signed commits (protection.signed_commits)")
});

const EXPECTED: &str = "required";

fn judge(branch: &ProtectedBranch, j: &Judging<GithubPolicy>) -> Judgement {
    if let Some(verdict) = branch.verdict_if_missing()? {
        return Ok(verdict);
    }
    let requires = |part: Part<'_>| match part {
        Part::Classic(rules) => rules.signatures.clone(),
        Part::Rule(_) => part.is_rule("required_signatures"),
    };
    if let Some(part) = branch.any(requires).get()? {
        let found = format!("required ({})", part.origin());
        let evidence = Evidence::of("signed commits", found, part.source()).expected(EXPECTED);
        return Ok(Verdict::Pass(evidence));
    }
    let evidence = Evidence::of(
        "required_signatures",
        "not required",
        BRANCH_PROTECTION.name,
    )
    .and(
        "rules of active rulesets",
        "no rule required_signatures",
        BRANCH_RULES.name,
    )
    .expected(EXPECTED);
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
