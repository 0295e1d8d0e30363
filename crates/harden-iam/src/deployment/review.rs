//! All that is to be said of a deploy role's policy.

use super::least::{Least, least};
use super::parts::Kind;
use super::recognise::infer;
use super::simulate::{Outcome, parts, simulate};
use super::targets::Targets;
use crate::document::{Effect, Part, Policy, Selector};
use crate::evaluate::{Attached, Identity};
use crate::lint::{self, Finding, Rule};
use crate::pattern::Pattern;
use crate::{escalation, trust};

/// What is known of a role's trust policy.
#[derive(Clone, Copy, Debug)]
pub enum Trust<'a> {
    /// It is this.
    Given(&'a Policy),
    /// It was asked for, and there is none.
    Missing,
    /// Nobody asked.
    Unasked,
}

/// A judged policy.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Review {
    /// The deployments that it was judged for.
    pub kinds: Vec<Kind>,
    /// What becomes of their calls.
    pub calls: Vec<Outcome>,
    /// What is wrong, in the order of the document.
    pub findings: Vec<Finding>,
    /// The policy to have instead, where a deployment is known.
    pub least: Option<Least>,
}

/// Judges a policy that is all of a role's permissions: by [`lint::lint`], by the escalation paths
/// that it certainly holds, and against what its deployment calls. The deployments are those
/// given, or else those that the policy looks made for.
///
/// An action that a statement names in vain is one finding, whether it is a fault of the statement
/// or one of the deployment.
pub fn review(
    policy: &Policy,
    trust: Trust<'_>,
    kinds: Option<&[Kind]>,
    targets: Option<&Targets>,
) -> Review {
    let identity = Identity::new([Attached::new("policy", policy.clone())]);
    let kinds = kinds.map_or_else(|| infer(&identity), <[Kind]>::to_vec);
    let targets = targets.cloned().unwrap_or_else(|| Targets::of(&identity));
    let calls = simulate(&identity, None, &kinds, &targets);
    let mut findings = lint::lint(policy, lint::Kind::Identity);
    findings.extend(escalation::findings(policy));
    for call in calls.iter().filter(|call| call.ruling.is_denied()) {
        denied(&mut findings, call);
    }
    if !kinds.is_empty() {
        surplus(policy, &kinds, &mut findings);
        runs_any_code(&kinds, &calls, &mut findings);
    }
    match trust {
        Trust::Given(trust) => findings.extend(trust::Report::of(trust).findings),
        Trust::Missing => findings.push(
            Finding::new(
                Rule::TrustMissing,
                "Who may assume the role is not said: there is no trust policy.",
            )
            .instead(
                "A trust policy for GitHub's OIDC provider that pins `aud` and one environment or \
                 branch in `sub`.",
            ),
        ),
        Trust::Unasked => {}
    }
    let place = |one: &Finding| one.statement.as_ref().map_or(usize::MAX, |at| at.index);
    findings.sort_by_key(|one| (place(one), one.position));
    let least = (!kinds.is_empty()).then(|| least(&kinds, &targets));
    Review {
        kinds,
        calls,
        findings,
        least,
    }
}

/// A call that is denied; if the linter has told why already, then there.
fn denied(findings: &mut Vec<Finding>, call: &Outcome) {
    let told = |one: &&mut Finding| {
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
    if let Some(one) = findings.iter_mut().find(told) {
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
            if findings.iter().any(|one| one.rule == Rule::PassRoleMissing) {
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
    findings.push(
        Finding::new(rule, message)
            .of_action(call.action)
            .instead(instead),
    );
}

/// Actions that no part of the deployment calls or has use for.
fn surplus(policy: &Policy, kinds: &[Kind], findings: &mut Vec<Finding>) {
    let mut wanted: Vec<&str> = vec!["iam:PassRole", "sts:GetCallerIdentity"];
    for part in parts(kinds) {
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
            let unknown = findings.iter().any(|one| {
                let here = one
                    .statement
                    .as_ref()
                    .is_some_and(|place| place.index == index);
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
            findings.push(finding);
        }
    }
}

/// That a deployment to ECS runs whatever image with whatever role it may pass, unless the roles
/// are named one by one.
fn runs_any_code(kinds: &[Kind], calls: &[Outcome], findings: &mut Vec<Finding>) {
    let passing: Vec<&Outcome> = calls.iter().filter(|one| one.passed_to.is_some()).collect();
    let named = !passing.is_empty()
        && passing
            .iter()
            .all(|one| one.ruling.is_allowed() && !one.resource.contains('*'));
    let told = findings.iter().any(|one| one.rule == Rule::Escalation);
    if !kinds.contains(&Kind::Ecs) || named || told {
        return;
    }
    findings.push(
        Finding::new(
            Rule::RunsAnyCode,
            "With iam:PassRole added, ecs:RegisterTaskDefinition and ecs:UpdateService run any image \
             with any role that may be passed, on the service that is there: the deployment is \
             worth as much as the strongest of these roles.",
        )
        .of_action("iam:PassRole")
        .instead(
            "Name the task role and the execution role one by one in iam:PassRole, and keep them \
             small.",
        ),
    );
}
