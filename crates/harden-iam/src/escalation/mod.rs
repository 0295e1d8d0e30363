//! What permissions lead to.
//!
//! Some permissions together give more than they say: who may pass an administrator's role to a
//! new function, and make and call functions, is an administrator. [`paths`] has the sets of
//! actions that the public catalogues name (pathfinding.cloud, cloudsplaining, Prowler) and some
//! that they lack; [`find`] says which of them a role's effective permissions hold.
//!
//! # How it is judged
//!
//! * By effective permissions: each action is decided by all policies that have a say, denies and
//!   boundaries included, under the condition keys that it is called with (a condition that is
//!   never met gives nothing; `iam:PassedToService` is compared with the path's service).
//! * In three values. A path is certain if its decisive action reaches whatever there is. If that
//!   action is limited to some resources, the path depends on what these are: passing one role
//!   that may do nothing much leads nowhere. [`AccountContext`] tells what is known of the account's
//!   roles; what it does not tell stays open, and is named.
//! * The decisive action is `iam:PassRole` where the path passes a role (who may register task
//!   definitions of one family may put anything into them), else each action of the path.
//! * A path that makes a role of its own (`iam:CreateRole`) is certain if its actions meet on some
//!   name: whoever makes the role decides what it may do.
//! * Two actions on one kind of resource that are each limited to some must meet on one of them.
//! * A condition on what the caller chooses does not close a path where it is on another action
//!   than the decisive one.
//! * A path that holds all actions of a shorter one is not told beside it.
//!
//! # What is not modelled
//!
//! * **The next step**: what the role that a path leads to leads to in turn.
//! * **What is there to be used**: a function to be rewritten, an instance to be reached. It is taken
//!   to be there; where it matters, and the permission is limited to some, the path depends on it.
//! * **Policies of what is reached**: the trust policy of a role that is passed, a key's policy.

mod catalogue;
mod finding;
mod reach;

pub use catalogue::{EscalationPath, known_paths};
pub use finding::findings;
pub(crate) use finding::findings_of;

use catalogue::PASS_ROLE;
use reach::{Reach, reach};

use crate::arn::ArnParts;
use crate::caller::{Caller, look_up};
use crate::document::Selector;
use crate::evaluate::{Identity, Ruling, Source};
use crate::pattern::{Token, of_real_arns, overlaps, template};

/// A role of the account, as far as it is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Role {
    /// Its ARN.
    pub arn: String,
    /// Whether it may do more than the role that is judged should come to; nothing if that is not
    /// known.
    pub privileged: Option<bool>,
}

/// What is known of what is around a role.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AccountContext {
    /// The role's own ARN.
    pub arn: Option<String>,
    /// All roles of the account; nothing if they are not known.
    pub roles: Option<Vec<Role>>,
    /// The ARNs of the customer managed policies that are attached to the role.
    pub attached: Vec<String>,
}

/// A path that a role's permissions hold.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Escalation {
    /// The path.
    pub path: &'static EscalationPath,
    /// The statements that give its actions, in their order.
    pub statements: Vec<Source>,
    /// What it depends on, each in a clause; nothing if it is certain.
    pub depends_on: Vec<String>,
}

impl Escalation {
    /// Whether it surely leads to more.
    pub fn is_certain(&self) -> bool {
        self.depends_on.is_empty()
    }
}

/// Which known paths a role's effective permissions hold, certain ones first.
pub fn find_paths(identity: &Identity, around: &AccountContext) -> Vec<Escalation> {
    let judge = Judge {
        caller: Caller::new(identity, around.arn.as_deref()).or_through_services(),
        around,
    };
    let mut found: Vec<Escalation> = known_paths()
        .iter()
        .filter_map(|path| judge.path(path))
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

/// Whether a role may do everything: also what no policy names, in IAM too.
///
/// # Errors
/// Where it rests on a condition: its key.
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

struct Judge<'a> {
    caller: Caller<'a>,
    around: &'a AccountContext,
}

const CREATE_ROLE: &str = "iam:CreateRole";

/// Actions with which a role that may use them on itself gives itself more.
const ON_ITSELF: [&str; 3] = [
    "iam:AttachRolePolicy",
    "iam:DeleteRolePermissionsBoundary",
    "iam:PutRolePolicy",
];

/// Actions with which a role that may use them on a policy attached to it gives itself more.
const ON_ITS_POLICY: [&str; 2] = ["iam:CreatePolicyVersion", "iam:SetDefaultPolicyVersion"];

impl Judge<'_> {
    fn path(&self, path: &'static EscalationPath) -> Option<Escalation> {
        // Most roles name the actions of hardly any path, and to see that takes no evaluation.
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
            return self.with(path, &[]);
        }
        let each = path.passed_to.iter();
        let each = each.filter_map(|service| self.with(path, &[("iam:PassedToService", service)]));
        each.min_by_key(|one| !one.is_certain())
    }

    fn with(&self, path: &'static EscalationPath, known: &[(&str, &str)]) -> Option<Escalation> {
        let makes = path.actions.iter().any(|action| action == CREATE_ROLE);
        let mut found = Escalation {
            path,
            statements: Vec::new(),
            depends_on: Vec::new(),
        };
        let mut reached: Vec<(&str, Reach)> = Vec::new();
        for action in &path.actions {
            let decisive = !makes && (!path.passes_role() || action == PASS_ROLE);
            let reach = reach(&self.caller, action, known);
            let by = match &reach {
                Reach::None => return None,
                Reach::All(by) | Reach::Some(by, _) | Reach::Depends(by, _) => by,
            };
            found.statements.extend(by.iter().cloned());
            if decisive {
                self.decisive(action, &reach, known, &mut found.depends_on)?;
            }
            reached.push((action, reach));
        }
        if miss(&reached) {
            return None;
        }
        if makes {
            found.depends_on.extend(self.made_role(path)?);
        }
        let mut seen = Vec::new();
        found.statements.retain(|one| {
            let new = !seen.contains(one);
            seen.push(one.clone());
            new
        });
        Some(found)
    }

    /// What it rests on that all actions are allowed on one new role; nothing at all if they are on
    /// none.
    fn made_role(&self, path: &EscalationPath) -> Option<Option<String>> {
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
                        .get_or_insert_with(|| format!("whether it is allowed rests on {key}"));
                }
            }
        }
        depends_on.map(Some)
    }

    /// What a decisive action's reach leaves open; nothing if it leads nowhere.
    fn decisive(
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
            if let Some(roles) = &self.around.roles {
                return self.roles(action, roles, known, depends_on);
            }
        } else {
            let own = self
                .around
                .arn
                .iter()
                .filter(|_| ON_ITSELF.contains(&action));
            let attached = self.around.attached.iter();
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
            Reach::Depends(_, key) => format!("whether {action} is allowed rests on {key}"),
            Reach::Some(_, resources) => {
                format!(
                    "{action} reaches only {}, of which not enough is known",
                    resources.join(", ")
                )
            }
            Reach::None | Reach::All(_) => return Some(()),
        });
        Some(())
    }

    /// Which of the account's roles the action reaches.
    fn roles(
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
        let elsewhere = self.of_other_accounts(action, known);
        if !open.is_empty() {
            depends_on.push(format!("what {} may do is not known", open.join(", ")));
        } else if let Some(pattern) = elsewhere {
            depends_on.push(format!(
                "what roles of other accounts may do, which {pattern} reaches, is not known"
            ));
        } else {
            return None;
        }
        Some(())
    }

    /// What allows the action on roles of other accounts. A role can only be passed in its own.
    fn of_other_accounts(&self, action: &str, known: &[(&str, &str)]) -> Option<String> {
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

/// Whether two actions on one kind of resource are each limited to some that the other is never
/// allowed on: who makes one function and calls another gains nothing.
fn miss(reached: &[(&str, Reach)]) -> bool {
    let limited: Vec<(&str, Vec<Vec<Token>>)> = reached
        .iter()
        .filter_map(|(action, reach)| match reach {
            Reach::Some(_, resources) => Some((*action, named(resources)?)),
            _ => None,
        })
        .collect();
    let of_kinds = |resources: &[Vec<Token>], kinds: &[Vec<Token>]| -> Vec<Vec<Token>> {
        let of_one = |one: &&Vec<Token>| kinds.iter().any(|kind| overlaps(one, kind));
        resources.iter().filter(of_one).cloned().collect()
    };
    limited.iter().enumerate().any(|(at, (one, resources))| {
        limited.iter().skip(at + 1).any(|(other, of_other)| {
            let kinds = shared_kinds(one, other);
            let (ours, theirs) = (of_kinds(resources, &kinds), of_kinds(of_other, &kinds));
            let meets = |one: &Vec<Token>| theirs.iter().any(|other| overlaps(one, other));
            !ours.is_empty() && !theirs.is_empty() && !ours.iter().any(meets)
        })
    })
}

/// Resources as patterns; nothing where one may be anything: what `NotResource` leaves, and names
/// that rest on the caller.
fn named(resources: &[String]) -> Option<Vec<Vec<Token>>> {
    let told = |text: &String| text == "*" || ArnParts::parse(text).is_some();
    let all = resources.iter();
    all.map(|text| (told(text) && !text.contains("${")).then(|| of_real_arns(text)))
        .collect()
}

/// The kinds of resource that both actions are authorized on, as patterns.
fn shared_kinds(one: &str, other: &str) -> Vec<Vec<Token>> {
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
