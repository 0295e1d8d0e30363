use harden_core::{Judgement, Judging, Meta, Rule, Severity, Verdict};
use harden_iam::Policy;
use harden_iam::lint::{self, Finding};

use crate::AwsPolicy;
use crate::remediations::ci_policy::least_instead;
use crate::resources::RolePolicy;
use crate::views::{CiRole, Faults, faults};

pub(crate) static CHECK: Rule<CiRole, AwsPolicy> = Rule::new(
    Meta::new(
        "aws/ci-role-wildcard-resource",
        "CI roles name the resources that they may act on",
        Severity::Medium,
    )
    .tags(&["guide:5"])
    .security()
    .remediation("Name the resources that the deployment acts on.")
    .page(include_str!("ci_role_wildcard_resource.md"))
    .since("0.1.0"),
    judge,
);

const WANTED: &str = "resources by their ARNs, where the action takes any";

fn judge(role: &CiRole, j: &Judging<AwsPolicy>) -> Judgement {
    if let Some(reason) = role.missing() {
        return Ok(Verdict::not_applicable(reason));
    }
    let found = faults(role, is_at_fault)?;
    if !found.told.is_empty() {
        let still = |mended: &CiRole| Faults::left(faults(mended, is_at_fault));
        let to = least_instead(role, &j.policy.ci, &found.policies, &still);
        return Ok(Verdict::Fail(found.evidence(WANTED), to));
    }
    match found.unknown {
        Some(unknown) => Err(unknown.into()),
        None => Ok(Verdict::Pass(found.evidence(WANTED))),
    }
}

/// `*` for an action that can be limited to resources.
fn is_at_fault(_: &RolePolicy, _: &Policy, finding: &Finding) -> bool {
    finding.rule == lint::Rule::WildcardResource
}
