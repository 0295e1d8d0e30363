//! Searches one path in the effective permissions of a role.

use std::cell::RefCell;
use std::collections::HashMap;

use super::catalogue::{EscalationPath, PASS_ROLE};
use super::common::have_no_common_resource;
use super::reach::{Reach, find_reach};
use super::{AccountContext, Escalation, Role};
use crate::arn::ArnParts;
use crate::caller::Caller;
use crate::document::Selector;
use crate::evaluate::Ruling;

/// The state of a search.
pub(super) struct PathSearch<'a> {
    pub(super) caller: Caller<'a>,
    pub(super) account: &'a AccountContext,
    /// What actions are allowed on: paths have actions in common.
    pub(super) reached: RefCell<HashMap<(String, String), Reach>>,
}

const CREATE_ROLE: &str = "iam:CreateRole";

/// Actions that let a role extend its own permissions, if it can use them on itself.
const ON_ITSELF: [&str; 6] = [
    "iam:AttachRolePolicy",
    "iam:DeleteRolePolicy",
    "iam:DetachRolePolicy",
    "iam:PutRolePermissionsBoundary",
    "iam:DeleteRolePermissionsBoundary",
    "iam:PutRolePolicy",
];

/// Actions that let a role extend its own permissions, if it can use them on a policy that is attached to
/// it.
const ON_ITS_POLICY: [&str; 2] = ["iam:CreatePolicyVersion", "iam:SetDefaultPolicyVersion"];

impl PathSearch<'_> {
    pub(super) fn path(&self, path: &'static EscalationPath) -> Option<Escalation> {
        // Fast check first: most roles do not name the actions of most paths, and to see that needs no
        // evaluation.
        let named = |action: &String| {
            self.caller
                .identity
                .allow_statements(action)
                .next()
                .is_some()
        };
        if self.caller.identity.resource.is_none() && !path.actions.iter().all(named) {
            return None;
        }
        if path.passed_to.is_empty() {
            return self.check_path(path, &[]);
        }
        let each = path.passed_to.iter();
        let each =
            each.filter_map(|service| self.check_path(path, &[("iam:PassedToService", service)]));
        each.min_by_key(|one| !one.is_certain())
    }

    fn reach(&self, action: &str, known: &[(&str, &str)]) -> Reach {
        let value = known.first().map_or("", |(_, value)| value);
        let key = (action.to_owned(), value.to_owned());
        if let Some(reach) = self.reached.borrow().get(&key) {
            return reach.clone();
        }
        let reach = find_reach(&self.caller, action, known);
        self.reached.borrow_mut().insert(key, reach.clone());
        reach
    }

    fn check_path(
        &self,
        path: &'static EscalationPath,
        known: &[(&str, &str)],
    ) -> Option<Escalation> {
        let creates_role = path.actions.iter().any(|action| action == CREATE_ROLE);
        let mut found = Escalation {
            path,
            statements: Vec::new(),
            depends_on: Vec::new(),
            conditions: Some(Vec::new()),
        };
        let mut reached: Vec<(&str, Reach)> = Vec::new();
        for action in &path.actions {
            let decisive = !creates_role && (!path.passes_role() || action == PASS_ROLE);
            let reach = self.reach(action, known);
            let by = match &reach {
                Reach::None => return None,
                Reach::All(by) | Reach::Some(by, _) | Reach::Depends(by, _) => by,
            };
            found.statements.extend(by.iter().cloned());
            if decisive {
                let before = found.depends_on.len();
                self.add_dependency(action, &reach, known, &mut found.depends_on)?;
                if found.depends_on.len() > before {
                    match (&reach, &mut found.conditions) {
                        (Reach::Depends(_, key), Some(keys)) => keys.push(key.clone()),
                        _ => found.conditions = None,
                    }
                }
            }
            reached.push((action, reach));
        }
        if have_no_common_resource(&reached) {
            return None;
        }
        if creates_role {
            let open = self.created_role_dependency(path)?;
            if open.is_some() {
                found.conditions = None;
            }
            found.depends_on.extend(open);
        }
        let mut seen = Vec::new();
        found.statements.retain(|one| {
            let new = !seen.contains(one);
            seen.push(one.clone());
            new
        });
        Some(found)
    }

    /// What it depends on that all actions are allowed on one new role: `None` if they are denied on every
    /// name, `Some(None)` if they are certainly allowed.
    fn created_role_dependency(&self, path: &EscalationPath) -> Option<Option<String>> {
        let mut depends_on = None;
        for (_, _, statement) in self.caller.identity.allow_statements(CREATE_ROLE) {
            let names = match statement.resources() {
                Some(Selector::Only(list)) => list.clone(),
                _ => vec!["*".to_owned()],
            };
            for name in names {
                let rulings = path
                    .actions
                    .iter()
                    .map(|action| self.caller.decide_by_choice(action, &name, &[]));
                let rulings: Vec<Ruling> = rulings.collect();
                if rulings.iter().all(Ruling::is_allowed) {
                    return Some(None);
                }
                let open = rulings.iter().find_map(|one| match one {
                    Ruling::Undetermined { key, .. } => Some(key),
                    _ => None,
                });
                if let Some(key) = open.filter(|_| rulings.iter().all(Ruling::may_be_allowed)) {
                    depends_on
                        .get_or_insert_with(|| format!("whether it is allowed depends on {key}"));
                }
            }
        }
        depends_on.map(Some)
    }

    /// Adds what a path depends on because of a decisive action; `None` if the action leads nowhere.
    fn add_dependency(
        &self,
        action: &str,
        reach: &Reach,
        known: &[(&str, &str)],
        depends_on: &mut Vec<String>,
    ) -> Option<()> {
        if let Reach::All(_) = reach {
            return Some(());
        }
        if action == PASS_ROLE || action == "sts:AssumeRole" {
            if let Some(roles) = &self.account.roles {
                return self.add_open_roles(action, roles, known, depends_on);
            }
        } else {
            let own = self
                .account
                .arn
                .iter()
                .filter(|_| ON_ITSELF.contains(&action));
            let attached = self.account.attached.iter();
            let attached = attached.filter(|_| ON_ITS_POLICY.contains(&action));
            let mut targets = own.chain(attached);
            if targets.any(|target| {
                self.caller
                    .decide_by_choice(action, target, known)
                    .is_allowed()
            }) {
                return Some(());
            }
        }
        depends_on.push(match reach {
            Reach::Depends(_, key) => format!("whether {action} is allowed depends on {key}"),
            Reach::Some(_, resources) => {
                format!(
                    "{action} is allowed only on {}, about which not enough is known",
                    resources.join(", ")
                )
            }
            Reach::None | Reach::All(_) => return Some(()),
        });
        Some(())
    }

    /// Adds the roles of the account that the action is allowed on, if it is not known what they can do.
    fn add_open_roles(
        &self,
        action: &str,
        roles: &[Role],
        known: &[(&str, &str)],
        depends_on: &mut Vec<String>,
    ) -> Option<()> {
        let mut open = Vec::new();
        for role in roles {
            match (
                self.caller.decide_by_choice(action, &role.arn, known),
                role.privileged,
            ) {
                (Ruling::Allowed { .. }, Some(true)) => return Some(()),
                (ruling, privileged) if ruling.may_be_allowed() && privileged != Some(false) => {
                    open.push(role.arn.as_str());
                }
                _ => {}
            }
        }
        let elsewhere = self.pattern_for_other_accounts(action, known);
        if !open.is_empty() {
            depends_on.push(format!(
                "the permissions of {} are not known",
                open.join(", ")
            ));
        } else if let Some(pattern) = elsewhere {
            depends_on.push(format!(
                "the permissions of roles in other accounts, which {pattern} matches, are not known"
            ));
        } else {
            return None;
        }
        Some(())
    }

    /// The first pattern that allows the action on roles of other accounts. `iam:PassRole` works only
    /// within one account.
    fn pattern_for_other_accounts(&self, action: &str, known: &[(&str, &str)]) -> Option<String> {
        if action == PASS_ROLE {
            return None;
        }
        let allowing = self.caller.identity.allow_statements(action);
        let named = allowing.flat_map(|(_, _, statement)| match statement.resources() {
            Some(Selector::Only(list)) => list.clone(),
            _ => vec!["*".to_owned()],
        });
        let own = self.caller.account();
        let mut elsewhere = named.filter(|text| {
            let account = ArnParts::parse(text).map_or("*", |arn| arn.account);
            account != own
                && self
                    .caller
                    .decide_caller_side(action, text, known)
                    .may_be_allowed()
        });
        elsewhere.next()
    }
}
