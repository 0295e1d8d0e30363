//! IAM roles.

use harden_core::{Cause, Kind, Known, Place, Resource, ResourceId, Unknown};
use harden_iam::escalation::{self, AccountContext};
use harden_iam::{Attached, Identity, Policy, trust};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

use crate::arn::Arn;

/// A role. Source: iam:GetAccountAuthorizationDetails, which returns all roles of an account with all
/// their policies.
///
/// The policies are recorded only for CI roles: roles whose trust policy accepts tokens of GitHub
/// Actions, and roles that the policy file names. For other roles, only `privileged` is recorded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct IamRole {
    /// The role's ARN.
    pub arn: String,
    /// The creation date (CreateDate).
    #[serde(default)]
    pub created_at: Known<Timestamp>,
    /// Whether it has administrator access, or can gain it by a known escalation path.
    #[serde(default)]
    pub privileged: Known<bool>,
    /// Whether a statement of its trust policy is about tokens of GitHub Actions.
    #[serde(default)]
    pub trusts_github: Known<bool>,
    /// The trust policy (AssumeRolePolicyDocument), a JSON document; recorded for CI roles.
    #[serde(default, skip_serializing_if = "unrecorded")]
    pub trust: Known<String>,
    /// The inline and attached policies; recorded for CI roles.
    #[serde(default, skip_serializing_if = "unrecorded")]
    pub policies: Known<Vec<RolePolicy>>,
    /// The permissions boundary; recorded for CI roles.
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
    /// The facts about a managed policy, or `None` for an inline policy.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub managed: Option<ManagedPolicy>,
    /// The document, JSON. For a managed policy, that of its default version.
    #[serde(default)]
    pub document: Known<String>,
}

/// The facts about a managed policy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ManagedPolicy {
    /// Its ARN.
    pub arn: String,
    /// The number of users, groups and roles that it is attached to (AttachmentCount).
    #[serde(default)]
    pub attachments: Known<i64>,
    /// The number of users and roles with this policy as boundary (PermissionsBoundaryUsageCount).
    #[serde(default)]
    pub boundaries: Known<i64>,
    /// Its versions without the default version, oldest first. IAM keeps at most five versions.
    #[serde(default)]
    pub spare_versions: Known<Vec<String>>,
}

impl ManagedPolicy {
    /// Whether it is an AWS managed policy, which cannot be changed.
    #[must_use]
    pub fn is_aws(&self) -> bool {
        Arn::parse(&self.arn).is_some_and(|arn| arn.account == "aws")
    }
}

impl RolePolicy {
    /// The parsed document.
    #[must_use]
    pub fn policy(&self) -> Known<Policy> {
        self.document
            .as_ref()
            .and_then(|text| read(&self.name, text))
    }
}

/// Parses a policy document of IAM. IAM refuses invalid documents, so a document that does not parse is
/// valid but not understood here: the result is unknown.
pub(crate) fn read(name: &str, text: &str) -> Known<Policy> {
    match Policy::parse(text) {
        Ok(policy) => Known::Yes(policy),
        Err(error) => {
            Unknown::undetermined(format!("the policy {name} could not be parsed: {error}")).into()
        }
    }
}

/// Whether a statement of a trust policy is about tokens of GitHub Actions, even where it accepts none
/// of them.
#[must_use]
pub fn trusts_github(policy: &Policy) -> bool {
    let report = trust::Report::of(policy);
    report.grade != trust::Grade::Nobody || !report.findings.is_empty()
}

/// The identity with these policies, if all of them are known.
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

/// Whether a role has administrator access, or can gain it by a known escalation path. The conditions of
/// a path are not evaluated.
#[must_use]
pub fn privileged(
    arn: &str,
    policies: &[RolePolicy],
    boundary: Option<&RolePolicy>,
) -> Known<bool> {
    // a service-linked role: only its service can assume it, and nobody can pass it
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
            Err(key) => Unknown::undetermined(format!(
                "whether {arn} has administrator access depends on {key}"
            ))
            .into(),
        },
        Some(path) if path.is_certain() => Known::Yes(true),
        Some(path) => Unknown::undetermined(format!(
            "whether {arn} can gain administrator access depends on: {}",
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

/// The id of a fact about a role, from the ARN of the role. The name of a role is unique in an account,
/// whatever its path.
pub(crate) fn role_id(kind: &'static str, arn: &str) -> ResourceId {
    let account = Arn::parse(arn).map_or("unknown", |arn| arn.account);
    let name = arn.rsplit('/').next().unwrap_or(arn);
    ResourceId::new(kind, Place::global(account), name).shown_as(arn)
}
