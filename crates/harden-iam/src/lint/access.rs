//! Finds access for everyone, for services on behalf of any account, and for accounts without an external
//! id.

use super::{DocumentLinter, Finding, PolicyType, Rule};
use crate::arn::ArnParts;
use crate::condition::Operator;
use crate::document::{Effect, Part, Selector, Statement};
use crate::table::known;

/// An action that no policy names, for statements with `NotAction`.
const OTHER_ACTION: &str = "zq7xk:Zq7xk";

impl DocumentLinter<'_> {
    pub(super) fn check_public_access(&mut self) {
        if !matches!(self.kind, PolicyType::Resource | PolicyType::Trust) {
            return;
        }
        let policy = self.policy;
        for (index, statement) in policy.statements().iter().enumerate() {
            if statement.effect() != Effect::Allow {
                continue;
            }
            self.check_everyone(index, statement);
            self.check_services(index, statement);
            self.check_external_id(index, statement);
        }
    }

    fn check_everyone(&mut self, index: usize, statement: &Statement) {
        // The claims of a token restrict who can assume the role; the trust report grades them.
        let claims =
            |key: &str| known::is_token_key(key) || key.to_ascii_lowercase().starts_with("saml:");
        if statement.conditions().iter().any(|one| claims(one.key())) {
            return;
        }
        let actions: Vec<&str> = match statement.actions() {
            Selector::Only(list) => list.iter().map(String::as_str).collect(),
            Selector::Except(_) => vec![OTHER_ACTION],
        };
        let Some(grant) = self.policy.public_grant(index, &actions) else {
            return;
        };
        let what = match statement.actions() {
            Selector::Only(_) => grant.actions.join(", "),
            Selector::Except(_) => "all other actions".to_owned(),
        };
        let message = format!("Everyone has public access to {what}: {}.", grant.why);
        let finding = Finding::new(Rule::PublicAccess, message).instead(
            "Name the principals, or restrict the callers by a condition such as StringEquals \
             aws:PrincipalOrgID.",
        );
        self.report(finding, index, Part::Principal);
    }

    /// IAM User Guide, "The confused deputy problem", cross-service prevention.
    fn check_services(&mut self, index: usize, statement: &Statement) {
        let Some(Selector::Only(set)) = statement.principal() else {
            return;
        };
        if self.kind != PolicyType::Resource || set.services.is_empty() {
            return;
        }
        let of_source = |key: &str| {
            let keys = [
                "aws:SourceArn",
                "aws:SourceAccount",
                "aws:SourceOrgID",
                "aws:SourceOrgPaths",
                "aws:SourceOwner",
            ];
            keys.iter().any(|one| one.eq_ignore_ascii_case(key))
        };
        let restricts = |operator: &str| {
            Operator::parse(operator).is_some_and(|one| !one.negated && !one.if_exists)
        };
        if statement
            .conditions()
            .iter()
            .any(|one| of_source(one.key()) && restricts(one.operator()))
        {
            return;
        }
        let message = format!(
            "{} has access on behalf of any account: no condition requires aws:SourceArn or \
             aws:SourceAccount (the confused deputy problem).",
            set.services.join(", ")
        );
        let finding = Finding::new(Rule::ConfusedDeputy, message).instead(
            "Add StringEquals aws:SourceAccount with your account, or ArnLike aws:SourceArn with the \
             resource that calls.",
        );
        self.report(finding, index, Part::Principal);
    }

    /// IAM User Guide, "Access to AWS accounts owned by third parties".
    fn check_external_id(&mut self, index: usize, statement: &Statement) {
        let Some(Selector::Only(set)) = statement.principal() else {
            return;
        };
        if self.kind != PolicyType::Trust || !statement.matches_action("sts:AssumeRole") {
            return;
        }
        let restricts = |key: &str| {
            let keys = [
                "sts:ExternalId",
                "aws:PrincipalOrgID",
                "aws:PrincipalOrgPaths",
            ];
            keys.iter().any(|one| one.eq_ignore_ascii_case(key))
        };
        if statement
            .conditions()
            .iter()
            .any(|one| restricts(one.key()))
        {
            return;
        }
        let mut accounts: Vec<&str> = set
            .aws
            .iter()
            .filter_map(|entry| account_of(entry))
            .filter(|account| self.account != Some(*account))
            .collect();
        accounts.sort_unstable();
        accounts.dedup();
        if accounts.is_empty() {
            return;
        }
        let known = match &self.account {
            Some(_) => "another account".to_owned(),
            None => "its account is not known here".to_owned(),
        };
        let message = format!(
            "{} can assume the role without an external id ({known}).",
            accounts.join(", ")
        );
        let finding = Finding::new(Rule::ExternalIdMissing, message).instead(
            "If the account belongs to another organization, add StringEquals sts:ExternalId.",
        );
        self.report(finding, index, Part::Principal);
    }
}

/// The account of a principal: its id, or that of its ARN.
fn account_of(entry: &str) -> Option<&str> {
    let is_id = |text: &str| text.len() == 12 && text.bytes().all(|b| b.is_ascii_digit());
    if is_id(entry) {
        return Some(entry);
    }
    let arn = ArnParts::parse(entry)?;
    is_id(arn.account).then_some(arn.account)
}
