use harden_core::{Judgement, Judging, Meta, Rule, Severity, Unknown, Verdict};
use harden_iam::Policy;
use harden_iam::lint::{self, Finding};

use crate::AwsPolicy;
use crate::remediations::ci_policy::least_instead;
use crate::resources::RolePolicy;
use crate::text::join_first;
use crate::views::{CiRole, Faults, find_faults};

pub(crate) static CHECK: Rule<CiRole, AwsPolicy> = Rule::new(
    Meta::new(
        "aws/ci-role-statement-ineffective",
        "Statements of CI roles can take effect",
        Severity::Medium,
    )
    .tags(&["guide:5"])
    .security()
    .remediation("Use the resource types and the condition keys that the action supports.")
    .page(include_str!("ci_role_statement_ineffective.md"))
    .since("0.1.0"),
    judge,
);

const EXPECTED: &str = "statements that can take effect";

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
    if let Some(unknown) = found.unknown {
        return Err(unknown.into());
    }
    let open = find_faults(role, is_undocumented)?;
    if !open.descriptions.is_empty() {
        return Err(Unknown::undetermined(join_first(&open.descriptions)));
    }
    Ok(Verdict::Pass(found.evidence(EXPECTED)))
}

/// A statement of which AWS does not document whether it takes effect.
fn is_undocumented(held: &RolePolicy, _: &Policy, finding: &Finding) -> bool {
    is_of_customer(held) && finding.rule == lint::Rule::ResourceUndocumented
}

/// AWS managed policies are left out, because only AWS can change them.
fn is_of_customer(held: &RolePolicy) -> bool {
    held.managed
        .as_ref()
        .is_none_or(|managed| !managed.is_aws())
}

/// A statement that can never take effect, or that IAM refuses. The size of a policy is no fault of a
/// statement.
fn is_at_fault(held: &RolePolicy, _: &Policy, finding: &Finding) -> bool {
    is_of_customer(held)
        && finding.level() == lint::Level::Error
        && finding.rule != lint::Rule::PolicySize
}
