use std::collections::BTreeSet;
use std::sync::Arc;

use harden_core::{Evidence, Judgement, Judging, Known, Meta, Rule, Severity, Unknown, Verdict};
use harden_iam::escalation::{self, Escalation};

use crate::AwsPolicy;
use crate::remediations::ci_policy::least_instead;
use crate::text::join_first;
use crate::views::{CiRole, ROLE_SOURCE};

pub(crate) static CHECK: Rule<CiRole, AwsPolicy> = Rule::new(
    Meta::new(
        "aws/ci-role-privilege-escalation",
        "CI roles have no privilege escalation path",
        Severity::Critical,
    )
    .tags(&["guide:5"])
    .security()
    .remediation("Remove an action of the path, or limit it to the resources of the deployment.")
    .page(include_str!("ci_role_privilege_escalation.md"))
    .since("0.1.0"),
    judge,
);

fn judge(role: &CiRole, j: &Judging<AwsPolicy>) -> Judgement {
    if let Some(reason) = role.missing() {
        return Ok(Verdict::not_applicable(reason));
    }
    let identity = role.identity()?;
    let found = paths(role)?;
    let (certain, open): (Vec<_>, Vec<_>) = found.iter().partition(|one| one.is_certain());
    let evidence = |found: String| {
        Evidence::of("Policies", found, ROLE_SOURCE).expected("no known privilege escalation path")
    };
    if !certain.is_empty() {
        let certain_paths: Vec<String> = certain.iter().map(|one| describe(one)).collect();
        let found = match escalation::is_admin(&identity, Some(&*role.arn)) {
            // One sentence says more than all known paths.
            Ok(true) => format!(
                "administrator access, which contains all {} known paths: see aws/ci-role-admin",
                escalation::known_paths().len()
            ),
            _ => join_first(&certain_paths),
        };
        let evidence = evidence(found).note(
            "judged by the policies and the permissions boundary of the role; service control \
             policies, which can deny some of these actions, cannot be read from the account",
        );
        let by: BTreeSet<&str> = certain
            .iter()
            .flat_map(|one| one.statements.iter().map(|by| &*by.policy))
            .collect();
        let policies = identity.policies.iter().enumerate();
        let at_fault = policies.filter(|(_, one)| by.contains(&*one.name));
        let at_fault: BTreeSet<usize> = at_fault.map(|(at, _)| at).collect();
        let still = |changed: &CiRole| match paths(changed) {
            Ok(left) => left.iter().find(|one| one.is_certain()).map(describe),
            Err(unknown) => Some(unknown.message.clone().into_owned()),
        };
        let to = least_instead(role, &j.policy.ci, &at_fault, &still);
        return Ok(Verdict::Fail(evidence, to));
    }
    // A path whose actions are all calls of the deployment is accepted: it is limited to the
    // resources that the role deploys to, otherwise it would be certain.
    let calls: BTreeSet<&str> = role
        .deployments(&identity, &j.policy.ci)
        .iter()
        .flat_map(|one| &one.kinds)
        .flat_map(|kind| kind.steps())
        .flat_map(|part| part.calls)
        .map(|call| call.action)
        .collect();
    let is_deployment = |one: &&&Escalation| {
        let mut actions = one.path.actions.iter();
        actions.all(|action| calls.contains(&**action))
    };
    if let Some(one) = open.iter().find(|one| !is_deployment(one)) {
        if let Known::No(unknown) = &role.others {
            return Err((**unknown).clone());
        }
        return Err(Unknown::undetermined(format!(
            "{}, under this condition: {}",
            describe(one),
            one.depends_on.join("; ")
        )));
    }
    let evidence = evidence(format!(
        "0 of {} known paths",
        escalation::known_paths().len()
    ));
    Ok(Verdict::Pass(match open.first() {
        Some(one) => evidence.note(format!(
            "the deployment has the permissions of the resources that it deploys to: {}",
            describe(one)
        )),
        None => evidence,
    }))
}

fn paths(role: &CiRole) -> Result<Vec<Escalation>, Arc<Unknown>> {
    Ok(escalation::find_paths(
        &role.identity()?,
        &role.surroundings(),
    ))
}

/// For example `iam:PassRole, lambda:CreateFunction (pathfinding.cloud lambda-001), by …`.
fn describe(one: &Escalation) -> String {
    let by: Vec<String> = one.statements.iter().map(ToString::to_string).collect();
    let actions = one.path.actions.join(", ");
    format!("{actions} ({}), by {}", one.path.name(), by.join(" and "))
}
