use harden_core::{Evidence, Judgement, Judging, Known, Meta, Rule, Severity, Verdict};

use crate::operation::{BRANCH_PROTECTION, BRANCH_RULES};
use crate::policy::GithubPolicy;
use crate::remediations::{NewRuleset, checks_rule};
use crate::views::{Part, ProtectedBranch};

pub(crate) static CHECK: Rule<ProtectedBranch, GithubPolicy> = Rule::new(
    Meta::new(
        "github/branch-checks-not-strict",
        "Pull requests must be up to date with the branch before merging",
        Severity::Medium,
    )
    .tags(&["guide:7"])
    .remediation("Require branches to be up to date before merging.")
    .page(include_str!("branch_checks_not_strict.md"))
    .since("0.1.0"),
    judge,
);

/// A placeholder for the name of a check, which the reader fills in.
const MARKER: &str = "@CHECK@";
const EXPECTED: &str = "true for a required status check, or a merge queue";

/// The name of the setting that makes the required checks of a part strict.
fn setting(part: Part<'_>) -> &'static str {
    match part {
        Part::Classic(_) => "required_status_checks.strict",
        Part::Rule(_) => "strict_required_status_checks_policy",
    }
}

fn judge(branch: &ProtectedBranch, j: &Judging<GithubPolicy>) -> Judgement {
    if let Some(verdict) = branch.verdict_if_missing()? {
        return Ok(verdict);
    }
    // GitHub has `strict` only as a setting of required checks: without a check, it has no effect
    let strict = |part: Part<'_>| {
        let checks = part.contexts().map(|all| !all.is_empty());
        Known::all([
            part.is_strict(),
            Known::any([checks, part.is_rule("merge_queue")]),
        ])
    };
    if let Some(part) = branch.any(strict).get()? {
        let (setting, found) = match part.is_rule("merge_queue") {
            Known::Yes(true) => ("merge_queue", "required"),
            _ => (setting(*part), "true"),
        };
        let found = format!("{found} ({})", part.origin());
        let evidence = Evidence::of(setting, found, part.source());
        return Ok(Verdict::Pass(evidence.expected(EXPECTED)));
    }
    let (parts, _) = branch.parts();
    let mut contexts: Vec<(&str, Option<i64>)> = Vec::new();
    let mut evidence = Evidence::default();
    for part in parts {
        let found = part.contexts().ok().copied().unwrap_or_default();
        if !found.is_empty() {
            let found = format!("false ({})", part.origin());
            evidence = evidence.and(setting(part), found, part.source());
        }
        contexts.extend(found.iter().map(|c| (c.context.as_str(), c.app_id)));
    }
    if evidence.items.is_empty() {
        evidence = Evidence::of("required_status_checks", "not set", BRANCH_PROTECTION.name).and(
            "rules of active rulesets",
            "no rule required_status_checks",
            BRANCH_RULES.name,
        );
    }
    contexts.sort_unstable();
    contexts.dedup();
    let input = contexts.is_empty().then_some((
        MARKER,
        "CHECK",
        "the name of the check, as pull requests show it",
    ));
    let names = contexts
        .iter()
        .map(|(name, _)| (*name).to_owned())
        .collect();
    if contexts.is_empty() {
        contexts.push((MARKER, None));
    }
    let (rule, terraform) = checks_rule(&contexts);
    let new = NewRuleset {
        summary: format!(
            "require pull requests to be up to date with {}",
            branch.branch
        ),
        topic: "up-to-date checks",
        details: names,
        rule,
        terraform,
    };
    let to = new.remediation(branch, j.policy, input);
    Ok(Verdict::Fail(evidence.expected(EXPECTED), to))
}
