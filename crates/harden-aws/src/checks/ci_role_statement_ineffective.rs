use harden_core::{Judgement, Judging, Meta, Rule, Severity, Verdict};
use harden_iam::Policy;
use harden_iam::lint::{self, Finding};

use crate::AwsPolicy;
use crate::remediations::ci_policy::least_instead;
use crate::resources::RolePolicy;
use crate::views::{CiRole, Faults, faults};

pub(crate) static CHECK: Rule<CiRole, AwsPolicy> = Rule::new(Meta::new("aws/ci-role-statement-ineffective", "Every statement of a CI role takes effect", Severity::Medium,)
.tags(&["guide:5"])
.security()
.remediation("Write the statement so that it can take effect: the resource and the conditions that the action takes.")
.page(include_str!("ci_role_statement_ineffective.md"))
.since("0.1.0"), judge,);

const WANTED: &str = "statements that can take effect";

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

/// A statement that can never do what it says. Those of AWS's own policies nobody else can mend.
fn is_at_fault(held: &RolePolicy, _: &Policy, finding: &Finding) -> bool {
    let own = held
        .managed
        .as_ref()
        .is_none_or(|managed| !managed.is_aws());
    own && finding.level() == lint::Level::Error
}
