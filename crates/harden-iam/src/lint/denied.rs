//! Finds allows that a Deny of the same policy overrides completely.

use super::{DocumentLinter, Finding, Rule};
use crate::document::{Effect, Part, Policy, Selector, Statement};
use crate::pattern::{Pattern, contains, with_open_variables};

/// The maximum number of compared patterns. No policy that AWS accepts reaches it.
const MOST: usize = 200_000;

impl DocumentLinter<'_> {
    pub(super) fn check_denied_allows(&mut self) {
        let policy = self.policy;
        let all = || policy.statements().iter().enumerate();
        let mut left = MOST;
        let denies: Vec<_> = all().filter(|(_, one)| is_plain_deny(one)).collect();
        for (index, allow) in all().filter(|(_, one)| one.effect() == Effect::Allow) {
            let Selector::Only(actions) = allow.actions() else {
                continue;
            };
            for (at, action) in actions.iter().enumerate() {
                let pairs = denies.iter().map(|(_, deny)| pairs(deny, allow)).sum();
                left = match left.checked_sub(pairs) {
                    Some(left) => left,
                    None => return,
                };
                let deny = denies
                    .iter()
                    .find(|(_, deny)| covers(policy, deny, allow, action));
                if let Some((other, _)) = deny {
                    let message = format!(
                        "`{action}` is never allowed by this statement: {} denies it on all these resources.",
                        policy.reference(*other)
                    );
                    let finding = Finding::new(Rule::GrantDead, message)
                        .of_action(action)
                        .instead("Remove one of the two.");
                    self.report(finding, index, Part::Action(at));
                }
            }
        }
    }
}

/// The number of patterns that are compared for one action.
fn pairs(deny: &Statement, allow: &Statement) -> usize {
    let (Selector::Only(actions) | Selector::Except(actions)) = deny.actions();
    let resources = |one: &Statement| match one.resources() {
        Some(Selector::Only(list) | Selector::Except(list)) => list.len(),
        None => 1,
    };
    actions.len() + resources(deny).saturating_mul(resources(allow))
}

/// Whether a Deny has no condition and includes everyone that the policy applies to.
fn is_plain_deny(statement: &Statement) -> bool {
    let everybody = match statement.principal() {
        None => true,
        Some(Selector::Only(set)) => set.admits_everyone(),
        Some(Selector::Except(_)) => false,
    };
    statement.effect() == Effect::Deny && statement.conditions().is_empty() && everybody
}

fn covers(policy: &Policy, deny: &Statement, allow: &Statement, action: &str) -> bool {
    let wanted = Pattern::action(action);
    let actions = match deny.actions() {
        Selector::Only(list) => list
            .iter()
            .any(|one| Pattern::action(one).contains(&wanted)),
        Selector::Except(list) => !list
            .iter()
            .any(|one| Pattern::action(one).overlaps(&wanted)),
    };
    if !actions {
        return false;
    }
    let version = policy.version();
    let variable = |text: &String| text.contains("${");
    match (deny.resources(), allow.resources()) {
        (None, _) => true,
        (Some(Selector::Only(denied)), Some(Selector::Only(allowed))) => {
            let within = |one: &String| {
                let one = with_open_variables(one, version);
                let mut fixed = denied.iter().filter(|text| !variable(text));
                fixed.any(|text| contains(&with_open_variables(text, version), &one))
            };
            !allowed.is_empty() && allowed.iter().all(within)
        }
        (Some(Selector::Only(denied)), _) => denied.iter().any(|text| text == "*"),
        (Some(Selector::Except(_)), _) => false,
    }
}
