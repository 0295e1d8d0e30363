//! Converts escalation paths to findings.

use super::catalogue::{EscalationPath, PASS_ROLE};
use super::{AccountContext, Escalation, find_paths, is_admin};
use crate::document::{Part, Policy, Selector};
use crate::evaluate::{Attached, Identity};
use crate::lint::{Finding, Rule};
use crate::pattern::Pattern;

/// The certain paths of one policy, as findings at its statements.
pub fn findings(policy: &Policy) -> Vec<Finding> {
    let identity = Identity::new([Attached::new("policy", policy.clone())]);
    findings_of(&identity, None)
        .into_iter()
        .map(|(_, one)| one)
        .collect()
}

/// The certain paths of all policies of a role, each with the index of the policy that contains its first
/// statement.
pub(crate) fn findings_of(identity: &Identity, arn: Option<&str>) -> Vec<(Option<usize>, Finding)> {
    if is_admin(identity, arn) == Ok(true) {
        return Vec::new();
    }
    let context = AccountContext {
        arn: arn.map(str::to_owned),
        ..AccountContext::default()
    };
    let found = find_paths(identity, &context);
    let told = found
        .iter()
        .filter(|one| one.is_certain() || keys(one).is_some());
    told.map(|one| {
        let lead = match one.path.actions.as_slice() {
            [_] => "allows privilege escalation",
            _ => "together allow privilege escalation",
        };
        let message = format!(
            "{} {lead} ({}).",
            one.path.actions.join(" and "),
            one.path.name()
        );
        let (rule, message) = match keys(one).filter(|_| !one.is_certain()) {
            Some(keys) => {
                let keys = keys.join(", ");
                let message = format!("If the condition on {keys} is met: {message}");
                (Rule::EscalationConditional, message)
            }
            None => (Rule::Escalation, message),
        };
        let mut finding = Finding::new(rule, message).instead(instead(one.path));
        let first = one.path.actions.first();
        let source = one.statements.first();
        let place = source.and_then(|source| {
            let mut policies = identity.policies.iter();
            policies.position(|attached| attached.name == source.policy)
        });
        let policy = place.and_then(|at| identity.policies.get(at));
        if let (Some(source), Some(attached)) = (source, policy) {
            let index = source.statement.index;
            let part = first.map_or(Part::Effect, |action| part(&attached.policy, index, action));
            finding = finding.at(&attached.policy, index, part);
        }
        let finding = match first {
            Some(action) => finding.of_action(action),
            None => finding,
        };
        (place, finding)
    })
    .collect()
}

/// The keys of the conditions that a path depends on, if it depends on nothing else and none of them
/// limits the resources.
fn keys(one: &Escalation) -> Option<&[String]> {
    let keys = one.conditions.as_deref().filter(|keys| !keys.is_empty())?;
    let limits = |key: &String| key.to_ascii_lowercase().contains("resourcetag/");
    (!keys.iter().any(limits)).then_some(keys)
}

/// The part of a statement that names an action.
fn part(policy: &Policy, statement: usize, action: &str) -> Part {
    let statement = policy.statements().get(statement);
    let place = statement.and_then(|statement| match statement.actions() {
        Selector::Only(all) => all
            .iter()
            .position(|one| Pattern::action(one).matches(action)),
        Selector::Except(_) => None,
    });
    place.map_or(Part::Effect, Part::Action)
}

fn instead(path: &EscalationPath) -> String {
    if path.passes_role() {
        let services = path.passed_to.join(" or ");
        format!(
            "Allow {PASS_ROLE} only on the ARNs of the roles that must be passed, with \
             iam:PassedToService {services}."
        )
    } else {
        "Limit the actions to the resources that are needed, or remove one of the actions."
            .to_owned()
    }
}
