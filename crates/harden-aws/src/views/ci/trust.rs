//! Who can assume a role with a token of GitHub Actions.
//!
//! AWS page: "Create a role for OpenID Connect federation" (IAM user guide). GitHub page: "OpenID
//! Connect reference" (claims of the token).

use std::ops::Deref;
use std::sync::Arc;

use async_trait::async_trait;
use harden_core::{Cx, FactError, Kind, Known, Listing, Place, Resource, Subject};
use harden_iam::lint::{Finding, Rule};
use harden_iam::trust::{Issuer, Report};
use harden_iam::{Effect, Policy, Selector, Statement};
use serde_json::json;

use super::role::CiRole;
use crate::resources::{Account, IamRole, OidcProvider};

/// A CI role with the audiences of its OIDC providers.
pub(crate) struct FederatedRole {
    pub(crate) role: CiRole,
    /// The audiences of the providers that its trust policy names.
    pub(crate) audiences: Known<Vec<String>>,
}

impl Deref for FederatedRole {
    type Target = CiRole;

    fn deref(&self) -> &CiRole {
        &self.role
    }
}

#[async_trait]
impl Subject for FederatedRole {
    const KINDS: &'static [&'static Kind] = &[Account::KIND, IamRole::KIND, OidcProvider::KIND];

    async fn collect(cx: &Cx) -> Result<Arc<Listing<Self>>, FactError> {
        let roles = cx.subjects::<CiRole>().await?;
        let providers = cx.list::<OidcProvider>().await?;
        let items = roles.iter().map(|(id, role)| {
            let federated = Self {
                audiences: audiences(role, &providers),
                role: role.clone(),
            };
            (Arc::clone(id), federated)
        });
        let items = items.collect();
        Ok(Arc::new(Listing::new(
            items,
            roles.scope.clone(),
            roles.gaps.clone(),
        )))
    }
}

fn audiences(role: &CiRole, providers: &Listing<OidcProvider>) -> Known<Vec<String>> {
    role.trust.as_ref().and_then(|trust| {
        let mut all = Vec::new();
        for arn in provider_arns(trust) {
            match provider(&arn, providers) {
                Known::Yes(Some(provider)) => match &provider.audiences {
                    Known::Yes(audiences) => all.extend(audiences.iter().cloned()),
                    Known::No(unknown) => return Known::No(unknown.clone()),
                },
                Known::Yes(None) => {}
                Known::No(unknown) => return Known::No(unknown),
            }
        }
        all.sort();
        all.dedup();
        Known::Yes(all)
    })
}

/// The OIDC provider with an ARN.
pub(crate) fn provider<'a>(
    arn: &str,
    providers: &'a Listing<OidcProvider>,
) -> Known<Option<&'a OidcProvider>> {
    let account = crate::arn::Arn::parse(arn).map_or("unknown", |arn| arn.account);
    let issuer = OidcProvider::issuer_of(arn).unwrap_or(arn);
    providers.get(&Place::global(account), issuer)
}

/// The ARNs of the GitHub OIDC providers in the statements of a trust policy, without duplicates.
pub(crate) fn provider_arns(trust: &Policy) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for statement in trust.statements() {
        if let Some(Selector::Only(set)) = statement.principal() {
            let ours = set.federated.iter();
            all.extend(
                ours.filter(|arn| Issuer::of_provider(arn).is_some())
                    .cloned(),
            );
        }
    }
    all.sort();
    all.dedup();
    all
}

/// The values of the conditions on a claim of GitHub's tokens, in the Allow statements of a policy.
pub(crate) fn claim_values<'a>(
    trust: &'a Policy,
    claim: &'a str,
) -> impl Iterator<Item = &'a String> {
    let allows = trust.statements().iter();
    let allows = allows.filter(|one: &&Statement| one.effect() == Effect::Allow);
    let conditions = allows.flat_map(|one| one.conditions());
    let about = move |key: &str| {
        let (issuer, of) = key.rsplit_once(':').unwrap_or((key, ""));
        of.eq_ignore_ascii_case(claim) && Issuer::of_url(issuer).is_some()
    };
    conditions
        .filter(move |one| about(one.key()))
        .flat_map(|one| one.values())
}

/// The trust policy with a Deny for the repositories of these owners. The evaluation of the result
/// shows who else can assume the role: IAM lets an explicit Deny win over every Allow, so no other
/// condition of the policy has to be understood.
pub(crate) fn deny_owners(trust: &Policy, owners: &[String]) -> Policy {
    let mut issuers: Vec<Issuer> = provider_arns(trust)
        .iter()
        .filter_map(|arn| Issuer::of_provider(arn))
        .collect();
    issuers.push(Issuer::github());
    issuers.sort();
    issuers.dedup();
    let subjects: Vec<String> = owners
        .iter()
        .flat_map(|owner| [format!("repo:{owner}/*"), format!("repo:{owner}@*/*")])
        .collect();
    let mut rest = trust.clone();
    for issuer in issuers {
        let deny = json!({"Version": "2012-10-17", "Statement": {
            "Effect": "Deny", "Principal": "*", "Action": "sts:AssumeRoleWithWebIdentity",
            "Condition": {"StringLike": {issuer.key("sub"): subjects}},
        }});
        // the document is made here, so it always parses
        if let Ok(deny) = Policy::parse(&deny.to_string()) {
            for statement in deny.statements() {
                rest = rest.with_statement(statement.clone());
            }
        }
    }
    rest
}

/// The findings of some rules as text, each with its statement.
pub(crate) fn describe_findings(report: &Report, rules: &[Rule]) -> Vec<String> {
    let of_rules = report
        .findings
        .iter()
        .filter(|one| rules.contains(&one.rule));
    of_rules.map(describe_finding).collect()
}

/// A finding as text, with its statement.
pub(crate) fn describe_finding(finding: &Finding) -> String {
    let message = finding.message.trim_end_matches('.');
    match &finding.statement {
        Some(statement) => format!("{statement}: {message}"),
        None => message.to_owned(),
    }
}
