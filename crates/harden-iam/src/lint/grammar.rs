//! Checks the elements of a document: what AWS refuses, and what has no effect.

use std::collections::BTreeMap;

use super::{DocumentLinter, Finding, PolicyType, Rule, principal_set};
use crate::document::{Effect, Part, PrincipalSet, Selector, Statement, Version};
use crate::variable::malformed_variable;

impl DocumentLinter<'_> {
    pub(super) fn check_grammar(&mut self) {
        self.check_sids();
        for (index, statement) in self.policy.statements().iter().enumerate() {
            self.check_elements(index, statement);
            self.check_empty_lists(index, statement);
            self.check_negated_elements(index, statement);
            self.check_variables(index, statement);
        }
        if self.policy.statements().is_empty() {
            let finding = Finding::new(Rule::GrantDead, "The policy has no statements.");
            self.findings.push(finding);
        }
    }

    /// IAM accepts only letters and digits in a Sid; some resource-based policies also accept spaces and
    /// other characters.
    fn check_sids(&mut self) {
        let statements = self.policy.statements();
        let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
        for (index, statement) in statements.iter().enumerate() {
            let Some(sid) = statement.sid() else {
                continue;
            };
            if let Some(first) = seen.insert(sid, index) {
                let message = format!("The Sid `{sid}` is used twice, first in statement {first}.");
                let finding = Finding::new(Rule::SidInvalid, message)
                    .instead("Give each statement a different Sid.");
                self.report(finding, index, Part::Sid);
            }
            if !self.kind.has_principals() && !sid.bytes().all(|b| b.is_ascii_alphanumeric()) {
                let message =
                    format!("The Sid `{sid}` contains other characters than letters and digits.");
                let kept: String = sid.chars().filter(char::is_ascii_alphanumeric).collect();
                let finding =
                    Finding::new(Rule::SidInvalid, message).instead(format!("Write `{kept}`."));
                self.report(finding, index, Part::Sid);
            }
        }
        let without = |statement: &Statement| statement.sid().is_none();
        let count = statements.iter().filter(|one| without(one)).count();
        if let Some(first) = statements.iter().position(without) {
            let all = statements.len();
            let message = format!("{count} of {all} statements have no Sid.");
            let finding = Finding::new(Rule::SidMissing, message)
                .instead("Add a Sid that states the purpose of the statement.");
            self.report(finding, first, Part::Sid);
        }
    }

    fn check_elements(&mut self, index: usize, statement: &Statement) {
        let mut refuse = |message: &str, instead: &str, part| {
            let finding = Finding::new(Rule::Malformed, message).instead(instead);
            self.findings.push(finding.at(self.policy, index, part));
        };
        let (principal, resource) = (statement.principal(), statement.resources());
        // The policy of a repository in Amazon ECR applies to its repository (Amazon ECR User Guide,
        // "Private repository policies").
        let of_repository = |list: &Vec<String>| {
            list.iter()
                .all(|one| one.to_ascii_lowercase().starts_with("ecr:"))
        };
        let without_resource = self.kind == PolicyType::Resource
            && matches!(statement.actions(), Selector::Only(list) if of_repository(list));
        let identity = matches!(
            self.kind,
            PolicyType::Identity | PolicyType::Boundary | PolicyType::ServiceControl
        );
        if identity && principal.is_some() {
            refuse(
                "The policy must not have a principal element.",
                "Remove it: the policy applies to the principals that it is attached to.",
                Part::Principal,
            );
        } else if self.kind.has_principals() && principal.is_none() {
            refuse(
                "The statement has no principal element.",
                "Add `Principal`.",
                Part::Effect,
            );
        }
        if self.kind == PolicyType::Trust && resource.is_some() {
            refuse(
                "A trust policy must not have a resource element.",
                "Remove it: the policy applies to its role.",
                Part::Resource(0),
            );
        } else if self.kind != PolicyType::Trust && resource.is_none() && !without_resource {
            refuse(
                "The statement has no resource element.",
                "Add `Resource`.",
                Part::Effect,
            );
        }
        if self.kind == PolicyType::ResourceControl {
            let everyone = principal_set(statement).is_some_and(PrincipalSet::admits_everyone);
            let full = statement.conditions().is_empty()
                && matches!(statement.actions(), Selector::Only(list) if list.iter().any(|one| one == "*"));
            if principal.is_some() && !everyone {
                refuse(
                    "The principal of a resource control policy must be `*`.",
                    "Write `\"Principal\": \"*\"`, and name the exempt principals in a condition.",
                    Part::Principal,
                );
            }
            if statement.effect() == Effect::Allow && !full {
                refuse(
                    "A resource control policy can only deny.",
                    "Use Deny; AWS itself attaches the policy that allows everything.",
                    Part::Effect,
                );
            }
        }
    }

    fn check_empty_lists(&mut self, index: usize, statement: &Statement) {
        let mut dead = |what: &str, part| {
            let message = format!("{what} is an empty list: the statement can never take effect.");
            let finding = Finding::new(Rule::GrantDead, message).instead("Remove the statement.");
            self.findings.push(finding.at(self.policy, index, part));
        };
        if let Selector::Only(list) = statement.actions()
            && list.is_empty()
        {
            dead("Action", Part::Effect);
        }
        if let Some(Selector::Only(list)) = statement.resources()
            && list.is_empty()
        {
            dead("Resource", Part::Effect);
        }
        let nobody = principal_set(statement).is_some_and(|set| {
            let lists = [
                &set.aws,
                &set.services,
                &set.federated,
                &set.canonical_users,
            ];
            !set.everyone && lists.iter().all(|list| list.is_empty())
        });
        if nobody {
            dead("Principal", Part::Principal);
        }
    }

    fn check_negated_elements(&mut self, index: usize, statement: &Statement) {
        if statement.effect() != Effect::Allow || self.kind.is_limit() {
            return;
        }
        let mut except = |element: &str, part| {
            let message = format!(
                "Allow with Not{element} allows everything except what it names, including what AWS adds later."
            );
            let finding = Finding::new(Rule::AllowExcept, message)
                .instead(format!("Use {element} and list what is needed."));
            self.findings.push(finding.at(self.policy, index, part));
        };
        if matches!(statement.actions(), Selector::Except(_)) {
            except("Action", Part::Action(0));
        }
        if matches!(statement.resources(), Some(Selector::Except(_))) {
            except("Resource", Part::Resource(0));
        }
        if matches!(statement.principal(), Some(Selector::Except(_))) {
            except("Principal", Part::Principal);
        }
    }

    fn check_variables(&mut self, index: usize, statement: &Statement) {
        let current = self.policy.version() == Version::V2012;
        let mut unread = |text: &str, part| {
            if let Some(wrong) = malformed_variable(text).filter(|_| current) {
                let message = format!("`{wrong}` in `{text}` is not a policy variable.");
                let finding = Finding::new(Rule::VariableMalformed, message).instead(
                    "Write `${KEY}` or `${KEY, 'DEFAULT'}`, and `${$}` for a dollar sign.",
                );
                self.findings.push(finding.at(self.policy, index, part));
            } else if !current && text.contains("${") {
                let message =
                    format!("`{text}` is plain text in a policy without Version 2012-10-17.");
                let finding = Finding::new(Rule::VariableUnread, message)
                    .instead("Write `\"Version\": \"2012-10-17\"`.");
                self.findings.push(finding.at(self.policy, index, part));
            }
        };
        if let Some(Selector::Only(list) | Selector::Except(list)) = statement.resources() {
            for (at, text) in list.iter().enumerate() {
                unread(text, Part::Resource(at));
            }
        }
        for (at, condition) in statement.conditions().iter().enumerate() {
            for (value, text) in condition.values().iter().enumerate() {
                unread(text, Part::Value(at, value));
            }
        }
    }
}
