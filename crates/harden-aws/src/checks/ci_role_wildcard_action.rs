use harden_core::{Judgement, Judging, Meta, Rule, Severity, Verdict};
use harden_iam::lint::{self, Finding};
use harden_iam::{Policy, Selector};

use crate::AwsPolicy;
use crate::remediations::ci_policy::least_instead;
use crate::resources::RolePolicy;
use crate::views::{CiRole, Faults, faults};

pub(crate) static CHECK: Rule<CiRole, AwsPolicy> = Rule::new(
    Meta::new(
        "aws/ci-role-wildcard-action",
        "CI roles name the actions that they may do",
        Severity::High,
    )
    .tags(&["guide:5"])
    .security()
    .remediation("Name the actions that the deployment calls.")
    .page(include_str!("ci_role_wildcard_action.md"))
    .since("0.1.0"),
    judge,
);

const WANTED: &str = "actions by their names";

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

/// `*`, `service:*`, or all actions but some.
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
