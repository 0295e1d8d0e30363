//! Escalation paths as findings.

use super::catalogue::{PASS_ROLE, Path};
use super::{Surroundings, find};
use crate::document::{Part, Policy};
use crate::evaluate::{Attached, Identity};
use crate::lint::{Finding, Rule};

/// The certain paths of a policy that stands alone, as findings at its statements.
pub fn findings(policy: &Policy) -> Vec<Finding> {
    let identity = Identity::new([Attached::new("policy", policy.clone())]);
    findings_of(&identity)
        .into_iter()
        .map(|(_, one)| one)
        .collect()
}

/// The certain paths of policies that are all of a role's permissions, each with the place of the
/// policy that has its first statement.
pub(crate) fn findings_of(identity: &Identity) -> Vec<(Option<usize>, Finding)> {
    let found = find(identity, &Surroundings::default());
    let certain = found.iter().filter(|one| one.is_certain());
    certain
        .map(|one| {
            let message = format!(
                "{} together lead to more than they say ({})",
                one.path.actions.join(", "),
                one.path.name()
            );
            let mut finding = Finding::new(Rule::Escalation, message).instead(instead(one.path));
            let source = one.statements.first();
            let place = source.and_then(|source| {
                let mut policies = identity.policies.iter();
                policies.position(|attached| attached.name == source.policy)
            });
            let policy = place.and_then(|at| identity.policies.get(at));
            if let (Some(source), Some(attached)) = (source, policy) {
                finding = finding.at(&attached.policy, source.statement.index, Part::Effect);
                finding.position = source.position;
            }
            let finding = match one.path.actions.first() {
                Some(action) => finding.of_action(action),
                None => finding,
            };
            (place, finding)
        })
        .collect()
}

fn instead(path: &Path) -> String {
    if path.passes_role() {
        let services = path.passed_to.join(" or ");
        format!("{PASS_ROLE} on the roles that are passed, with iam:PassedToService {services}")
    } else {
        "the resources that are meant, or none of these actions".to_owned()
    }
}
