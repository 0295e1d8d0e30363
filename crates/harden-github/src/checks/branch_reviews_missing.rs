use harden_core::{Evidence, Judgement, Judging, Known, Meta, Rule, Severity, Verdict};

use crate::GithubPolicy;
use crate::operation::{BRANCH_PROTECTION, BRANCH_RULES};
use crate::remediations::{NewRuleset, pull_request_rule};
use crate::views::{Part, ProtectedBranch};

pub(crate) static CHECK: Rule<ProtectedBranch, GithubPolicy> = Rule::new(
    Meta::new(
        "github/branch-reviews-missing",
        "Changes of the branch are reviewed",
        Severity::High,
    )
    .tags(&["guide:7"])
    .security()
    .remediation("Require a pull request with an approving review.")
    .page(include_str!("branch_reviews_missing.md"))
    .since("0.1.0"),
    judge,
);

const SETTING: &str = "required_approving_review_count";

fn judge(branch: &ProtectedBranch, j: &Judging<GithubPolicy>) -> Judgement {
    let wanted = j.policy.protection.reviews;
    if wanted == 0 {
        return Ok(Verdict::not_applicable("the policy demands no review"));
    }
    if let Some(verdict) = branch.not_there()? {
        return Ok(verdict);
    }
    let asked = format!("at least {wanted}");
    let reaches = |part: Part<'_>| part.reviews().map(|count| count.unwrap_or(0) >= wanted);
    if let Some(part) = branch.any(reaches).get()? {
        let count = part.reviews().ok().copied().flatten().unwrap_or(wanted);
        let found = format!("{count} ({})", part.whose());
        let evidence = Evidence::of(SETTING, found, part.source()).expected(asked);
        return Ok(Verdict::Pass(evidence));
    }
    // all parts are known here, and none reaches it
    let (parts, _) = branch.parts();
    let most = parts.iter().filter_map(|part| match part.reviews() {
        Known::Yes(Some(count)) => Some((count, *part)),
        _ => None,
    });
    let evidence = match most.max_by_key(|(count, _)| *count) {
        Some((count, part)) => {
            let found = format!("{count} ({})", part.whose());
            Evidence::of(SETTING, found, part.source())
        }
        None => Evidence::of(
            SETTING,
            "no pull request is required",
            BRANCH_PROTECTION.name,
        )
        .and(
            "rules of active rulesets",
            "none of type pull_request",
            BRANCH_RULES.name,
        ),
    };
    let (rule, terraform) = pull_request_rule(wanted);
    let new = NewRuleset {
        summary: format!("require {wanted} approving review(s) on {}", branch.branch),
        topic: "reviews",
        details: vec![wanted.to_string()],
        rule,
        terraform,
    };
    let to = new.remediation(branch, j.policy, None);
    Ok(Verdict::Fail(evidence.expected(asked), to))
}
