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
//! * A condition on what the caller chooses (the region, tags of the request), or on a time in the past,
//!   does not close a path. Other conditions on the decisive action make it depend on them.
//! * Whoever is administrator has every path: [`findings`] then reports none.
//! * A path that contains all actions of a shorter one is not reported in addition.
//!
//! # What is not modelled
//!
//! * **The next step**: where the role at the end of a path leads in turn.
//! * **Existing resources**: a function to change, an instance to connect to. They are taken to exist. If
//!   the permission is limited to certain ones, the path depends on them.
//! * **Policies of the targets**: the trust policy of a role that is passed, a key policy.

mod catalogue;
mod common;
mod finding;
mod reach;
mod search;

pub use catalogue::{EscalationPath, known_paths};
pub use finding::findings;
pub(crate) use finding::findings_of;

use std::cell::RefCell;

use search::PathSearch;

use crate::arn::ArnParts;
use crate::caller::Caller;
use crate::document::Selector;
use crate::evaluate::{Identity, Ruling, Source};

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
    /// What the path depends on, as clauses; empty if it is certain.
    pub depends_on: Vec<String>,
    /// The condition keys that it depends on, if it depends on conditions only.
    pub conditions: Option<Vec<String>>,
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
        reached: RefCell::default(),
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

/// An answer depends on a condition whose key has no known value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the answer depends on the condition key {key}")]
#[non_exhaustive]
pub struct DependsOnCondition {
    /// The condition key: `aws:RequestedRegion`.
    pub key: String,
}

/// Whether a role has administrator access: in some region it is allowed even actions that do not exist,
/// of an invented service and of IAM, so only a wildcard can allow them. The regions are those that the
/// policies name, and one that they do not name.
///
/// # Errors
///
/// When the answer depends on a condition whose key has no known value.
pub fn is_admin(identity: &Identity, arn: Option<&str>) -> Result<bool, DependsOnCondition> {
    let caller = Caller::new(identity, arn).or_through_services();
    let mut open = None;
    for region in regions(identity, &caller) {
        let resource = format!(
            "arn:{}:zq7xk:{region}:{}:zq7xk",
            caller.partition(),
            caller.account()
        );
        let mut scenarios: Vec<Vec<(&str, &str)>> = vec![Vec::new()];
        scenarios.extend(caller.scenarios().iter().map(|scenario| {
            let other = scenario
                .iter()
                .filter(|(key, _)| key != "aws:requestedregion");
            other
                .map(|(key, value)| (key.as_str(), value.as_str()))
                .collect()
        }));
        for mut known in scenarios {
            known.push(("aws:RequestedRegion", &region));
            let rulings =
                ["zq7xk:Zq7xk", "iam:Zq7xk"].map(|action| caller.decide(action, &resource, &known));
            if rulings.iter().all(Ruling::is_allowed) {
                return Ok(true);
            }
            if rulings.iter().all(Ruling::may_be_allowed) {
                let key = rulings.into_iter().find_map(|one| match one {
                    Ruling::Undetermined { key, .. } => Some(key),
                    _ => None,
                });
                open = open.or(key);
            }
        }
    }
    open.map_or(Ok(false), |key| Err(DependsOnCondition { key }))
}

/// The regions that the policies name in conditions and in ARNs, and one that they do not name.
fn regions(identity: &Identity, caller: &Caller<'_>) -> Vec<String> {
    let mut regions: Vec<String> = caller
        .scenarios()
        .iter()
        .flatten()
        .filter(|(key, _)| key == "aws:requestedregion")
        .map(|(_, region)| region.clone())
        .collect();
    let statements = identity
        .policies
        .iter()
        .flat_map(|one| one.policy.statements());
    for statement in statements {
        if let Some(Selector::Only(list) | Selector::Except(list)) = statement.resources() {
            let named = list.iter().filter_map(|text| ArnParts::parse(text));
            let named = named.map(|arn| arn.region.replace(['*', '?'], "x"));
            regions.extend(named.filter(|region| !region.is_empty()));
        }
    }
    regions.push("zq7xk-1".to_owned());
    regions.sort();
    regions.dedup();
    // Each region needs evaluations of its own; no role of this size is readable for a person.
    regions.truncate(40);
    regions
}

#[cfg(test)]
mod tests;
