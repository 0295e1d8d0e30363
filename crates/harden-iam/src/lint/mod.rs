//! What is wrong with a policy, action by action.
//!
//! [`lint`] judges a document by itself, without an account: what each of its statements can do,
//! given what the services authorize ([`crate::table`]). It says nothing of what an action is
//! good for, only whether the statement does what it says, and whether it could say it narrower.
//!
//! | finding | when | rule |
//! |---|---|---|
//! | [`Rule::Malformed`] | AWS would refuse the document | IAM User Guide, "Grammar of the IAM JSON policy language" |
//! | [`Rule::SidInvalid`], [`Rule::SidMissing`] | a `Sid` stands twice, or holds other than letters and digits; or there is none | "IAM JSON policy elements: Sid" |
//! | [`Rule::ActionUnknown`], [`Rule::ActionUnlisted`], [`Rule::ServiceRetired`] | no service has the action; AWS names it only in its managed policies; the service is no more | Service Authorization Reference |
//! | [`Rule::ResourceMalformed`] | a resource is neither `*` nor an ARN | "IAM JSON policy elements: Resource" |
//! | [`Rule::ResourceUnsupported`] | an action is authorized on none of the resources | Service Authorization Reference, "Resource types" |
//! | [`Rule::WildcardResource`] | `*` for an action that could be limited to resources | the same |
//! | [`Rule::ConditionKeyUnsupported`], [`Rule::ConditionKeyUnknown`] | an action is never called with the key; nothing is | the same, "Condition keys"; "AWS global condition context keys" |
//! | [`Rule::OperatorUnknown`], [`Rule::OperatorMismatch`], [`Rule::ArnOperator`], [`Rule::ValueMalformed`] | there is no such operator; it is made for another type than the key's; it cannot compare the value | "IAM JSON policy elements: Condition operators" |
//! | [`Rule::GrantDead`] | the statement can never take effect for another reason: an empty list, a `*` under `StringEquals`, a Deny of the same policy | "Policy evaluation logic" |
//! | [`Rule::VariableUnread`] | `${aws:…}` in a document of the 2008 version | "IAM policy elements: Variables and tags" |
//! | [`Rule::WildcardAction`], [`Rule::AllowExcept`] | whole services; all but what is named | "IAM JSON policy elements: NotAction", "… NotResource" |
//!
//! Resources are compared with the service's ARNs by overlap of patterns: `log-group:NAME:*` fits
//! `logs:CreateLogGroup`. A pattern of actions is judged by what it stands for: it is at fault
//! when all of it is.
//!
//! # What is not judged
//!
//! * **Lengths and numbers** that AWS allows (IAM User Guide, "IAM and AWS STS quotas"): they differ
//!   by kind, and what is attached beside it counts too.
//! * **Whether what is named exists**: an account, a role, a bucket, a region, a tag's value.
//! * **Other policies**: an Allow that a boundary or a control policy takes back, what another
//!   policy grants already. [`crate::Identity`] has them together, [`crate::deployment::review`]
//!   the deployment.
//! * **What stands beside `NotAction`, and `NotResource`**: what is left when the named is taken away
//!   is not compared with what services authorize and are called with.
//! * **Conditions against each other** (one key that should be two things at once), and a Deny with
//!   a condition, or several that only together cover an Allow.

mod call;
mod condition;
mod finding;
mod key;
mod meaning;
mod near;
mod resource;
mod shadow;
mod shape;

use std::collections::BTreeMap;

pub use call::{CallError, check_call};
pub use finding::{Finding, Level, Rule};

use crate::document::{Policy, PrincipalSet, Selector, Statement};
use crate::error::ParseError;
use crate::table::{self, Service};

/// What a document is attached to, which decides on the elements that it must and may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum PolicyType {
    /// To a user, group or role; a permissions boundary, a session policy, an SCP.
    Identity,
    /// To a resource.
    Resource,
    /// To a role, to say who may assume it.
    Trust,
}

impl PolicyType {
    /// What a document looks like: one with a principal element is a resource's, a role's if all
    /// its actions are of AWS STS.
    pub fn of(policy: &Policy) -> Self {
        let statements = policy.statements();
        if !statements.iter().any(|one| one.principal().is_some()) {
            return Self::Identity;
        }
        let assumes = |statement: &Statement| match statement.actions() {
            Selector::Only(list) => {
                let sts = |action: &String| action.to_ascii_lowercase().starts_with("sts:");
                !list.is_empty() && list.iter().all(sts)
            }
            Selector::Except(_) => false,
        };
        if statements.iter().all(assumes) {
            Self::Trust
        } else {
            Self::Resource
        }
    }
}

/// What is wrong with a document, in its order.
pub fn lint(policy: &Policy, kind: PolicyType) -> Vec<Finding> {
    Linter::default().lint(policy, kind)
}

/// What is wrong with a text that should be a document; that it is none is a finding.
pub fn lint_text(text: &str) -> Vec<Finding> {
    Linter::default().lint_text(text)
}

/// That a text is no document, as a finding.
pub fn malformed(error: &ParseError) -> Finding {
    let message = match std::error::Error::source(error) {
        Some(source) => format!("The {error}: {source}."),
        None => format!("The {error}."),
    };
    let mut finding = Finding::new(Rule::Malformed, message);
    finding.position = error.position();
    finding
}

/// A judge of many documents, who keeps what it looked up.
#[derive(Debug, Default)]
pub struct Linter {
    services: BTreeMap<String, Option<Service>>,
}

impl Linter {
    /// As [`lint_text`].
    pub fn lint_text(&mut self, text: &str) -> Vec<Finding> {
        match Policy::parse(text) {
            Ok(policy) => {
                let kind = PolicyType::of(&policy);
                self.lint(&policy, kind)
            }
            Err(error) => vec![malformed(&error)],
        }
    }

    /// As [`lint`].
    pub fn lint(&mut self, policy: &Policy, kind: PolicyType) -> Vec<Finding> {
        self.look_up(policy);
        let mut judge = Judge {
            services: &self.services,
            policy,
            kind,
            near: near::Near::default(),
            left: WORK,
            findings: Vec::new(),
        };
        judge.policy();
        let mut findings = judge.findings;
        let at = |one: &Finding| one.statement.as_ref().map(|statement| statement.index);
        findings.sort_by(|a, b| {
            (at(a), a.position, a.rule, &a.action).cmp(&(at(b), b.position, b.rule, &b.action))
        });
        findings
    }

    /// Takes the services apart that the actions and keys of a policy name.
    fn look_up(&mut self, policy: &Policy) {
        for statement in policy.statements() {
            let (Selector::Only(list) | Selector::Except(list)) = statement.actions();
            let keys = statement.conditions().iter().map(|one| one.key());
            for text in list.iter().map(String::as_str).chain(keys) {
                let prefix = text.split(':').next().unwrap_or_default();
                let prefix = prefix.to_ascii_lowercase();
                self.keep(prefix);
            }
        }
        self.keep("sts".to_owned());
    }
}

impl Linter {
    fn keep(&mut self, prefix: String) {
        self.services
            .entry(prefix)
            .or_insert_with_key(|prefix| table::service(prefix));
    }
}

/// One document on the bench.
struct Judge<'a> {
    services: &'a BTreeMap<String, Option<Service>>,
    policy: &'a Policy,
    kind: PolicyType,
    near: near::Near,
    /// How many comparisons of actions are left.
    left: usize,
    findings: Vec<Finding>,
}

/// Comparisons of actions with resources and with keys in one document. A document that names
/// whole services thousands of times over, as none that AWS accepts does, is not judged to its
/// end.
const WORK: usize = 5_000_000;

impl<'a> Judge<'a> {
    /// Whether so much work is left.
    fn spend(&mut self, work: usize) -> bool {
        let left = self.left.checked_sub(work);
        self.left = left.unwrap_or(0);
        left.is_some()
    }

    fn service(&self, prefix: &str) -> Option<&'a Service> {
        let prefix = prefix.to_ascii_lowercase();
        self.services.get(&prefix).and_then(Option::as_ref)
    }

    fn policy(&mut self) {
        self.shape();
        for (index, statement) in self.policy.statements().iter().enumerate() {
            let meanings = self.meanings(index, statement);
            self.resources(index, statement, &meanings);
            self.conditions(index, statement, &meanings);
        }
        self.shadows();
    }
}

/// Whether a statement names its principals, and all of them by pattern or name.
fn only(statement: &Statement) -> Option<&PrincipalSet> {
    match statement.principal() {
        Some(Selector::Only(set)) => Some(set),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
