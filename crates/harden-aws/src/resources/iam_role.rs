//! IAM roles.

use harden_core::{Cause, Kind, Known, Place, Resource, ResourceId, Unknown};
use harden_iam::escalation::{self, AccountContext};
use harden_iam::{Attached, Identity, Policy, trust};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

use crate::arn::Arn;

/// A role. Source: iam:GetAccountAuthorizationDetails, which answers for all roles of an account
/// with all their policies.
///
/// The policies are kept of roles that CI takes: those whose trust policy is for tokens of GitHub
/// Actions, and those that the policy file names. Of all others it is kept whether they are worth
/// getting at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct IamRole {
    /// The role's ARN.
    pub arn: String,
    /// When it was made (CreateDate).
    #[serde(default)]
    pub created_at: Known<Timestamp>,
    /// Whether it may do everything, or can come to that by a known path.
    #[serde(default)]
    pub privileged: Known<bool>,
    /// Whether a statement of its trust policy is for tokens of GitHub Actions.
    #[serde(default)]
    pub trusts_github: Known<bool>,
    /// The trust policy (AssumeRolePolicyDocument), a JSON document; kept of CI roles.
    #[serde(default, skip_serializing_if = "unrecorded")]
    pub trust: Known<String>,
    /// The inline and attached policies; kept of CI roles.
    #[serde(default, skip_serializing_if = "unrecorded")]
    pub policies: Known<Vec<RolePolicy>>,
    /// The permissions boundary; kept of CI roles.
    #[serde(default, skip_serializing_if = "unrecorded")]
    pub boundary: Known<Option<RolePolicy>>,
}

fn unrecorded<T>(fact: &Known<T>) -> bool {
    matches!(fact, Known::No(unknown) if unknown.cause == Cause::NotRecorded)
}

/// A policy of a role: an inline one, or a managed one that is attached.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct RolePolicy {
    /// The name (PolicyName).
    pub name: String,
    /// What is known of it if it is managed; nothing of an inline one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub managed: Option<ManagedPolicy>,
    /// What it says (the default version of a managed policy), a JSON document.
    #[serde(default)]
    pub document: Known<String>,
}

/// What is known of a managed policy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ManagedPolicy {
    /// Its ARN.
    pub arn: String,
    /// To how many users, groups and roles it is attached (AttachmentCount).
    #[serde(default)]
    pub attachments: Known<i64>,
    /// Of how many it is the boundary (PermissionsBoundaryUsageCount).
    #[serde(default)]
    pub boundaries: Known<i64>,
    /// Its versions that are not the default one, the oldest first. IAM keeps five in all.
    #[serde(default)]
    pub spare_versions: Known<Vec<String>>,
}

impl ManagedPolicy {
    /// Whether AWS keeps it: nobody else can change it.
    #[must_use]
    pub fn is_aws(&self) -> bool {
        Arn::parse(&self.arn).is_some_and(|arn| arn.account == "aws")
    }
}

impl RolePolicy {
    /// The policy's text, read.
    #[must_use]
    pub fn policy(&self) -> Known<Policy> {
        self.document
            .as_ref()
            .and_then(|text| read(&self.name, text))
    }
}

/// A policy document that IAM keeps. IAM refuses what is none, so that one that can't be read is
/// one that this program does not understand.
pub(crate) fn read(name: &str, text: &str) -> Known<Policy> {
    match Policy::parse(text) {
        Ok(policy) => Known::Yes(policy),
        Err(error) => {
            Unknown::undetermined(format!("the policy {name} was not understood: {error}")).into()
        }
    }
}

/// Whether a statement of a trust policy is for tokens of GitHub Actions, also one that lets none
/// of them in.
#[must_use]
pub fn trusts_github(policy: &Policy) -> bool {
    let report = trust::Report::of(policy);
    report.grade != trust::Grade::Nobody || !report.findings.is_empty()
}

/// The identity that policies make, if all of them are known.
pub(crate) fn identity(
    policies: &[RolePolicy],
    boundary: Option<&RolePolicy>,
) -> Result<Identity, Arc<Unknown>> {
    let attached = |one: &RolePolicy| {
        let policy = one.policy().get()?.clone();
        Ok::<_, Arc<Unknown>>(Attached::new(&*one.name, policy))
    };
    let policies: Result<Vec<Attached>, _> = policies.iter().map(attached).collect();
    let mut identity = Identity::new(policies?);
    identity.boundary = boundary.map(attached).transpose()?.map(|one| vec![one]);
    Ok(identity)
}

/// The customer managed policies among these, by ARN.
pub(crate) fn own_managed(policies: &[RolePolicy]) -> Vec<String> {
    let managed = policies.iter().filter_map(|one| one.managed.as_ref());
    let own = managed.filter(|one| !one.is_aws());
    own.map(|one| one.arn.clone()).collect()
}

/// Whether a role may do everything, or can come to that by a known path of escalation; what a
/// path depends on is not looked into.
#[must_use]
pub fn privileged(
    arn: &str,
    policies: &[RolePolicy],
    boundary: Option<&RolePolicy>,
) -> Known<bool> {
    // only its service can take it, and nobody can pass it
    if Arn::parse(arn).is_some_and(|arn| arn.resource.starts_with("role/aws-service-role/")) {
        return Known::Yes(false);
    }
    let identity = match identity(policies, boundary) {
        Ok(identity) => identity,
        Err(unknown) => return Known::No(unknown),
    };
    let is_admin = escalation::is_admin(&identity, Some(arn));
    if is_admin == Ok(true) {
        return Known::Yes(true);
    }
    let around = AccountContext {
        arn: Some(arn.to_owned()),
        roles: None,
        attached: own_managed(policies),
    };
    match escalation::find_paths(&identity, &around).first() {
        None => match is_admin {
            Ok(_) => Known::Yes(false),
            Err(key) => {
                Unknown::undetermined(format!("whether {arn} may do everything rests on {key}"))
                    .into()
            }
        },
        Some(path) if path.is_certain() => Known::Yes(true),
        Some(path) => Unknown::undetermined(format!(
            "what {arn} can come to rests on this: {}",
            path.depends_on.join("; ")
        ))
        .into(),
    }
}

impl Resource for IamRole {
    const KIND: &'static Kind =
        &Kind::new("aws/iam-role").permissions(&["iam:GetAccountAuthorizationDetails"]);

    fn id(&self) -> ResourceId {
        role_id(Self::KIND.name, &self.arn)
    }
}

/// The identity of what is known by a role's ARN: names of roles are unique in an account, whatever
/// their path.
pub(crate) fn role_id(kind: &'static str, arn: &str) -> ResourceId {
    let account = Arn::parse(arn).map_or("unknown", |arn| arn.account);
    let name = arn.rsplit('/').next().unwrap_or(arn);
    ResourceId::new(kind, Place::global(account), name).shown_as(arn)
}
