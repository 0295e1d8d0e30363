use harden_core::{Judgement, Judging, Meta, Rule, Severity, Verdict};
use harden_iam::Policy;
use harden_iam::lint::{self, Finding};

use crate::AwsPolicy;
use crate::remediations::ci_policy::least_instead;
use crate::resources::RolePolicy;
use crate::views::{CiRole, Faults, find_faults};

pub(crate) static CHECK: Rule<CiRole, AwsPolicy> = Rule::new(
    Meta::new(
        "aws/ci-role-wildcard-resource",
        "Policies of CI roles name the resources of their actions",
        Severity::Medium,
    )
    .tags(&["guide:5"])
    .security()
    .remediation("Name the resources of the deployment.")
    .page(include_str!("ci_role_wildcard_resource.md"))
    .since("0.1.0"),
    judge,
);

const EXPECTED: &str = "ARNs for actions that support resource-level permissions";

fn judge(role: &CiRole, j: &Judging<AwsPolicy>) -> Judgement {
    if let Some(reason) = role.missing() {
        return Ok(Verdict::not_applicable(reason));
    }
    let found = find_faults(role, is_at_fault)?;
    if !found.descriptions.is_empty() {
        let still = |changed: &CiRole| Faults::remaining(find_faults(changed, is_at_fault));
        let to = least_instead(role, &j.policy.ci, &found.policies, &still);
        return Ok(Verdict::Fail(found.evidence(EXPECTED), to));
    }
    match found.unknown {
        Some(unknown) => Err(unknown.into()),
        None => Ok(Verdict::Pass(found.evidence(EXPECTED))),
    }
}

/// `*` for an action that supports resource-level permissions.
fn is_at_fault(_: &RolePolicy, _: &Policy, finding: &Finding) -> bool {
    finding.rule == lint::Rule::WildcardResource
}
