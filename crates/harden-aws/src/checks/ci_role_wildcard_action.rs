use harden_core::{Judgement, Judging, Meta, Rule, Severity, Verdict};
use harden_iam::lint::{self, Finding};
use harden_iam::{Policy, Selector};

use crate::AwsPolicy;
use crate::remediations::ci_policy::least_instead;
use crate::resources::RolePolicy;
use crate::views::{CiRole, Faults, find_faults};

pub(crate) static CHECK: Rule<CiRole, AwsPolicy> = Rule::new(
    Meta::new(
        "aws/ci-role-wildcard-action",
        "Policies of CI roles name the actions that they allow",
        Severity::High,
    )
    .tags(&["guide:5"])
    .security()
    .remediation("Name the actions that the deployment calls.")
    .page(include_str!("ci_role_wildcard_action.md"))
    .since("0.1.0"),
    judge,
);

const EXPECTED: &str = "named actions";

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

/// `*`, `service:*`, or all actions except some. `NotResource` is the same lint rule as `NotAction`
/// but is not a fault here.
fn is_at_fault(_: &RolePolicy, policy: &Policy, finding: &Finding) -> bool {
    let except = || {
        let at = finding.statement.as_ref().map(|at| at.index);
        let statement = at.and_then(|at| policy.statements().get(at));
        statement.is_some_and(|one| matches!(one.actions(), Selector::Except(_)))
    };
    match finding.rule {
        lint::Rule::WildcardAction => true,
        lint::Rule::AllowExcept => except(),
        _ => false,
    }
}
