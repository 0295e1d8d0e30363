use harden_core::{Evidence, Judgement, Judging, Known, Meta, Rule, Severity, Verdict};

use crate::GithubPolicy;
use crate::operation::{BRANCH_PROTECTION, BRANCH_RULES};
use crate::remediations::{NewRuleset, checks_rule};
use crate::views::{Part, ProtectedBranch};

pub(crate) static CHECK: Rule<ProtectedBranch, GithubPolicy> = Rule::new(
    Meta::new(
        "github/branch-checks-not-strict",
        "A change is up to date with the branch before it is merged",
        Severity::Medium,
    )
    .tags(&["guide:7"])
    .remediation("Require branches to be up to date before merging.")
    .page(include_str!("branch_checks_not_strict.md"))
    .since("0.1.0"),
    judge,
);

/// Stands for the name of a check that only a person knows.
const MARKER: &str = "@CHECK@";
const WANTED: &str = "required of some status check";

fn judge(branch: &ProtectedBranch, j: &Judging<GithubPolicy>) -> Judgement {
    if let Some(verdict) = branch.not_there()? {
        return Ok(verdict);
    }
    // up to date with what is checked: without a check there is nothing to be so for
    let strict = |part: Part<'_>| {
        let checks = part.contexts().map(|all| !all.is_empty());
        Known::all([
            part.is_strict(),
            Known::any([checks, part.is_rule("merge_queue")]),
        ])
    };
    if let Some(part) = branch.any(strict).get()? {
        let found = match part.is_rule("merge_queue") {
            Known::Yes(true) => "a merge queue",
            _ => "required",
        };
        let found = format!("{found} ({})", part.whose());
        let evidence = Evidence::of("up to date before merging", found, part.source());
        return Ok(Verdict::Pass(evidence.expected(WANTED)));
    }
    let (parts, _) = branch.parts();
    let mut contexts: Vec<(&str, Option<i64>)> = Vec::new();
    let mut evidence = Evidence::default();
    for part in parts {
        let found = part.contexts().ok().copied().unwrap_or_default();
        if !found.is_empty() {
            let setting = match part {
                Part::Classic(_) => "required_status_checks.strict",
                Part::Rule(_) => "strict_required_status_checks_policy",
            };
            let found = format!("false ({})", part.whose());
            evidence = evidence.and(setting, found, part.source());
        }
        contexts.extend(found.iter().map(|c| (c.context.as_str(), c.app_id)));
    }
    if evidence.items.is_empty() {
        evidence = Evidence::of("required_status_checks", "none", BRANCH_PROTECTION.name).and(
            "rules of active rulesets",
            "none of type required_status_checks",
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
        summary: format!("require changes of {} to be up to date", branch.branch),
        topic: "up-to-date checks",
        details: names,
        rule,
        terraform,
    };
    let to = new.remediation(branch, j.policy, input);
    Ok(Verdict::Fail(evidence.expected(WANTED), to))
}
