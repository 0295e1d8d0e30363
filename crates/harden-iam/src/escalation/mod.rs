//! Finds privilege escalation paths in permissions.
//!
//! Some permissions together give more than each of them alone: a principal that can pass an
//! administrator's role to a new function, and create and invoke functions, is an administrator.
//! [`known_paths`] lists the sets of actions from the public catalogues (pathfinding.cloud, cloudsplaining,
//! Prowler) and some that these lack. [`find_paths`] returns those that the effective permissions of a
//! role contain.
//!
//! # How a path is found
//!
//! * By effective permissions: each action is evaluated with all policies, including denies and
//!   permissions boundaries, and with the condition keys that it supports. A condition that never holds
//!   grants nothing. `iam:PassedToService` is the service of the path.
//! * In three values. A path is certain if its decisive action is allowed on every resource. If the
//!   action is limited to some resources, the path depends on what these are: to pass one role without
//!   permissions leads nowhere. [`AccountContext`] states what is known of the account; the rest is
//!   listed in [`Escalation::depends_on`].
//! * The decisive action is `iam:PassRole` if the path passes a role, because the other actions of such
//!   a path can put any code into a single resource. Otherwise each action of the path is decisive.
//! * A path that creates a role (`iam:CreateRole`) is certain if its actions are allowed on a common
//!   name: whoever creates the role decides its permissions.
//! * Two actions on the same resource type that are both limited must have a resource in common.
//! * A condition on what the caller chooses does not close a path, unless it is on the decisive action.
//! * A path that contains all actions of a shorter one is not reported in addition.
//!
//! # What is not modelled
//!
//! * **The next step**: where the role at the end of a path leads in turn.
//! * **Existing resources**: a function to change, an instance to connect to. They are taken to exist. If
//!   the permission is limited to certain ones, the path depends on them.
//! * **Policies of the targets**: the trust policy of a role that is passed, a key policy.

mod catalogue;
mod finding;
mod reach;

pub use catalogue::{EscalationPath, known_paths};
pub use finding::findings;
pub(crate) use finding::findings_of;

use catalogue::PASS_ROLE;
use reach::{Reach, find_reach};

use crate::arn::ArnParts;
use crate::caller::{Caller, look_up};
use crate::document::Selector;
use crate::evaluate::{Identity, Ruling, Source};
use crate::pattern::{Token, of_real_arns, overlaps, template};

/// A role of the account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Role {
    /// The ARN.
    pub arn: String,
    /// Whether it has permissions that the assessed role must not gain; `None` if unknown.
    pub privileged: Option<bool>,
}

/// What is known about the account of a role.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AccountContext {
    /// The ARN of the assessed role.
    pub arn: Option<String>,
    /// All roles of the account; `None` if they are not known.
    pub roles: Option<Vec<Role>>,
    /// The ARNs of the customer managed policies that are attached to the role.
    pub attached: Vec<String>,
}

/// A path that a role's permissions contain.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Escalation {
    /// The path.
    pub path: &'static EscalationPath,
    /// The statements that allow its actions, in the order of the actions.
    pub statements: Vec<Source>,
    /// What it depends on, each in a clause; nothing if it is certain.
    pub depends_on: Vec<String>,
}

impl Escalation {
    /// Whether the path certainly leads to more permissions.
    pub fn is_certain(&self) -> bool {
        self.depends_on.is_empty()
    }
}

/// Finds the known paths that a role's effective permissions contain; certain ones first.
pub fn find_paths(identity: &Identity, account: &AccountContext) -> Vec<Escalation> {
    let search = PathSearch {
        caller: Caller::new(identity, account.arn.as_deref()).or_through_services(),
        account,
    };
    let mut found: Vec<Escalation> = known_paths()
        .iter()
        .filter_map(|path| search.path(path))
        .collect();
    let all = found.clone();
    found.retain(|one| {
        let shorter = |other: &Escalation| {
            other.path.actions.len() < one.path.actions.len()
                && other
                    .path
                    .actions
                    .iter()
                    .all(|action| one.path.actions.contains(action))
                && (other.is_certain() || !one.is_certain())
        };
        !all.iter().any(shorter)
    });
    found.sort_by_key(|one| !one.is_certain());
    found
}

/// Whether a role has administrator access: it is allowed even actions that do not exist, of an invented
/// service and of IAM, so only a wildcard can allow them.
///
/// # Errors
///
/// The key of a condition that the answer depends on.
pub fn is_admin(identity: &Identity, arn: Option<&str>) -> Result<bool, String> {
    let caller = Caller::new(identity, arn).or_through_services();
    let resource = format!("arn:aws:zq7xk:us-east-1:{}:zq7xk", caller.account());
    let mut open = None;
    for action in ["zq7xk:Zq7xk", "iam:Zq7xk"] {
        match caller.decide(action, &resource, &[]) {
            Ruling::Allowed { .. } => {}
            Ruling::Undetermined { key, .. } => open = open.or(Some(key)),
            Ruling::ExplicitlyDenied { .. } | Ruling::ImplicitlyDenied { .. } => return Ok(false),
        }
    }
    open.map_or(Ok(true), Err)
}

struct PathSearch<'a> {
    caller: Caller<'a>,
    account: &'a AccountContext,
}

const CREATE_ROLE: &str = "iam:CreateRole";

/// Actions that let a role extend its own permissions, if it can use them on itself.
const ON_ITSELF: [&str; 3] = [
    "iam:AttachRolePolicy",
    "iam:DeleteRolePermissionsBoundary",
    "iam:PutRolePolicy",
];

/// Actions that let a role extend its own permissions, if it can use them on a policy that is attached to
/// it.
const ON_ITS_POLICY: [&str; 2] = ["iam:CreatePolicyVersion", "iam:SetDefaultPolicyVersion"];

impl PathSearch<'_> {
    fn path(&self, path: &'static EscalationPath) -> Option<Escalation> {
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
        };
        let mut reached: Vec<(&str, Reach)> = Vec::new();
        for action in &path.actions {
            let decisive = !creates_role && (!path.passes_role() || action == PASS_ROLE);
            let reach = find_reach(&self.caller, action, known);
            let by = match &reach {
                Reach::None => return None,
                Reach::All(by) | Reach::Some(by, _) | Reach::Depends(by, _) => by,
            };
            found.statements.extend(by.iter().cloned());
            if decisive {
                self.add_dependency(action, &reach, known, &mut found.depends_on)?;
            }
            reached.push((action, reach));
        }
        if have_no_common_resource(&reached) {
            return None;
        }
        if creates_role {
            found.depends_on.extend(self.created_role_dependency(path)?);
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
                    .map(|action| self.caller.decide_caller_side(action, &name, &[]));
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
                    .decide_caller_side(action, target, known)
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
                self.caller.decide_caller_side(action, &role.arn, known),
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

/// Whether two actions on the same resource type are limited to different resources. To create one
/// function and invoke another gains nothing.
fn have_no_common_resource(reached: &[(&str, Reach)]) -> bool {
    let limited: Vec<(&str, Vec<Vec<Token>>)> = reached
        .iter()
        .filter_map(|(action, reach)| match reach {
            Reach::Some(_, resources) => Some((*action, as_patterns(resources)?)),
            _ => None,
        })
        .collect();
    let of_kinds = |resources: &[Vec<Token>], kinds: &[Vec<Token>]| -> Vec<Vec<Token>> {
        let of_one = |one: &&Vec<Token>| kinds.iter().any(|kind| overlaps(one, kind));
        resources.iter().filter(of_one).cloned().collect()
    };
    limited.iter().enumerate().any(|(at, (one, resources))| {
        limited.iter().skip(at + 1).any(|(other, of_other)| {
            let kinds = shared_resource_types(one, other);
            let (ours, theirs) = (of_kinds(resources, &kinds), of_kinds(of_other, &kinds));
            let meets = |one: &Vec<Token>| theirs.iter().any(|other| overlaps(one, other));
            !ours.is_empty() && !theirs.is_empty() && !ours.iter().any(meets)
        })
    })
}

/// Resources as patterns; `None` if one of them can be anything: with `NotResource`, and with variables.
fn as_patterns(resources: &[String]) -> Option<Vec<Vec<Token>>> {
    let is_resource = |text: &String| text == "*" || ArnParts::parse(text).is_some();
    let all = resources.iter();
    all.map(|text| (is_resource(text) && !text.contains("${")).then(|| of_real_arns(text)))
        .collect()
}

/// The resource types that both actions are authorized on, as patterns.
fn shared_resource_types(one: &str, other: &str) -> Vec<Vec<Token>> {
    let kinds = |action: &str| -> Vec<String> {
        let arns = look_up(action, |action| {
            let resources = action.resources();
            resources.into_iter().map(|one| one.arn).collect()
        });
        arns.unwrap_or_default()
    };
    let of_other = kinds(other);
    let shared = kinds(one).into_iter().filter(|arn| of_other.contains(arn));
    shared.map(|arn| template(&arn)).collect()
}

#[cfg(test)]
mod tests;
