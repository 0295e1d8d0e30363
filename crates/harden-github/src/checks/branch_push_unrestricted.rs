use harden_core::{Evidence, Judgement, Judging, Known, Meta, Rule, Severity, Verdict};

use crate::operation::{BRANCH_PROTECTION, BRANCH_RULES};
use crate::policy::GithubPolicy;
use crate::remediations::{NewRuleset, pull_request_rule};
use crate::views::{Part, ProtectedBranch};

pub(crate) static CHECK: Rule<ProtectedBranch, GithubPolicy> = Rule::new(
    Meta::new(
        "github/branch-push-unrestricted",
        "Pushes to the branch require a pull request or are restricted",
        Severity::Medium,
    )
    .tags(&["guide:7"])
    .security()
    .remediation("Require a pull request, or restrict who can push.")
    .page(include_str!("branch_push_unrestricted.md"))
    .since("0.1.0"),
    judge,
);

const EXPECTED: &str = "a pull request, or restricted";

fn judge(branch: &ProtectedBranch, j: &Judging<GithubPolicy>) -> Judgement {
    if let Some(verdict) = branch.verdict_if_missing()? {
        return Ok(verdict);
    }
    if let Some(part) = branch
        .any(|part| Known::any(ways(part).map(|(_, is)| is)))
        .get()?
    {
        let way = ways(*part)
            .into_iter()
            .find(|(_, is)| *is == Known::Yes(true));
        let found = format!(
            "{} ({})",
            way.map_or("restricted", |(way, _)| way),
            part.origin()
        );
        let evidence = Evidence::of("pushes", found, part.source()).expected(EXPECTED);
        return Ok(Verdict::Pass(evidence));
    }
    let evidence = Evidence::of("restrictions", "not set", BRANCH_PROTECTION.name)
        .and(
            "required_pull_request_reviews",
            "not set",
            BRANCH_PROTECTION.name,
        )
        .and(
            "rules of active rulesets",
            "no rule pull_request, update or merge_queue",
            BRANCH_RULES.name,
        )
        .expected(EXPECTED);
    let reviews = j.policy.protection.reviews;
    let (rule, terraform) = pull_request_rule(reviews);
    let new = NewRuleset {
        summary: format!("require a pull request for {}", branch.branch),
        topic: "reviews",
        details: vec![reviews.to_string()],
        rule,
        terraform,
    };
    Ok(Verdict::Fail(
        evidence,
        new.remediation(branch, j.policy, None),
    ))
}

/// The ways in which a part can block or restrict direct pushes, and whether it does.
fn ways(part: Part<'_>) -> [(&'static str, Known<bool>); 3] {
    match part {
        Part::Classic(rules) => [
            (
                "a pull request is required",
                rules.reviews.as_ref().map(Option::is_some),
            ),
            ("restricted to some users", rules.restricts_pushes.clone()),
            (
                "the branch is read-only",
                rules.locked.clone().map(|locked| locked == Some(true)),
            ),
        ],
        Part::Rule(_) => [
            ("a pull request is required", part.is_rule("pull_request")),
            ("restricted to some users", part.is_rule("update")),
            ("a merge queue is required", part.is_rule("merge_queue")),
        ],
    }
}
