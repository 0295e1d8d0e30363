//! Writes a narrow trust policy.

use super::admission::{includes_issuer, is_about_tokens};
use super::grade::Grade;
use super::issuer::{Issuer, claim_of};
use super::{Report, issuers};
use crate::document::{Effect, Policy, PrincipalSet, Selector, Statement};

/// The jobs that can assume the role.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Jobs {
    /// The repository, `OWNER/NAME`; with immutable subjects `OWNER@ID/NAME@ID`.
    pub repository: String,
    /// The environment or branch.
    pub scope: JobScope,
}

/// The environment or branch that jobs run in.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum JobScope {
    /// In an environment, by its name.
    Environment(String),
    /// On a branch, by its name without `refs/heads/`.
    Branch(String),
}

impl Jobs {
    /// The subject of these jobs with GitHub's default template. A colon in a name is written as `%3A`
    /// (GitHub Docs, "OpenID Connect reference").
    pub fn subject(&self) -> String {
        let place = match &self.scope {
            JobScope::Environment(name) => format!("environment:{}", name.replace(':', "%3A")),
            JobScope::Branch(name) => format!("ref:refs/heads/{}", name.replace(':', "%3A")),
        };
        format!("repo:{}:{place}", self.repository)
    }
}

/// Narrows the statements for GitHub tokens to these jobs.
///
/// Everything else stays the same: other principals, other statements, and conditions on other keys than
/// claims. A statement without findings that already accepts only one environment or ref stays too.
///
/// `provider` is the ARN of the account's OIDC provider. It is used if the policy names none.
pub fn recommend(policy: &Policy, provider: &str, jobs: &Jobs) -> Policy {
    let mut recommended = policy.clone();
    recommended.version = Some(crate::document::Version::V2012);
    recommended.statements.clear();
    let report = Report::of(policy);
    let mut has_statement = false;
    for (index, statement) in policy.statements().iter().enumerate() {
        let issuers_met: Vec<Issuer> = issuers(policy)
            .into_iter()
            .filter(|issuer| includes_issuer(statement.principal(), issuer))
            .collect();
        let about = statement.effect() == Effect::Allow && is_about_tokens(statement);
        let is_narrow = !report.findings.iter().any(|one| {
            one.statement
                .as_ref()
                .is_some_and(|place| place.index == index)
        }) && report
            .grades
            .iter()
            .all(|one| one.0 != index || one.1 == Grade::Exact);
        if !about || issuers_met.is_empty() || is_narrow {
            recommended.statements.push(statement.clone());
            has_statement |= about && !issuers_met.is_empty();
            continue;
        }
        if let Some(rest) = without_github(statement) {
            recommended.statements.push(rest);
        }
        let narrowed = narrowed(statement, provider, jobs);
        if !recommended.statements.contains(&narrowed) {
            recommended.statements.push(narrowed);
        }
        has_statement = true;
    }
    if !has_statement {
        recommended.statements.push(new_statement(provider, jobs));
    }
    recommended
}

fn new_statement(provider: &str, jobs: &Jobs) -> Statement {
    let principal = PrincipalSet {
        federated: vec![provider.to_owned()],
        ..PrincipalSet::default()
    };
    let mut statement = Statement::new(Effect::Allow, principal, [super::admission::ACTION], "*")
        .with_sid("GitHubActions");
    // A trust policy has no `Resource`: it applies to its role.
    statement.resources = None;
    scoped(statement, provider, jobs)
}

fn scoped(statement: Statement, provider: &str, jobs: &Jobs) -> Statement {
    let issuer = Issuer::of_provider(provider).unwrap_or_else(Issuer::github);
    statement
        .with_condition("StringEquals", &issuer.key("aud"), ["sts.amazonaws.com"])
        .with_condition("StringEquals", &issuer.key("sub"), [jobs.subject()])
}

/// The statement for the GitHub provider and these jobs only.
fn narrowed(statement: &Statement, provider: &str, jobs: &Jobs) -> Statement {
    let mut narrowed = new_statement(provider, jobs);
    let mut provider = provider.to_owned();
    if let Some(Selector::Only(set)) = statement.principal() {
        let ours = set
            .federated
            .iter()
            .filter(|one| Issuer::of_provider(one).is_some());
        let ours: Vec<String> = ours.cloned().collect();
        if let Some(first) = ours.first() {
            provider.clone_from(first);
            narrowed = new_statement(&provider, jobs);
        }
    }
    if let Some(sid) = statement.sid() {
        narrowed.sid = Some(sid.to_owned());
    }
    if let Selector::Only(actions) = statement.actions()
        && let Some(tag) = actions
            .iter()
            .find(|one| one.eq_ignore_ascii_case("sts:TagSession"))
        && let Selector::Only(list) = &mut narrowed.actions
    {
        list.push(tag.clone());
    }
    let kept = statement
        .conditions()
        .iter()
        .filter(|one| claim_of(one.key()).is_none());
    for one in kept {
        narrowed = narrowed.with_condition(one.operator(), one.key(), one.values().iter().cloned());
    }
    narrowed
}

/// The statement for its other principals, if it has others.
fn without_github(statement: &Statement) -> Option<Statement> {
    let Some(Selector::Only(set)) = statement.principal() else {
        return None;
    };
    let mut set = set.clone();
    set.federated
        .retain(|one| one != "*" && Issuer::of_provider(one).is_none());
    let others = [
        &set.aws,
        &set.services,
        &set.federated,
        &set.canonical_users,
    ];
    if set.admits_everyone() || others.iter().all(|list| list.is_empty()) {
        return None;
    }
    let mut rest = statement.clone();
    rest.principal = Some(Selector::Only(set));
    // Sids must be unique within a policy, and the narrowed statement keeps this one.
    rest.sid = None;
    Some(rest)
}
