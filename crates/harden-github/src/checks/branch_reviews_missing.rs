use harden_core::{Evidence, Judgement, Judging, Known, Meta, Rule, Severity, Verdict};

use crate::operation::{BRANCH_PROTECTION, BRANCH_RULES};
use crate::policy::GithubPolicy;
use crate::remediations::{NewRuleset, pull_request_rule};
use crate::views::{Part, ProtectedBranch};

pub(crate) static CHECK: Rule<ProtectedBranch, GithubPolicy> = Rule::new(
    Meta::new(
        "github/branch-reviews-missing",
        "The branch requires at least 1 approving review",
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
    let required = j.policy.protection.reviews;
    if required == 0 {
        return Ok(Verdict::not_applicable(
            "the policy requires no review (protection.reviews is 0)",
        ));
    }
    if let Some(verdict) = branch.verdict_if_missing()? {
        return Ok(verdict);
    }
    let expected = format!("at least {required}");
    let suffices = |part: Part<'_>| part.requires_reviews(required);
    if let Some(part) = branch.any(suffices).get()? {
        let count = part.reviews().ok().copied().flatten().unwrap_or(required);
        let found = match count >= required {
            true => format!("{count} ({})", part.origin()),
            false => format!(
                "{count}, and required_reviewers of all files ({})",
                part.origin()
            ),
        };
        let evidence = Evidence::of(SETTING, found, part.source()).expected(expected);
        return Ok(Verdict::Pass(evidence));
    }
    // `any` returned no part, so all parts are known and no part requires enough reviews
    let (parts, _) = branch.parts();
    let most = parts.iter().filter_map(|part| match part.reviews() {
        Known::Yes(Some(count)) => Some((count, *part)),
        _ => None,
    });
    let evidence = match most.max_by_key(|(count, _)| *count) {
        Some((count, part)) => {
            let found = format!("{count} ({})", part.origin());
            Evidence::of(SETTING, found, part.source())
        }
        None => Evidence::of(SETTING, "no pull request required", BRANCH_PROTECTION.name).and(
            "rules of active rulesets",
            "no rule pull_request",
            BRANCH_RULES.name,
        ),
    };
    let (rule, terraform) = pull_request_rule(required);
    let new = NewRuleset {
        summary: format!(
            "require {required} approving review{} on {}",
            if required == 1 { "" } else { "s" },
            branch.branch
        ),
        topic: "reviews",
        details: vec![required.to_string()],
        rule,
        terraform,
    };
    let to = new.remediation(branch, j.policy, None);
    Ok(Verdict::Fail(evidence.expected(expected), to))
}
