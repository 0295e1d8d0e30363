use harden_core::{Evidence, Judgement, Judging, Meta, Rule, Section, Severity, Verdict};
use serde_json::json;

use crate::GithubPolicy;
use crate::operation::{BRANCH_PROTECTION, BRANCH_RULES};
use crate::remedies::NewRuleset;
use crate::views::{Part, ProtectedBranch};

pub(crate) static CHECK: Rule<ProtectedBranch, GithubPolicy> = Rule {
    meta: Meta {
        id: "github/branch-force-push-allowed",
        title: "The branch's history can't be rewritten",
        severity: Severity::High,
        section: Section::Governance,
        beyond_guide: true,
        security: true,
        remediation: "Block force pushes.",
        page: include_str!("branch_force_push_allowed.md"),
    },
    judge,
    off: None,
};

const WANTED: &str = "blocked";

fn judge(branch: &ProtectedBranch, j: &Judging<GithubPolicy>) -> Judgement {
    if let Some(verdict) = branch.not_there()? {
        return Ok(verdict);
    }
    let blocks = |part: Part<'_>| match part {
        Part::Classic(rules) => rules.force_pushes.clone().map(|allowed| !allowed),
        Part::Rule(_) => part.is_rule("non_fast_forward"),
    };
    if let Some(part) = branch.any(blocks).get()? {
        let found = format!("blocked ({})", part.whose());
        let evidence = Evidence::of("force pushes", found, part.source()).wanted(WANTED);
        return Ok(Verdict::Pass(evidence));
    }
    let (parts, _) = branch.parts();
    let classic = parts.iter().find_map(|part| match part {
        Part::Classic(rules) => rules.force_pushes.ok(),
        Part::Rule(_) => None,
    });
    let evidence = match classic {
        Some(_) => Evidence::of("allow_force_pushes.enabled", "true", BRANCH_PROTECTION.name),
        None => Evidence::of("classic protection", "none", BRANCH_PROTECTION.name),
    }
    .and(
        "rules of active rulesets",
        "none of type non_fast_forward",
        BRANCH_RULES.name,
    )
    .wanted(WANTED);
    let new = NewRuleset {
        summary: format!("block force pushes to {}", branch.branch),
        topic: "no force pushes",
        rule: json!({"type": "non_fast_forward"}),
        terraform: "    non_fast_forward = true\n".to_owned(),
    };
    Ok(Verdict::Fail(
        evidence,
        new.remediation(branch, j.policy, None),
    ))
}
