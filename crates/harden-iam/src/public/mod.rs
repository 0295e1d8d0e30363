//! Which statements let everybody do an action.

mod deny;
mod narrow;

use crate::document::{Effect, Policy, Selector, Statement};
use crate::error::StatementRef;

/// A statement that lets everybody do something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicGrant {
    /// Which statement.
    pub statement: StatementRef,
    /// The actions asked for that it lets everybody do, as the caller wrote them.
    pub actions: Vec<String>,
    /// Why nothing narrows it, a lower-case fragment: `no condition`, or what each condition
    /// leaves open (`aws:SecureTransport does not say who calls`), joined by semicolons.
    pub why: String,
}

impl Policy {
    /// The statements by which everybody may do any of `actions`, and that no condition narrows.
    ///
    /// Everybody is meant by `Principal` `*` in either spelling, and by `NotPrincipal` with
    /// `Allow`. A condition narrows if it pins the callers to certain accounts, organizations,
    /// resources or networks: a positive operator that an absent key does not match, on one of
    /// `aws:SourceArn`, `aws:SourceAccount`, `aws:SourceOwner`, `aws:SourceOrgID`,
    /// `aws:SourceOrgPaths`, `aws:SourceVpc`, `aws:SourceVpce`, `aws:SourceIp`,
    /// `aws:VpcSourceIp`, `aws:PrincipalArn`, `aws:PrincipalAccount`, `aws:PrincipalOrgID`,
    /// `aws:PrincipalOrgPaths`, `aws:userid`, `kms:CallerAccount`, and `sns:Endpoint` for
    /// `sns:Subscribe`, every value of which leaves something out for certain: a pattern of ARNs
    /// must name the account (or an S3 bucket), and address ranges must leave out over half of
    /// the space. A deny to everybody of the same action narrows too, if it is unconditional or
    /// spares only callers that are pinned so ("unless from this organization"). A deny that is
    /// narrowed to some resources counts if these cover the grant's.
    ///
    /// IAM User Guide, "The confused deputy problem" and "AWS global condition context keys";
    /// Amazon S3 User Guide, "The meaning of public"; Amazon SNS Developer Guide, "Example cases
    /// for Amazon SNS access control".
    pub fn public_grants(&self, actions: &[&str]) -> Vec<PublicGrant> {
        let public = |(index, statement): (usize, &Statement)| {
            if statement.effect() != Effect::Allow || !means_everyone(statement) {
                return None;
            }
            let open = |action: &&&str| {
                statement.matches_action(action)
                    && !self.narrows(statement, action)
                    && !self.denied_to_most(statement, action)
            };
            let actions: Vec<String> = actions.iter().filter(open).map(|&a| a.to_owned()).collect();
            let first = actions.first()?;
            let why = self.why(statement, first);
            Some(PublicGrant {
                statement: self.reference(index),
                why,
                actions,
            })
        };
        self.statements()
            .iter()
            .enumerate()
            .filter_map(public)
            .collect()
    }

    fn narrows(&self, statement: &Statement, action: &str) -> bool {
        let version = self.version();
        statement
            .conditions()
            .iter()
            .any(|one| narrow::hole(one, version, action).is_none())
    }

    fn why(&self, statement: &Statement, action: &str) -> String {
        let version = self.version();
        let conditions = statement.conditions().iter();
        let holes: Vec<String> = conditions
            .filter_map(|one| narrow::hole(one, version, action))
            .collect();
        if holes.is_empty() {
            "no condition".to_owned()
        } else {
            holes.join("; ")
        }
    }
}

/// Whether a statement means every caller but, at most, some.
fn means_everyone(statement: &Statement) -> bool {
    match statement.principal() {
        Some(Selector::Only(set)) => set.admits_everyone(),
        Some(Selector::Except(set)) => !set.admits_everyone(),
        None => false,
    }
}

#[cfg(test)]
mod tests;
