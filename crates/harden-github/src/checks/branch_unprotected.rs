use harden_core::{
    Evidence, Judgement, Judging, Known, Meta, Rule, Severity, Unknown, Verdict, one_line,
};

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

/// Rules that limit how an existing branch can change.
/// <https://docs.github.com/en/rest/repos/rules#get-rules-for-a-branch>
const PROTECTING: &[&str] = &[
    "code_quality",
    "code_scanning",
    "deletion",
    "license_compliance_scanning",
    "merge_queue",
    "non_fast_forward",
    "pull_request",
    "required_deployments",
    "required_linear_history",
    "required_signatures",
    "required_status_checks",
    "update",
    "workflows",
];

/// Rules that let everyone with write access push any change to an existing branch: they are about
/// new branches, tags, the texts and addresses of commits, or some files, or they request a review by
/// Copilot, which cannot reject a change.
/// <https://docs.github.com/en/repositories/configuring-branches-and-merges-in-your-repository/managing-rulesets/available-rules-for-rulesets>
const IDLE: &[&str] = &[
    "branch_name_pattern",
    "commit_author_email_pattern",
    "commit_message_pattern",
    "committer_email_pattern",
    "copilot_code_review",
    "creation",
    "file_extension_restriction",
    "file_path_restriction",
    "max_file_path_length",
    "max_file_size",
    "tag_name_pattern",
];

/// Whether a part limits how the branch can change.
fn protects(part: Part<'_>) -> Known<bool> {
    match part {
        Part::Classic(_) => Known::Yes(true),
        Part::Rule(rule) => rule.kind.as_ref().and_then(|kind| match &**kind {
            kind if PROTECTING.contains(&kind) => Known::Yes(true),
            kind if IDLE.contains(&kind) => Known::Yes(false),
            kind => Unknown::undetermined(format!(
                "this program does not know rules of type {}",
                one_line(kind, 60)
            ))
            .during(BRANCH_RULES.name)
            .into(),
        }),
    }
}

const EXPECTED: &str = "classic protection, or a rule that limits how the branch can change";

fn judge(branch: &ProtectedBranch, j: &Judging<GithubPolicy>) -> Judgement {
    if let Some(verdict) = branch.verdict_if_missing()? {
        return Ok(verdict);
    }
    let (all, mut unknown) = branch.parts();
    let mut parts = all.clone();
    parts.retain(|part| match protects(*part) {
        Known::Yes(protects) => protects,
        Known::No(reason) => {
            unknown.get_or_insert_with(|| (*reason).clone());
            false
        }
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
    // `protected` is readable without administrator access, so it is enough where classic protection
    // could not be read and no ruleset explains it. It stays true on a plan that no longer enforces
    // the protection, and there it proves nothing. A ruleset of idle rules may set it too.
    let by_classic = !branch.classic.is_known()
        && all.is_empty()
        && branch.rules.is_known()
        && !branch.is_not_offered();
    if branch.protected == Known::Yes(true) && by_classic {
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
    let mut kinds: Vec<&str> = all
        .iter()
        .filter_map(|part| match part {
            Part::Rule(rule) => rule.kind.ok().map(String::as_str),
            Part::Classic(_) => None,
        })
        .collect();
    kinds.dedup();
    let rules = if branch.is_not_offered() {
        "not offered by the plan (403)".to_owned()
    } else if kinds.is_empty() {
        "no rule in force".to_owned()
    } else {
        format!("only {}", kinds.join(", "))
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
