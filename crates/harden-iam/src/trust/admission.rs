//! Whether a token is let in.

use serde::Serialize;

use super::claims::Claims;
use super::issuer::Issuer;
use crate::condition::holds;
use crate::document::{Effect, Policy, PrincipalSet, Selector, Statement};
use crate::error::StatementRef;
use crate::request::{Context, Principal, RequestKeys};
use crate::truth::Truth;

/// The call with which a job takes the role.
pub(super) const ACTION: &str = "sts:AssumeRoleWithWebIdentity";

/// Whether a trust policy lets a token in, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Admission {
    /// Yes, no, or (nothing) it depends on what the claims do not tell.
    pub admits: Option<bool>,
    /// One sentence for a person.
    pub why: String,
    /// The statement that decides, if one does.
    #[serde(skip)]
    pub statement: Option<StatementRef>,
}

/// What the statements of a policy say of one token.
pub(super) struct Trial<'a> {
    policy: &'a Policy,
    issuer: Issuer,
    context: Context,
}

impl<'a> Trial<'a> {
    pub(super) fn new(policy: &'a Policy, issuer: Issuer, claims: &Claims) -> Self {
        let mut context = claims.context(&issuer, policy);
        // The engine would derive these from its principal; nobody tells what they are here.
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

    /// Whether a statement applies to the token, whatever its effect.
    pub(super) fn applies(&self, statement: &Statement) -> Truth {
        if !is_meant(statement.principal(), &self.issuer) || !is_about_tokens(statement) {
            return Truth::False;
        }
        let view = RequestKeys::new(&self.context, &Principal::Anonymous);
        let version = self.policy.version();
        let conditions = statement.conditions().iter();
        Truth::all(conditions.map(|one| holds(one, version, &view)))
    }

    /// Whether some statement denies it.
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

    /// Why an Allow statement does not let the token in, in a clause.
    fn refusal(&self, index: usize, statement: &Statement, claims: &Claims) -> Option<String> {
        if statement.effect() != Effect::Allow || self.applies(statement) != Truth::False {
            return None;
        }
        if !is_about_tokens(statement) {
            return None;
        }
        let place = self.policy.reference(index);
        if !is_meant(statement.principal(), &self.issuer) {
            return Some(format!(
                "{place} does not name {} as its principal",
                self.issuer
            ));
        }
        let view = RequestKeys::new(&self.context, &Principal::Anonymous);
        let version = self.policy.version();
        let mut conditions = statement.conditions().iter();
        let failed = conditions.find(|one| holds(one, version, &view) == Truth::False)?;
        let wanted = failed.values().join("`, `");
        let claim = super::issuer::claim_of(failed.key()).map_or(failed.key(), |(_, claim)| claim);
        let found = match claims.get(claim) {
            Some(value) if super::claims::STS_CLAIMS.contains(&claim) => format!("`{value}`"),
            _ => "no such claim in the request".to_owned(),
        };
        Some(format!(
            "{place} wants {} {} `{wanted}`, and there is {found}",
            failed.operator(),
            failed.key()
        ))
    }
}

/// What a policy says of a token.
pub(super) fn admits(policy: &Policy, claims: &Claims) -> Admission {
    let Some(issuer) = claims.issuer() else {
        return Admission {
            admits: Some(false),
            why: "the token's issuer is none of GitHub's".to_owned(),
            statement: None,
        };
    };
    let trial = Trial::new(policy, issuer, claims);
    let answer = |admits, index, why: &dyn Fn(&StatementRef) -> String| {
        let statement = policy.reference(index);
        Admission {
            admits,
            why: why(&statement),
            statement: Some(statement),
        }
    };
    if let Some((index, _)) = trial.first(Effect::Deny, false) {
        return answer(Some(false), index, &|place| format!("{place} denies it"));
    }
    let allow = trial.first(Effect::Allow, false);
    let maybe = trial.first(Effect::Allow, true);
    if allow.is_none() && maybe.is_none() {
        let statements = policy.statements().iter().enumerate();
        let reasons: Vec<String> = statements
            .filter_map(|(index, one)| trial.refusal(index, one, claims))
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
    if let Some((index, key)) = trial.first(Effect::Deny, true) {
        let key = key.unwrap_or_default();
        return answer(None, index, &|place| {
            format!("{place} may deny it: that rests on {key}, which the token does not tell")
        });
    }
    match (allow, maybe) {
        (Some((index, _)), _) => answer(Some(true), index, &|place| format!("{place} lets it in")),
        (None, maybe) => {
            let (index, key) = maybe.unwrap_or_default();
            let key = key.unwrap_or_default();
            answer(None, index, &|place| {
                format!("{place} lets it in if {key} allows, which the token does not tell")
            })
        }
    }
}

/// Whether a statement is about taking the role with a token.
pub(super) fn is_about_tokens(statement: &Statement) -> bool {
    statement.matches_action(ACTION)
}

/// Whether a statement's principal is the issuer's provider, or everybody.
pub(super) fn is_meant(element: Option<&Selector<PrincipalSet>>, issuer: &Issuer) -> bool {
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
