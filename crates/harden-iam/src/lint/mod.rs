//! Finds errors in a policy, action by action.
//!
//! [`lint`] checks one document, without an account: what each statement can do, given what AWS
//! services authorize ([`crate::table`]). It reports statements without effect, and statements that
//! could be narrower.
//!
//! | finding | when | rule |
//! |---|---|---|
//! | [`Rule::Malformed`], [`Rule::VersionMissing`], [`Rule::PolicySize`] | AWS would refuse the document; it has no `Version`; it is longer than its quota | IAM User Guide, "Grammar of the IAM JSON policy language", "IAM and AWS STS quotas" |
//! | [`Rule::SidInvalid`], [`Rule::SidMissing`] | a `Sid` is used twice, or contains other characters than letters and digits; a `Sid` is missing | "IAM JSON policy elements: Sid" |
//! | [`Rule::ActionUnknown`], [`Rule::ActionUnlisted`], [`Rule::ServiceRetired`] | no service has the action; AWS names it only in its managed policies; the service is retired | Service Authorization Reference |
//! | [`Rule::ResourceMalformed`], [`Rule::ArnInvalid`] | a resource is neither `*` nor an ARN; its partition, service, region or account does not exist | "IAM JSON policy elements: Resource" |
//! | [`Rule::ResourceUnsupported`], [`Rule::ResourceUndocumented`] | an action is authorized on none of the resources; AWS does not document on what it is authorized | Service Authorization Reference, "Resource types"; the messages of AWS |
//! | [`Rule::WildcardResource`] | `*` for an action that could be limited to resources, and no condition limits it | Service Authorization Reference, "Resource types" |
//! | [`Rule::ConditionKeyUnsupported`], [`Rule::ConditionKeyUnknown`], [`Rule::ConditionKeyTwice`] | the action does not support the key; no service has the key; it is there twice | Service Authorization Reference, "Condition keys"; "AWS global condition context keys" |
//! | [`Rule::OperatorUnknown`], [`Rule::OperatorMismatch`], [`Rule::ArnOperator`], [`Rule::ValueMalformed`] | the operator does not exist; it compares another type than the key has; it cannot compare the value | "IAM JSON policy elements: Condition operators" |
//! | [`Rule::ForAllValues`], [`Rule::EquivalentToNull`], [`Rule::PrivateSourceIp`] | the condition holds more often, or less often, than it seems | "Single-valued vs. multivalued context keys", "AWS global condition context keys" |
//! | [`Rule::GrantDead`] | the statement can never take effect for another reason: an empty list, a `*` under `StringEquals`, a Deny of the same policy | "Policy evaluation logic" |
//! | [`Rule::VariableUnread`], [`Rule::VariableMalformed`] | `${aws:…}` in a document of the 2008 version; `${` without a variable | "IAM policy elements: Variables and tags" |
//! | [`Rule::WildcardAction`], [`Rule::AllowExcept`] | the statement allows whole services; it allows everything except what it names | "IAM JSON policy elements: NotAction", "… NotResource" |
//! | [`Rule::Redundant`] | another entry or statement already has the effect | Access Analyzer, "Policy check reference" |
//! | [`Rule::PrincipalInvalid`], [`Rule::PrincipalUniqueId`] | a principal has a form that AWS refuses, or cannot call the action; it is a unique id | "AWS JSON policy elements: Principal" |
//! | [`Rule::PublicAccess`], [`Rule::ConfusedDeputy`], [`Rule::ExternalIdMissing`] | everyone, a service for any account, or another account has access | "The confused deputy problem" |
//!
//! What limits permissions and grants none (a permissions boundary, a control policy, the policy of a VPC
//! endpoint) has no findings about too broad access.
//!
//! Resources are compared with the service's ARNs by overlap of patterns: `log-group:NAME:*` matches
//! `logs:CreateLogGroup`. For a pattern of actions there is a finding only if it is true for all actions
//! that match.
//!
//! # What is not checked
//!
//! * **Quotas of several policies together**, and of resource-based policies.
//! * **Whether named things exist**: an account, a role, a bucket, the value of a tag.
//! * **Other policies**: an Allow that a permissions boundary or a control policy overrides, or that
//!   another policy grants already. [`crate::Identity`] evaluates all policies together, and
//!   [`crate::deployment::review`] checks a deployment.
//! * **Statements with `NotAction` or `NotResource`**: the remaining actions and resources are not
//!   compared with what services authorize.
//! * **Contradicting conditions** (one key that must have two values), a Deny with a condition, and
//!   several denies that only together cover an Allow.

mod access;
mod actions;
mod arn;
mod call;
mod condition;
mod condition_values;
mod denied;
mod finding;
mod grammar;
mod key;
mod kind;
mod principal;
mod redundant;
mod resource;
mod scope;
mod size;
mod suggest;

pub use call::{CallError, check_call};
pub use finding::{Finding, Level, Rule};
pub use kind::PolicyType;

use crate::document::{Policy, PrincipalSet, Selector, Statement};
use crate::error::ParseError;
use crate::table::{self, Service};

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

/// Checks documents, with what is known about them.
#[derive(Debug, Default)]
pub struct Linter {
    account: Option<String>,
    inline: bool,
}

impl Linter {
    /// Sets the account that the policies belong to, so that other accounts are recognized.
    #[must_use]
    pub fn in_account(mut self, account: Option<&str>) -> Self {
        self.account = account.map(str::to_owned);
        self
    }

    /// States that the next identity policies are inline policies of a role, which can be longer than
    /// managed policies.
    #[must_use]
    pub const fn of_inline_policies(mut self, inline: bool) -> Self {
        self.inline = inline;
        self
    }

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
        let mut linter = DocumentLinter {
            policy,
            kind,
            account: self.account.as_deref(),
            inline: self.inline,
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
}

/// The state of checking one document.
struct DocumentLinter<'a> {
    policy: &'a Policy,
    kind: PolicyType,
    /// The account that the policy belongs to.
    account: Option<&'a str>,
    /// Whether an identity policy is an inline policy of a role.
    inline: bool,
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
        table::kept_service(prefix)
    }

    fn policy(&mut self) {
        self.check_grammar();
        for (index, statement) in self.policy.statements().iter().enumerate() {
            let entries = self.read_entries(index, statement);
            self.check_arns(index, statement);
            self.check_resources(index, statement, &entries);
            self.check_conditions(index, statement, &entries);
        }
        self.check_denied_allows();
        self.check_principals();
        self.check_public_access();
        self.check_redundancy();
        self.check_size();
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
