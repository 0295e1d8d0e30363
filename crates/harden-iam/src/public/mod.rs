//! Finds statements that allow an action to everyone.

mod deny;
mod narrow;

use crate::document::{Effect, Policy, Selector, Statement};
use crate::error::StatementRef;

/// A statement that allows actions to everyone.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PublicGrant {
    /// The statement.
    pub statement: StatementRef,
    /// The requested actions that it allows to everyone, as they were requested.
    pub actions: Vec<String>,
    /// Why no condition restricts the callers, as a lower-case fragment: `no condition`, or a reason for
    /// each condition (`aws:SecureTransport does not restrict the caller`), joined by semicolons.
    pub why: String,
}

impl Policy {
    /// The statements that allow any of `actions` to everyone.
    ///
    /// A statement includes everyone with `Principal` `*` in either form, or with `Allow` and
    /// `NotPrincipal`. It is not reported if a condition restricts the callers to certain accounts,
    /// organizations, resources or networks. For that the condition needs a positive operator that does
    /// not match an absent key, on one of
    /// `aws:SourceArn`, `aws:SourceAccount`, `aws:SourceOwner`, `aws:SourceOrgID`,
    /// `aws:SourceOrgPaths`, `aws:SourceVpc`, `aws:SourceVpce`, `aws:SourceIp`,
    /// `aws:VpcSourceIp`, `aws:PrincipalArn`, `aws:PrincipalAccount`, `aws:PrincipalOrgID`,
    /// `aws:PrincipalOrgPaths`, `aws:userid`, `aws:VpceAccount`, `aws:VpceOrgID`,
    /// `aws:VpceOrgPaths`, `kms:CallerAccount`, `s3:DataAccessPointAccount`,
    /// `s3:DataAccessPointArn`, `lambda:EventSourceToken`, and `sns:Endpoint` for `sns:Subscribe`. Every value must certainly exclude some callers: a pattern of ARNs must name the
    /// account (or an S3 bucket), and address ranges must be less than half of all addresses.
    ///
    /// A Deny of the same action to everyone also restricts the callers, if it has no condition, or if
    /// its conditions exempt only callers that are restricted in the same way ("unless from this
    /// organization"). A Deny on some resources counts if they cover those of the grant.
    ///
    /// IAM User Guide, "The confused deputy problem" and "AWS global condition context keys";
    /// Amazon S3 User Guide, "The meaning of public"; Amazon SNS Developer Guide, "Example cases
    /// for Amazon SNS access control".
    pub fn public_grants(&self, actions: &[&str]) -> Vec<PublicGrant> {
        (0..self.statements().len())
            .filter_map(|index| self.public_grant(index, actions))
            .collect()
    }

    /// As [`public_grants`](Self::public_grants), for one statement.
    pub(crate) fn public_grant(&self, index: usize, actions: &[&str]) -> Option<PublicGrant> {
        let statement = self.statements().get(index)?;
        if statement.effect() != Effect::Allow || !includes_everyone(statement) {
            return None;
        }
        let open = |action: &&&str| {
            statement.matches_action(action)
                && !self.is_restricted(statement, action)
                && !self.is_denied_to_most(statement, action)
        };
        let actions: Vec<String> = actions.iter().filter(open).map(|&a| a.to_owned()).collect();
        let first = actions.first()?;
        let why = self.why(statement, first);
        Some(PublicGrant {
            statement: self.reference(index),
            why,
            actions,
        })
    }

    fn is_restricted(&self, statement: &Statement, action: &str) -> bool {
        let version = self.version();
        statement
            .conditions()
            .iter()
            .any(|one| narrow::why_open(one, version, action).is_none())
    }

    fn why(&self, statement: &Statement, action: &str) -> String {
        let version = self.version();
        let conditions = statement.conditions().iter();
        let holes: Vec<String> = conditions
            .filter_map(|one| narrow::why_open(one, version, action))
            .collect();
        if holes.is_empty() {
            "no condition".to_owned()
        } else {
            holes.join("; ")
        }
    }
}

/// Whether a statement includes everyone, or everyone except some.
fn includes_everyone(statement: &Statement) -> bool {
    match statement.principal() {
        Some(Selector::Only(set)) => set.admits_everyone(),
        Some(Selector::Except(set)) => !set.admits_everyone(),
        None => false,
    }
}

#[cfg(test)]
mod tests;
