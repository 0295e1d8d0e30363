//! Escalation paths as findings.

use super::catalogue::{PASS_ROLE, Path};
use super::{Surroundings, find};
use crate::document::{Part, Policy};
use crate::evaluate::Identity;
use crate::lint::{Finding, Rule};

/// The certain paths of a policy that stands alone, as findings at its statements.
pub fn findings(policy: &Policy) -> Vec<Finding> {
    let attached = crate::Attached::new("policy", policy.clone());
    let found = find(&Identity::new([attached]), &Surroundings::default());
    let certain = found.iter().filter(|one| one.is_certain());
    certain
        .map(|one| {
            let message = format!(
                "{} together lead to more than they say ({})",
                one.path.actions.join(", "),
                one.path.name()
            );
            let mut finding = Finding::new(Rule::Escalation, message).instead(instead(one.path));
            if let Some(source) = one.statements.first() {
                finding = finding.at(policy, source.statement.index, Part::Effect);
                finding.position = source.position;
            }
            match one.path.actions.first() {
                Some(action) => finding.of_action(action),
                None => finding,
            }
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
