//! Reviews the policies of a deployment role.

use super::least::{LeastPolicy, least_policy};
use super::recognize::infer_deployments;
use super::simulate::{CallOutcome, simulate, steps};
use super::steps::Deployment;
use super::targets::Targets;
use crate::document::{Effect, Part, Policy, Selector};
use crate::evaluate::{Attached, Identity};
use crate::lint::{self, Finding, Rule};
use crate::pattern::Pattern;
use crate::{escalation, trust};

/// What is known about a role's trust policy.
#[derive(Clone, Copy, Debug)]
pub enum TrustPolicy<'a> {
    /// The trust policy.
    Given(&'a Policy),
    /// It was requested, but is missing.
    Missing,
    /// It was not requested, so that it is not reported as missing.
    NotChecked,
}

/// The result of reviewing a policy.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Review {
    /// The deployments that it was compared with.
    pub deployments: Vec<Deployment>,
    /// The results of their calls.
    pub calls: Vec<CallOutcome>,
    /// The findings, in the order of the document.
    pub findings: Vec<Finding>,
    /// The least-privilege policy, if a deployment is known.
    pub least: Option<LeastPolicy>,
}

/// The result of reviewing a role.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct RoleReview {
    /// The deployments that it was compared with.
    pub deployments: Vec<Deployment>,
    /// The results of their calls.
    pub calls: Vec<CallOutcome>,
    /// The findings with the index of their policy, in the order of the documents. Findings about the
    /// whole role have no index and come last.
    pub findings: Vec<(Option<usize>, Finding)>,
    /// The least-privilege policy that replaces all of them, if a deployment is known.
    pub least: Option<LeastPolicy>,
}

/// Reviews the only policy of a role: see [`review_role`].
pub fn review(
    policy: &Policy,
    trust: TrustPolicy<'_>,
    deployments: Option<&[Deployment]>,
    targets: Option<&Targets>,
) -> Review {
    let policies = [Attached::new("policy", policy.clone())];
    let role = review_role(&policies, trust, deployments, targets);
    Review {
        deployments: role.deployments,
        calls: role.calls,
        findings: role.findings.into_iter().map(|(_, one)| one).collect(),
        least: role.least,
    }
}

/// Reviews all policies of a role: each with [`lint::lint`], and all together for certain escalation paths
/// and for the calls of the deployment. Without `deployments` they are inferred from the policies.
///
/// If lint already reports why a statement does not allow a call, the denied call is added to that
/// finding and is not reported again.
pub fn review_role(
    policies: &[Attached],
    trust: TrustPolicy<'_>,
    deployments: Option<&[Deployment]>,
    targets: Option<&Targets>,
) -> RoleReview {
    let identity = Identity::new(policies.iter().cloned());
    review_identity(&identity, None, trust, deployments, targets)
}

/// As [`review_role`], for a role with its permissions boundary and control policies. `arn` is its ARN, if
/// it is known.
pub fn review_identity(
    identity: &Identity,
    arn: Option<&str>,
    trust: TrustPolicy<'_>,
    deployments: Option<&[Deployment]>,
    targets: Option<&Targets>,
) -> RoleReview {
    let policies = &identity.policies;
    let deployments =
        deployments.map_or_else(|| infer_deployments(identity), <[Deployment]>::to_vec);
    let targets = targets
        .cloned()
        .unwrap_or_else(|| Targets::from_policies(identity));
    let calls = simulate(identity, arn, &deployments, &targets);
    let mut findings: Vec<(Option<usize>, Finding)> = Vec::new();
    for (at, attached) in policies.iter().enumerate() {
        let of_policy = lint::lint(&attached.policy, lint::PolicyType::Identity);
        findings.extend(of_policy.into_iter().map(|one| (Some(at), one)));
    }
    findings.extend(escalation::findings_of(identity, arn));
    for call in calls.iter().filter(|call| call.ruling.is_denied()) {
        add_denied_call(&mut findings, call);
    }
    if !deployments.is_empty() {
        for (at, attached) in policies.iter().enumerate() {
            add_unneeded_actions(at, &attached.policy, &deployments, &mut findings);
        }
        add_code_execution(&deployments, &calls, &mut findings);
    }
    match trust {
        TrustPolicy::Given(trust) => {
            let of_trust = trust::Report::of(trust).findings;
            findings.extend(of_trust.into_iter().map(|one| (None, one)));
        }
        TrustPolicy::Missing => findings.push((
            None,
            Finding::new(
                Rule::TrustMissing,
                "It is not known who can assume the role: the trust policy is missing.",
            )
            .instead(
                "Add a trust policy for GitHub's OIDC provider that restricts `aud`, and `sub` to one \
                 environment or branch.",
            ),
        )),
        TrustPolicy::NotChecked => {}
    }
    findings.sort_by_key(|(policy, one)| {
        let statement = one.statement.as_ref().map_or(usize::MAX, |at| at.index);
        (policy.unwrap_or(usize::MAX), statement, one.position)
    });
    let least = (!deployments.is_empty()).then(|| least_policy(&deployments, &targets));
    RoleReview {
        deployments,
        calls,
        findings,
        least,
    }
}

/// The advice for the policies of a deployment role: findings of [`review_role`] that are no faults
/// ([`Rule::ActionSurplus`], [`Rule::RunsAnyCode`], [`Rule::ArnOperator`]). It searches no escalation
/// paths, which takes most of the time of a review.
pub fn advise(identity: &Identity, arn: Option<&str>, deployments: &[Deployment]) -> Vec<Finding> {
    let targets = Targets::from_policies(identity);
    let calls = simulate(identity, arn, deployments, &targets);
    let mut findings: Vec<(Option<usize>, Finding)> = Vec::new();
    for (at, attached) in identity.policies.iter().enumerate() {
        let of_policy = lint::lint(&attached.policy, lint::PolicyType::Identity);
        findings.extend(of_policy.into_iter().map(|one| (Some(at), one)));
        add_unneeded_actions(at, &attached.policy, deployments, &mut findings);
    }
    add_code_execution(deployments, &calls, &mut findings);
    findings.sort_by_key(|(policy, one)| {
        let statement = one.statement.as_ref().map_or(usize::MAX, |at| at.index);
        (policy.unwrap_or(usize::MAX), statement, one.position)
    });
    let advice = [Rule::ActionSurplus, Rule::RunsAnyCode, Rule::ArnOperator];
    let own = findings.into_iter().map(|(_, one)| one);
    own.filter(|one| advice.contains(&one.rule)).collect()
}

/// Adds a denied call, to the finding that already explains it if there is one.
fn add_denied_call(findings: &mut Vec<(Option<usize>, Finding)>, call: &CallOutcome) {
    let reported = |(_, one): &&mut (Option<usize>, Finding)| {
        let dead = matches!(
            one.rule,
            Rule::ResourceUnsupported | Rule::ConditionKeyUnsupported | Rule::GrantDead
        );
        let same = one
            .action
            .as_deref()
            .is_some_and(|name| name.eq_ignore_ascii_case(call.action));
        dead && same
    };
    if let Some((_, one)) = findings.iter_mut().find(reported) {
        one.message.push_str(&format!(
            " The deployment needs it to {}, so that call is denied.",
            call.why
        ));
        return;
    }
    let reason = call.reason.as_deref().unwrap_or("no statement allows it");
    let message = format!(
        "The deployment calls {} on {} to {}, but the call is denied: {reason}.",
        call.action, call.resource, call.why
    );
    let (rule, instead) = match call.passed_to {
        Some(service) => {
            if findings
                .iter()
                .any(|(_, one)| one.rule == Rule::PassRoleMissing)
            {
                return;
            }
            let instead = format!(
                "Allow iam:PassRole on the ARNs of the roles, with StringEquals iam:PassedToService \
                 `{service}`."
            );
            (Rule::PassRoleMissing, instead)
        }
        None => {
            let instead = format!("Allow {} on {}.", call.action, call.resource);
            (Rule::CallDenied, instead)
        }
    };
    let finding = Finding::new(rule, message)
        .of_action(call.action)
        .instead(instead);
    findings.push((None, finding));
}

/// Adds actions that no step of the deployment needs.
fn add_unneeded_actions(
    place: usize,
    policy: &Policy,
    deployments: &[Deployment],
    findings: &mut Vec<(Option<usize>, Finding)>,
) {
    let mut needed: Vec<&str> = vec!["iam:PassRole", "sts:GetCallerIdentity"];
    for step in steps(deployments) {
        needed.extend(step.calls.iter().map(|call| call.action));
        needed.extend(step.useful);
    }
    for (index, statement) in policy.statements().iter().enumerate() {
        let Selector::Only(actions) = statement.actions() else {
            continue;
        };
        if statement.effect() == Effect::Deny {
            continue;
        }
        for (at, action) in actions.iter().enumerate() {
            let pattern = Pattern::action(action);
            let unknown = findings.iter().any(|(of, one)| {
                let statement = one.statement.as_ref().map(|at| at.index);
                let here = *of == Some(place) && statement == Some(index);
                one.rule == Rule::ActionUnknown && here && one.action.as_deref() == Some(action)
            });
            if unknown || needed.iter().any(|one| pattern.matches(one)) {
                continue;
            }
            let prefix = action
                .split(':')
                .next()
                .unwrap_or_default()
                .to_ascii_lowercase();
            let (why, instead) = match (prefix.as_str(), action.to_ascii_lowercase().as_str()) {
                ("logs", _) => (
                    "the execution role of the task writes the logs",
                    "Remove it here; the execution role has it by \
                     AmazonECSTaskExecutionRolePolicy.",
                ),
                (_, "ecr:getdownloadurlforlayer") => (
                    "it is for pulling images, but a deployment pushes them",
                    "Remove it here; the role that runs the image has it.",
                ),
                _ => ("none of its calls needs it", "Remove it."),
            };
            let message = format!("The deployment does not need {action}: {why}.");
            let finding = Finding::new(Rule::ActionSurplus, message)
                .at(policy, index, Part::Action(at))
                .of_action(action)
                .instead(instead);
            findings.push((Some(place), finding));
        }
    }
}

/// Adds that a deployment to Amazon ECS can run any image with any role that it can pass, unless the roles
/// are listed by name.
fn add_code_execution(
    deployments: &[Deployment],
    calls: &[CallOutcome],
    findings: &mut Vec<(Option<usize>, Finding)>,
) {
    let passing: Vec<&CallOutcome> = calls.iter().filter(|one| one.passed_to.is_some()).collect();
    let named = !passing.is_empty()
        && passing
            .iter()
            .all(|one| one.ruling.is_allowed() && !one.resource.contains('*'));
    let reported = findings.iter().any(|(_, one)| one.rule == Rule::Escalation);
    let mut parts = steps(deployments).into_iter();
    if !parts.any(|one| one.passes.is_some()) || named || reported {
        return;
    }
    let finding = Finding::new(
        Rule::RunsAnyCode,
        "With iam:PassRole, ecs:RegisterTaskDefinition and ecs:UpdateService can run any image with any \
         role that can be passed, on the existing service: the deployment has the permissions of the \
         most powerful of these roles.",
    )
    .of_action("iam:PassRole")
    .instead(
        "List the task role and the execution role by name in iam:PassRole, and keep their permissions \
         small.",
    );
    findings.push((None, finding));
}
