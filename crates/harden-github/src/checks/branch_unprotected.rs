use harden_core::{Evidence, Judgement, Judging, Known, Meta, Rule, Severity, Verdict};

use crate::operation::{BRANCH, BRANCH_PROTECTION, BRANCH_RULES};
use crate::policy::GithubPolicy;
use crate::remediations::{NewRuleset, pull_request_rule};
use crate::resources::Classic;
use crate::views::{Part, ProtectedBranch};

pub(crate) static CHECK: Rule<ProtectedBranch, GithubPolicy> = Rule::new(
    Meta::new(
        "github/branch-unprotected",
        "The branch has classic protection or an active ruleset",
        Severity::Critical,
    )
    .tags(&["guide:7"])
    .security()
    .remediation("Add a ruleset or classic protection for the branch.")
    .page(include_str!("branch_unprotected.md"))
    .since("0.1.0"),
    judge,
);

/// Rules that block nothing on an existing branch: one is about the names of new branches, the other
/// requests a review by Copilot, which cannot reject a change.
/// <https://docs.github.com/en/repositories/configuring-branches-and-merges-in-your-repository/managing-rulesets/available-rules-for-rulesets>
const IDLE: [&str; 2] = ["branch_name_pattern", "copilot_code_review"];

const EXPECTED: &str = "classic protection or an active ruleset";

fn judge(branch: &ProtectedBranch, j: &Judging<GithubPolicy>) -> Judgement {
    if let Some(verdict) = branch.verdict_if_missing()? {
        return Ok(verdict);
    }
    let (mut parts, mut unknown) = branch.parts();
    parts.retain(|part| {
        let idle = Known::any(IDLE.iter().map(|kind| part.is_rule(kind)));
        if let Known::No(reason) = &idle {
            unknown.get_or_insert_with(|| (**reason).clone());
        }
        idle == Known::Yes(false)
    });
    if !parts.is_empty() {
        let classic = parts.iter().any(|part| matches!(part, Part::Classic(_)));
        let rules = parts.len() - usize::from(classic);
        let mut evidence = Evidence::default();
        if classic {
            evidence = evidence.and("classic protection", "in force", BRANCH_PROTECTION.name);
        }
        if rules > 0 {
            let found = format!("{rules} in force");
            evidence = evidence.and("rules of active rulesets", found, BRANCH_RULES.name);
        }
        return Ok(Verdict::Pass(evidence.expected(EXPECTED)));
    }
    // `protected` is readable without administrator access, so it is enough where the protection
    // itself could not be read. It stays true on a plan that no longer enforces the protection,
    // and there it proves nothing.
    let partly_read = unknown.is_some() && !branch.is_not_offered();
    if branch.protected == Known::Yes(true) && partly_read {
        let evidence = Evidence::of("protected", "true", BRANCH.name)
            .expected(EXPECTED)
            .note("the protection itself could not be read in full");
        return Ok(Verdict::Pass(evidence));
    }
    if let Some(unknown) = unknown {
        return Err(unknown);
    }
    let classic = match branch.classic.get()? {
        Classic::NotOffered => "not offered by the plan (403)",
        _ => "not set",
    };
    let rules = if branch.is_not_offered() {
        "not offered by the plan (403)"
    } else {
        "no rule in force"
    };
    let evidence = Evidence::of("classic protection", classic, BRANCH_PROTECTION.name)
        .and("rules of active rulesets", rules, BRANCH_RULES.name)
        .expected(EXPECTED);
    let reviews = j.policy.protection.reviews.max(1);
    let (rule, terraform) = pull_request_rule(reviews);
    let new = NewRuleset {
        summary: format!("require a reviewed pull request for {}", branch.branch),
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
