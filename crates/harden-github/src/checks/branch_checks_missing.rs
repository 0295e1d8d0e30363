use harden_core::{Evidence, Judgement, Judging, Known, Meta, Rule, Severity, Unknown, Verdict};

use crate::GithubPolicy;
use crate::operation::{BRANCH_PROTECTION, BRANCH_RULES};
use crate::remediations::{NewRuleset, checks_rule};
use crate::views::{Part, ProtectedBranch};

pub(crate) static CHECK: Rule<ProtectedBranch, GithubPolicy> = Rule::new(
    Meta::new(
        "github/branch-checks-missing",
        "Changes of the branch must pass the status checks",
        Severity::High,
    )
    .tags(&["guide:7"])
    .remediation("Require the status checks before merging.")
    .page(include_str!("branch_checks_missing.md"))
    .since("0.1.0"),
    judge,
);

/// A rule that demands that workflows pass, which it names by their files.
const WORKFLOWS: &str = "workflows";
const SETTING: &str = "required_status_checks";
/// Stands for the name of a check that only a person knows.
const MARKER: &str = "@CHECK@";

fn judge(branch: &ProtectedBranch, j: &Judging<GithubPolicy>) -> Judgement {
    if let Some(verdict) = branch.not_there()? {
        return Ok(verdict);
    }
    let wanted = &j.policy.protection.checks;
    if wanted.is_empty() {
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
    for name in wanted {
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
    let asked = wanted.join(", ");
    if !missing.is_empty()
        && let Known::Yes(Some(part)) = branch.any(|part| part.is_rule(WORKFLOWS))
    {
        return Err(Unknown::undetermined(format!(
            "whether the workflows that {} requires report {} can't be told: require the checks by \
             their names as well",
            part.whose(),
            missing.join(", ")
        ))
        .during(part.source()));
    }
    match (missing.is_empty(), unknown) {
        (true, Some(unknown)) => Err(unknown.into()),
        (true, None) => Ok(Verdict::Pass(required(branch, None).expected(asked))),
        (false, _) => Ok(Verdict::Fail(
            required(branch, None).expected(asked),
            remediation(branch, &missing, j),
        )),
    }
}

/// What is required, of one part or of all.
fn required(branch: &ProtectedBranch, only: Option<Part<'_>>) -> Evidence {
    let (parts, _) = branch.parts();
    let parts = only.map_or(parts, |part| vec![part]);
    let mut evidence = Evidence::default();
    for part in parts {
        let contexts = part.contexts().ok().copied().unwrap_or_default();
        if part.is_rule(WORKFLOWS) == Known::Yes(true) {
            let found = format!("required ({})", part.whose());
            evidence = evidence.and(WORKFLOWS, found, part.source());
        }
        if !contexts.is_empty() {
            let names: Vec<&str> = contexts.iter().map(|c| c.context.as_str()).collect();
            let found = format!("{} ({})", names.join(", "), part.whose());
            evidence = evidence.and(SETTING, found, part.source());
        }
    }
    if evidence.items.is_empty() {
        evidence = Evidence::of(SETTING, "none", BRANCH_PROTECTION.name).and(
            "rules of active rulesets",
            "none of type required_status_checks",
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
