//! All that is to be said of a deploy role's policy.

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

/// What is known of a role's trust policy.
#[derive(Clone, Copy, Debug)]
pub enum TrustPolicy<'a> {
    /// It is this.
    Given(&'a Policy),
    /// It was asked for, and there is none.
    Missing,
    /// Nobody asked.
    NotChecked,
}

/// A judged policy.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Review {
    /// The deployments that it was judged for.
    pub deployments: Vec<Deployment>,
    /// What becomes of their calls.
    pub calls: Vec<CallOutcome>,
    /// What is wrong, in the order of the document.
    pub findings: Vec<Finding>,
    /// The policy to have instead, where a deployment is known.
    pub least: Option<LeastPolicy>,
}

/// A judged role.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct RoleReview {
    /// The deployments that it was judged for.
    pub deployments: Vec<Deployment>,
    /// What becomes of their calls.
    pub calls: Vec<CallOutcome>,
    /// What is wrong, policy by policy in the order of the documents, each with the place of its
    /// policy, from 0; what is wrong with the role as a whole has none, and comes last.
    pub findings: Vec<(Option<usize>, Finding)>,
    /// The policy to have instead of all of them, where a deployment is known.
    pub least: Option<LeastPolicy>,
}

/// Judges a policy that is all of a role's permissions: as [`review_role`].
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

/// Judges the policies that are all of a role's permissions: each by [`lint::lint`], all together
/// by the escalation paths that they certainly hold, and against what the deployment calls. The
/// deployments are those given, or else those that the policies look made for.
///
/// An action that a statement names in vain is one finding, whether it is a fault of the statement
/// or one of the deployment.
pub fn review_role(
    policies: &[Attached],
    trust: TrustPolicy<'_>,
    deployments: Option<&[Deployment]>,
    targets: Option<&Targets>,
) -> RoleReview {
    let identity = Identity::new(policies.iter().cloned());
    let deployments =
        deployments.map_or_else(|| infer_deployments(&identity), <[Deployment]>::to_vec);
    let targets = targets
        .cloned()
        .unwrap_or_else(|| Targets::from_policies(&identity));
    let calls = simulate(&identity, None, &deployments, &targets);
    let mut findings: Vec<(Option<usize>, Finding)> = Vec::new();
    for (at, attached) in policies.iter().enumerate() {
        let of_policy = lint::lint(&attached.policy, lint::PolicyType::Identity);
        findings.extend(of_policy.into_iter().map(|one| (Some(at), one)));
    }
    findings.extend(escalation::findings_of(&identity));
    for call in calls.iter().filter(|call| call.ruling.is_denied()) {
        denied(&mut findings, call);
    }
    if !deployments.is_empty() {
        for (at, attached) in policies.iter().enumerate() {
            surplus(at, &attached.policy, &deployments, &mut findings);
        }
        runs_any_code(&deployments, &calls, &mut findings);
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
                "Who may assume the role is not said: there is no trust policy.",
            )
            .instead(
                "A trust policy for GitHub's OIDC provider that pins `aud` and one environment or \
                 branch in `sub`.",
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

/// A call that is denied; if the linter has told why already, then there.
fn denied(findings: &mut Vec<(Option<usize>, Finding)>, call: &CallOutcome) {
    let told = |(_, one): &&mut (Option<usize>, Finding)| {
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
    if let Some((_, one)) = findings.iter_mut().find(told) {
        one.message.push_str(&format!(
            " The deployment calls it to {}, and is denied.",
            call.why
        ));
        return;
    }
    let reason = call.reason.as_deref().unwrap_or("nothing allows it");
    let message = format!(
        "The deployment calls {} on {} to {}, and is denied: {reason}.",
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
                "Allow iam:PassRole on the roles by their ARNs, with StringEquals \
                 iam:PassedToService `{service}`."
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

/// Actions that no part of the deployment calls or has use for.
fn surplus(
    place: usize,
    policy: &Policy,
    deployments: &[Deployment],
    findings: &mut Vec<(Option<usize>, Finding)>,
) {
    let mut wanted: Vec<&str> = vec!["iam:PassRole", "sts:GetCallerIdentity"];
    for part in steps(deployments) {
        wanted.extend(part.calls.iter().map(|call| call.action));
        wanted.extend(part.useful);
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
            if unknown || wanted.iter().any(|one| pattern.matches(one)) {
                continue;
            }
            let prefix = action
                .split(':')
                .next()
                .unwrap_or_default()
                .to_ascii_lowercase();
            let (why, instead) = match (prefix.as_str(), action.to_ascii_lowercase().as_str()) {
                ("logs", _) => (
                    "writing logs is for the task's execution role",
                    "Leave it out here; the execution role has it by \
                     AmazonECSTaskExecutionRolePolicy.",
                ),
                (_, "ecr:getdownloadurlforlayer") => (
                    "it is for pulling images, and a deployment pushes",
                    "Leave it out here; whoever runs the image has it.",
                ),
                _ => ("no call of it is authorized by this", "Leave it out."),
            };
            let message = format!("The deployment has no use for {action}: {why}.");
            let finding = Finding::new(Rule::ActionSurplus, message)
                .at(policy, index, Part::Action(at))
                .of_action(action)
                .instead(instead);
            findings.push((Some(place), finding));
        }
    }
}

/// That a deployment to ECS runs whatever image with whatever role it may pass, unless the roles
/// are named one by one.
fn runs_any_code(
    deployments: &[Deployment],
    calls: &[CallOutcome],
    findings: &mut Vec<(Option<usize>, Finding)>,
) {
    let passing: Vec<&CallOutcome> = calls.iter().filter(|one| one.passed_to.is_some()).collect();
    let named = !passing.is_empty()
        && passing
            .iter()
            .all(|one| one.ruling.is_allowed() && !one.resource.contains('*'));
    let told = findings.iter().any(|(_, one)| one.rule == Rule::Escalation);
    let mut parts = steps(deployments).into_iter();
    if !parts.any(|one| one.passes.is_some()) || named || told {
        return;
    }
    let finding = Finding::new(
        Rule::RunsAnyCode,
        "With iam:PassRole added, ecs:RegisterTaskDefinition and ecs:UpdateService run any image \
         with any role that may be passed, on the service that is there: the deployment is worth as \
         much as the strongest of these roles.",
    )
    .of_action("iam:PassRole")
    .instead(
        "Name the task role and the execution role one by one in iam:PassRole, and keep them \
         small.",
    );
    findings.push((None, finding));
}
