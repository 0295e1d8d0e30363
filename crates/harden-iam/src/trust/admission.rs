//! Decides whether a policy accepts a token.

use serde::Serialize;

use super::claims::Claims;
use super::issuer::Issuer;
use crate::condition::holds;
use crate::document::{Effect, Policy, PrincipalSet, Selector, Statement};
use crate::error::StatementRef;
use crate::request::{Context, Principal, RequestKeys};
use crate::truth::Truth;

/// The action with which a job assumes the role.
pub(super) const ACTION: &str = "sts:AssumeRoleWithWebIdentity";

/// Whether a trust policy accepts a token, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Admission {
    /// Whether the token is accepted; `None` if that depends on something that the claims do not
    /// contain.
    pub admits: Option<bool>,
    /// The reason, as a clause for a person.
    pub why: String,
    /// The statement that decides, if there is one.
    #[serde(skip)]
    pub statement: Option<StatementRef>,
}

/// Evaluates the statements of a policy for one token.
pub(super) struct TokenCheck<'a> {
    policy: &'a Policy,
    issuer: Issuer,
    context: Context,
}

impl<'a> TokenCheck<'a> {
    pub(super) fn new(policy: &'a Policy, issuer: Issuer, claims: &Claims) -> Self {
        let mut context = claims.context(&issuer, policy);
        // Evaluation would derive these keys from the principal. For a web identity they are not known.
        for key in [
            "aws:PrincipalAccount",
            "aws:PrincipalArn",
            "aws:PrincipalIsAWSService",
            "aws:PrincipalOrgID",
            "aws:PrincipalOrgPaths",
            "aws:PrincipalServiceName",
            "aws:PrincipalType",
            "aws:userid",
            "aws:username",
        ] {
            context = context.with_unknown(key);
        }
        Self {
            policy,
            issuer,
            context,
        }
    }

    /// Whether a statement applies to the token, regardless of its effect.
    pub(super) fn applies(&self, statement: &Statement) -> Truth {
        if !includes_issuer(statement.principal(), &self.issuer) || !is_about_tokens(statement) {
            return Truth::False;
        }
        let view = RequestKeys::new(&self.context, &Principal::Anonymous);
        let version = self.policy.version();
        let conditions = statement.conditions().iter();
        Truth::all(conditions.map(|one| holds(one, version, &view)))
    }

    /// Whether a statement denies the token.
    pub(super) fn denied(&self) -> Truth {
        let denies = self.policy.statements().iter();
        let denies = denies.filter(|one| one.effect() == Effect::Deny);
        Truth::any(denies.map(|one| self.applies(one)))
    }

    fn first(&self, effect: Effect, unknown: bool) -> Option<(usize, Option<String>)> {
        let mut statements = self.policy.statements().iter().enumerate();
        statements.find_map(|(index, one)| match self.applies(one) {
            _ if one.effect() != effect => None,
            Truth::True if !unknown => Some((index, None)),
            Truth::Unknown(key) if unknown => Some((index, Some(key))),
            _ => None,
        })
    }

    /// Why an Allow statement does not accept the token, as a clause.
    fn refusal(&self, index: usize, statement: &Statement, claims: &Claims) -> Option<String> {
        if statement.effect() != Effect::Allow || self.applies(statement) != Truth::False {
            return None;
        }
        if !is_about_tokens(statement) {
            return None;
        }
        let place = self.policy.reference(index);
        if !includes_issuer(statement.principal(), &self.issuer) {
            return Some(format!(
                "{place} does not name {} as its principal",
                self.issuer
            ));
        }
        let view = RequestKeys::new(&self.context, &Principal::Anonymous);
        let version = self.policy.version();
        let mut conditions = statement.conditions().iter();
        let failed = conditions.find(|one| holds(one, version, &view) == Truth::False)?;
        let expected = failed.values().join("`, `");
        let claim = super::issuer::claim_of(failed.key()).map_or(failed.key(), |(_, claim)| claim);
        let found = match claims.get(claim) {
            Some(value) if super::claims::STS_CLAIMS.contains(&claim) => format!("`{value}`"),
            _ => "no such claim in the request".to_owned(),
        };
        Some(format!(
            "{place} requires {} {} `{expected}`, but found {found}",
            failed.operator(),
            failed.key()
        ))
    }
}

/// Decides whether a policy accepts a token.
pub(super) fn admits(policy: &Policy, claims: &Claims) -> Admission {
    let Some(issuer) = claims.issuer() else {
        return Admission {
            admits: Some(false),
            why: "the token's issuer is not an issuer of GitHub".to_owned(),
            statement: None,
        };
    };
    let check = TokenCheck::new(policy, issuer, claims);
    let answer = |admits, index, why: &dyn Fn(&StatementRef) -> String| {
        let statement = policy.reference(index);
        Admission {
            admits,
            why: why(&statement),
            statement: Some(statement),
        }
    };
    if let Some((index, _)) = check.first(Effect::Deny, false) {
        return answer(Some(false), index, &|place| {
            format!("{place} denies the token")
        });
    }
    let allow = check.first(Effect::Allow, false);
    let maybe = check.first(Effect::Allow, true);
    if allow.is_none() && maybe.is_none() {
        let statements = policy.statements().iter().enumerate();
        let reasons: Vec<String> = statements
            .filter_map(|(index, one)| check.refusal(index, one, claims))
            .collect();
        let why = if reasons.is_empty() {
            format!("no statement allows {ACTION}")
        } else {
            reasons.join("; ")
        };
        return Admission {
            admits: Some(false),
            why,
            statement: None,
        };
    }
    if let Some((index, key)) = check.first(Effect::Deny, true) {
        let key = key.unwrap_or_default();
        return answer(None, index, &|place| {
            format!(
                "{place} may deny the token: that depends on {key}, which the token does not contain"
            )
        });
    }
    match (allow, maybe) {
        (Some((index, _)), _) => answer(Some(true), index, &|place| format!("{place} accepts it")),
        (None, maybe) => {
            let (index, key) = maybe.unwrap_or_default();
            let key = key.unwrap_or_default();
            answer(None, index, &|place| {
                format!("{place} accepts it depending on {key}, which the token does not contain")
            })
        }
    }
}

/// Whether a statement is about assuming the role with a token.
pub(super) fn is_about_tokens(statement: &Statement) -> bool {
    statement.matches_action(ACTION)
}

/// Whether a statement's principal element includes the issuer's provider.
pub(super) fn includes_issuer(element: Option<&Selector<PrincipalSet>>, issuer: &Issuer) -> bool {
    let named = |set: &PrincipalSet| {
        let provider = |entry: &String| {
            entry == "*" || Issuer::of_provider(entry).is_some_and(|one| one == *issuer)
        };
        set.admits_everyone() || set.federated.iter().any(provider)
    };
    match element {
        None => false,
        Some(Selector::Only(set)) => named(set),
        Some(Selector::Except(set)) => !named(set),
    }
}
