use harden_core::{Evidence, Judgement, Judging, Known, Meta, Rule, Severity, Unknown, Verdict};

use crate::operation::{BRANCH_PROTECTION, BRANCH_RULES};
use crate::policy::GithubPolicy;
use crate::remediations::{NewRuleset, checks_rule};
use crate::views::{Part, ProtectedBranch};

pub(crate) static CHECK: Rule<ProtectedBranch, GithubPolicy> = Rule::new(
    Meta::new(
        "github/branch-checks-missing",
        "The branch requires status checks to pass before merging",
        Severity::High,
    )
    .tags(&["guide:7"])
    .remediation("Require the status checks before merging.")
    .page(include_str!("branch_checks_missing.md"))
    .since("0.1.0"),
    judge,
);

/// The type of a rule that requires workflows to pass. It names their files, and not the status
/// checks that they report.
const WORKFLOWS: &str = "workflows";
const SETTING: &str = "required_status_checks";
/// A placeholder for the name of a check, which the reader fills in.
const MARKER: &str = "@CHECK@";

fn judge(branch: &ProtectedBranch, j: &Judging<GithubPolicy>) -> Judgement {
    if let Some(verdict) = branch.verdict_if_missing()? {
        return Ok(verdict);
    }
    let required_by_policy = &j.policy.protection.checks;
    if required_by_policy.is_empty() {
        let some = |part: Part<'_>| {
            let named = part.contexts().map(|all| !all.is_empty());
            Known::any([named, part.is_rule(WORKFLOWS)])
        };
        return Ok(match branch.any(some).get()? {
            Some(part) => Verdict::Pass(required(branch, Some(*part)).expected("at least one")),
            None => Verdict::Fail(
                required(branch, None).expected("at least one"),
                remediation(branch, &[], j),
            ),
        });
    }
    let (mut missing, mut unknown) = (Vec::new(), None);
    for name in required_by_policy {
        let has = |part: Part<'_>| {
            part.contexts()
                .map(|all| all.iter().any(|c| c.context == *name))
        };
        match branch.any(has) {
            Known::Yes(Some(_)) => {}
            Known::Yes(None) => missing.push(name.as_str()),
            Known::No(reason) => {
                unknown.get_or_insert(reason);
            }
        }
    }
    let all = required_by_policy.join(", ");
    // required workflows report checks as well, but under names that GitHub does not list
    if !missing.is_empty()
        && let Known::Yes(Some(part)) = branch.any(|part| part.is_rule(WORKFLOWS))
    {
        return Err(Unknown::undetermined(format!(
            "{} requires workflows, and it is not known whether they report {}: require the checks \
             by their names as well",
            part.origin(),
            missing.join(", ")
        ))
        .during(part.source()));
    }
    match (missing.is_empty(), unknown) {
        (true, Some(unknown)) => Err(unknown.into()),
        (true, None) => Ok(Verdict::Pass(required(branch, None).expected(all))),
        (false, _) => Ok(Verdict::Fail(
            required(branch, None).expected(all),
            remediation(branch, &missing, j),
        )),
    }
}

/// The required checks, of one part or of all.
fn required(branch: &ProtectedBranch, only: Option<Part<'_>>) -> Evidence {
    let (parts, _) = branch.parts();
    let parts = only.map_or(parts, |part| vec![part]);
    let mut evidence = Evidence::default();
    for part in parts {
        let contexts = part.contexts().ok().copied().unwrap_or_default();
        if part.is_rule(WORKFLOWS) == Known::Yes(true) {
            let found = format!("required ({})", part.origin());
            evidence = evidence.and(WORKFLOWS, found, part.source());
        }
        if !contexts.is_empty() {
            let names: Vec<&str> = contexts.iter().map(|c| c.context.as_str()).collect();
            let found = format!("{} ({})", names.join(", "), part.origin());
            evidence = evidence.and(SETTING, found, part.source());
        }
    }
    if evidence.items.is_empty() {
        evidence = Evidence::of(SETTING, "not set", BRANCH_PROTECTION.name).and(
            "rules of active rulesets",
            "no rule required_status_checks",
            BRANCH_RULES.name,
        );
    }
    evidence
}

fn remediation(
    branch: &ProtectedBranch,
    missing: &[&str],
    j: &Judging<GithubPolicy>,
) -> harden_core::Remediation {
    let named: Vec<(&str, Option<i64>)> = missing.iter().map(|name| (*name, None)).collect();
    let input = Some((
        MARKER,
        "CHECK",
        "the name of the check, as pull requests show it",
    ));
    let ((rule, terraform), input) = if named.is_empty() {
        (checks_rule(&[(MARKER, None)]), input)
    } else {
        (checks_rule(&named), None)
    };
    let new = NewRuleset {
        summary: format!("require the status checks on {}", branch.branch),
        topic: "status checks",
        details: missing.iter().map(|name| (*name).to_owned()).collect(),
        rule,
        terraform,
    };
    new.remediation(branch, j.policy, input)
}
