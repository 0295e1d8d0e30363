//! Branches on which something must be blocked: forced pushes, deletion.

use harden_core::{Evidence, Judgement, Known, Verdict};
use serde_json::json;

use crate::GithubPolicy;
use crate::operation::{BRANCH_PROTECTION, BRANCH_RULES};
use crate::remediations::NewRuleset;
use crate::resources::ClassicRules;
use crate::views::{Part, ProtectedBranch};

/// What must be blocked.
pub(crate) struct Block {
    /// What it is, for evidence: `force pushes`.
    pub(crate) what: &'static str,
    /// Classic protection's setting that allows it.
    pub(crate) setting: &'static str,
    /// Its value.
    pub(crate) allowed: fn(&ClassicRules) -> &Known<bool>,
    /// The type of a ruleset's rule that blocks it, as the API and Terraform spell it.
    pub(crate) rule: &'static str,
    /// What to do, before the branch's name: `block force pushes to`.
    pub(crate) summary: &'static str,
    /// What a new ruleset is for, in its name.
    pub(crate) topic: &'static str,
}

const WANTED: &str = "blocked";

/// Passes where classic protection or an active ruleset blocks it.
pub(crate) fn judge(block: &Block, branch: &ProtectedBranch, policy: &GithubPolicy) -> Judgement {
    if let Some(verdict) = branch.not_there()? {
        return Ok(verdict);
    }
    let blocks = |part: Part<'_>| match part {
        Part::Classic(rules) => (block.allowed)(rules).clone().map(|allowed| !allowed),
        Part::Rule(_) => part.is_rule(block.rule),
    };
    if let Some(part) = branch.any(blocks).get()? {
        let found = format!("blocked ({})", part.whose());
        let evidence = Evidence::of(block.what, found, part.source()).expected(WANTED);
        return Ok(Verdict::Pass(evidence));
    }
    let (parts, _) = branch.parts();
    let classic = parts.iter().find_map(|part| match part {
        Part::Classic(rules) => (block.allowed)(rules).ok(),
        Part::Rule(_) => None,
    });
    let evidence = match classic {
        Some(_) => Evidence::of(block.setting, "true", BRANCH_PROTECTION.name),
        None => Evidence::of("classic protection", "none", BRANCH_PROTECTION.name),
    }
    .and(
        "rules of active rulesets",
        format!("none of type {}", block.rule),
        BRANCH_RULES.name,
    )
    .expected(WANTED);
    let new = NewRuleset {
        summary: format!("{} {}", block.summary, branch.branch),
        topic: block.topic,
        details: Vec::new(),
        rule: json!({"type": block.rule}),
        terraform: format!("    {} = true\n", block.rule),
    };
    Ok(Verdict::Fail(
        evidence,
        new.remediation(branch, policy, None),
    ))
}
