//! The checks of force pushes and of deletion, which a branch must block.

use harden_core::{Evidence, Judgement, Known, Verdict};
use serde_json::json;

use crate::operation::{BRANCH_PROTECTION, BRANCH_RULES};
use crate::policy::GithubPolicy;
use crate::remediations::NewRuleset;
use crate::resources::ClassicRules;
use crate::views::{Part, ProtectedBranch};

/// An action that must be blocked.
pub(crate) struct Block {
    /// Its label in the evidence: `force pushes`.
    pub(crate) what: &'static str,
    /// The setting of classic protection that allows it.
    pub(crate) setting: &'static str,
    /// The value of that setting.
    pub(crate) allowed: fn(&ClassicRules) -> &Known<bool>,
    /// The type of the rule that blocks it; the same name in the API and in Terraform.
    pub(crate) rule: &'static str,
    /// Another rule that blocks it as well.
    pub(crate) other_rule: Option<&'static str>,
    /// What to do, followed by the branch's name: `block force pushes to`.
    pub(crate) summary: &'static str,
    /// The topic of a new ruleset, for its name.
    pub(crate) topic: &'static str,
}

const EXPECTED: &str = "blocked";

/// Passes if classic protection or an active ruleset blocks the action: one of them is enough.
pub(crate) fn judge(block: &Block, branch: &ProtectedBranch, policy: &GithubPolicy) -> Judgement {
    if let Some(verdict) = branch.verdict_if_missing()? {
        return Ok(verdict);
    }
    let blocks = |part: Part<'_>| match part {
        Part::Classic(rules) => (block.allowed)(rules).clone().map(|allowed| !allowed),
        Part::Rule(_) => Known::any(
            [Some(block.rule), block.other_rule]
                .into_iter()
                .flatten()
                .map(|rule| part.is_rule(rule)),
        ),
    };
    if let Some(part) = branch.any(blocks).get()? {
        let found = format!("blocked ({})", part.origin());
        let evidence = Evidence::of(block.what, found, part.source()).expected(EXPECTED);
        return Ok(Verdict::Pass(evidence));
    }
    let (parts, _) = branch.parts();
    let classic = parts.iter().find_map(|part| match part {
        Part::Classic(rules) => (block.allowed)(rules).ok(),
        Part::Rule(_) => None,
    });
    let evidence = match classic {
        Some(_) => Evidence::of(block.setting, "true", BRANCH_PROTECTION.name),
        None => Evidence::of("classic protection", "not set", BRANCH_PROTECTION.name),
    }
    .and(
        "rules of active rulesets",
        format!("no rule {}", block.rule),
        BRANCH_RULES.name,
    )
    .expected(EXPECTED);
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
