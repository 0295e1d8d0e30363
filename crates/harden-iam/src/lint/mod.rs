//! Finds errors in a policy, action by action.
//!
//! [`lint`] checks one document, without an account: what each statement can do, given what AWS
//! services authorize ([`crate::table`]). It reports statements without effect, and statements that
//! could be narrower.
//!
//! | finding | when | rule |
//! |---|---|---|
//! | [`Rule::Malformed`] | AWS would refuse the document | IAM User Guide, "Grammar of the IAM JSON policy language" |
//! | [`Rule::SidInvalid`], [`Rule::SidMissing`] | a `Sid` is used twice, or contains other characters than letters and digits; a `Sid` is missing | "IAM JSON policy elements: Sid" |
//! | [`Rule::ActionUnknown`], [`Rule::ActionUnlisted`], [`Rule::ServiceRetired`] | no service has the action; AWS names it only in its managed policies; the service is retired | Service Authorization Reference |
//! | [`Rule::ResourceMalformed`] | a resource is neither `*` nor an ARN | "IAM JSON policy elements: Resource" |
//! | [`Rule::ResourceUnsupported`] | an action is authorized on none of the resources | Service Authorization Reference, "Resource types" |
//! | [`Rule::WildcardResource`] | `*` for an action that could be limited to resources | Service Authorization Reference, "Resource types" |
//! | [`Rule::ConditionKeyUnsupported`], [`Rule::ConditionKeyUnknown`] | the action does not support the key; no service has the key | Service Authorization Reference, "Condition keys"; "AWS global condition context keys" |
//! | [`Rule::OperatorUnknown`], [`Rule::OperatorMismatch`], [`Rule::ArnOperator`], [`Rule::ValueMalformed`] | the operator does not exist; it compares another type than the key has; it cannot compare the value | "IAM JSON policy elements: Condition operators" |
//! | [`Rule::GrantDead`] | the statement can never take effect for another reason: an empty list, a `*` under `StringEquals`, a Deny of the same policy | "Policy evaluation logic" |
//! | [`Rule::VariableUnread`] | `${aws:…}` in a document of the 2008 version | "IAM policy elements: Variables and tags" |
//! | [`Rule::WildcardAction`], [`Rule::AllowExcept`] | the statement allows whole services; it allows everything except what it names | "IAM JSON policy elements: NotAction", "… NotResource" |
//!
//! Resources are compared with the service's ARNs by overlap of patterns: `log-group:NAME:*` matches
//! `logs:CreateLogGroup`. For a pattern of actions there is a finding only if it is true for all actions
//! that match.
//!
//! # What is not checked
//!
//! * **Quotas** (IAM User Guide, "IAM and AWS STS quotas"): they differ by policy type, and other
//!   attached policies count too.
//! * **Whether named things exist**: an account, a role, a bucket, a region, the value of a tag.
//! * **Other policies**: an Allow that a permissions boundary or a control policy overrides, or that
//!   another policy grants already. [`crate::Identity`] evaluates all policies together, and
//!   [`crate::deployment::review`] checks a deployment.
//! * **Statements with `NotAction` or `NotResource`**: the remaining actions and resources are not
//!   compared with what services authorize.
//! * **Contradicting conditions** (one key that must have two values), a Deny with a condition, and
//!   several denies that only together cover an Allow.

mod actions;
mod call;
mod condition;
mod denied;
mod finding;
mod grammar;
mod key;
mod resource;
mod suggest;

use std::collections::BTreeMap;

pub use call::{CallError, check_call};
pub use finding::{Finding, Level, Rule};

use crate::document::{Policy, PrincipalSet, Selector, Statement};
use crate::error::ParseError;
use crate::table::{self, Service};

/// The type of a policy. It decides which elements are required and allowed.
///
/// IAM User Guide, "Policies and permissions", policy types.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum PolicyType {
    /// An identity-based policy of a user, group or role; a permissions boundary, a session policy or
    /// a service control policy.
    Identity,
    /// A resource-based policy.
    Resource,
    /// The trust policy of a role: it defines who can assume the role.
    Trust,
}

impl PolicyType {
    /// Guesses the type from the elements: a policy with a principal element is a trust policy if all
    /// its actions are actions of AWS STS, and otherwise a resource-based policy.
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

/// Checks a policy. The findings are in the order of the document.
pub fn lint(policy: &Policy, kind: PolicyType) -> Vec<Finding> {
    Linter::default().lint(policy, kind)
}

/// Parses and checks a text. If it is not a policy, that is the only finding.
pub fn lint_text(text: &str) -> Vec<Finding> {
    Linter::default().lint_text(text)
}

/// The finding for a text that is not a policy.
pub fn malformed(error: &ParseError) -> Finding {
    let message = match std::error::Error::source(error) {
        Some(source) => format!("The {error}: {source}."),
        None => format!("The {error}."),
    };
    let mut finding = Finding::new(Rule::Malformed, message);
    finding.position = error.position();
    finding
}

/// Checks many documents. It caches the services that it looked up.
#[derive(Debug, Default)]
pub struct Linter {
    services: BTreeMap<String, Option<Service>>,
}

impl Linter {
    /// Parses and checks a text: see [`lint_text`].
    pub fn lint_text(&mut self, text: &str) -> Vec<Finding> {
        match Policy::parse(text) {
            Ok(policy) => {
                let kind = PolicyType::of(&policy);
                self.lint(&policy, kind)
            }
            Err(error) => vec![malformed(&error)],
        }
    }

    /// Checks a policy: see [`lint`].
    pub fn lint(&mut self, policy: &Policy, kind: PolicyType) -> Vec<Finding> {
        self.look_up(policy);
        let mut linter = DocumentLinter {
            services: &self.services,
            policy,
            kind,
            suggester: suggest::NameSuggester::default(),
            left: WORK,
            findings: Vec::new(),
        };
        linter.policy();
        let mut findings = linter.findings;
        let at = |one: &Finding| one.statement.as_ref().map(|statement| statement.index);
        findings.sort_by(|a, b| {
            (at(a), a.position, a.rule, &a.action).cmp(&(at(b), b.position, b.rule, &b.action))
        });
        findings
    }

    /// Loads the services that the actions and condition keys of a policy name.
    fn look_up(&mut self, policy: &Policy) {
        for statement in policy.statements() {
            let (Selector::Only(list) | Selector::Except(list)) = statement.actions();
            let keys = statement.conditions().iter().map(|one| one.key());
            for text in list.iter().map(String::as_str).chain(keys) {
                let prefix = text.split(':').next().unwrap_or_default();
                let prefix = prefix.to_ascii_lowercase();
                self.load(prefix);
            }
        }
        self.load("sts".to_owned());
    }
}

impl Linter {
    fn load(&mut self, prefix: String) {
        self.services
            .entry(prefix)
            .or_insert_with_key(|prefix| table::service(prefix));
    }
}

/// The state of checking one document.
struct DocumentLinter<'a> {
    services: &'a BTreeMap<String, Option<Service>>,
    policy: &'a Policy,
    kind: PolicyType,
    suggester: suggest::NameSuggester,
    /// The number of comparisons of actions that are left.
    left: usize,
    findings: Vec<Finding>,
}

/// The maximum number of comparisons of actions with resources and keys in one document. Only a
/// document that names whole services thousands of times reaches it; AWS would refuse it for its
/// length. The rest of such a document is not checked.
const WORK: usize = 5_000_000;

impl<'a> DocumentLinter<'a> {
    /// Takes comparisons from the budget; returns whether they were left.
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
        self.check_grammar();
        for (index, statement) in self.policy.statements().iter().enumerate() {
            let entries = self.read_entries(index, statement);
            self.check_resources(index, statement, &entries);
            self.check_conditions(index, statement, &entries);
        }
        self.check_denied_allows();
    }
}

/// The set in `Principal`; `None` for `NotPrincipal` and without a principal element.
fn principal_set(statement: &Statement) -> Option<&PrincipalSet> {
    match statement.principal() {
        Some(Selector::Only(set)) => Some(set),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
