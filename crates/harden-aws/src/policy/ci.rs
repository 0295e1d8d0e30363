//! The `[aws.ci]` table: requirements for the roles that CI assumes, and for long-lived access keys.

use schemars::JsonSchema;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};

/// Requirements for the roles that CI assumes, and for access keys of IAM users (guide §5).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[non_exhaustive]
pub struct CiPolicy {
    /// Roles that CI assumes, by name (in every audited account) or by ARN. Roles whose trust policy
    /// accepts tokens of GitHub Actions are found without an entry here.
    pub roles: Vec<String>,
    /// What the roles deploy. For a role without an entry, the deployment is inferred from its
    /// permissions.
    pub deployments: Vec<DeploymentPolicy>,
    /// The repository whose jobs deploy, `OWNER/NAME`. Remediations write it into the trust policy.
    #[serde(deserialize_with = "repository")]
    pub repository: Option<String>,
    /// The GitHub environment whose jobs may assume a role. Without an environment and a branch here,
    /// any single environment or branch is accepted.
    pub environment: Option<String>,
    /// The branch whose jobs may assume a role, without `refs/heads/`.
    pub branch: Option<String>,
    /// GitHub owners whose repositories may all assume a role.
    pub organizations: Vec<String>,
    /// The actions that a role may allow, with `*` as a wildcard: `ecr:*`, `ecs:Describe*`. Without an
    /// entry, excess permissions are not judged.
    #[serde(deserialize_with = "actions")]
    pub allowed_actions: Vec<String>,
    /// The number of days after which an unused service should be removed from a role. AWS keeps the
    /// last access for at most 400 days.
    #[serde(deserialize_with = "lookback")]
    pub unused_days: u32,
    /// The maximum age of an active access key of an IAM user, in days.
    pub access_key_days: u32,
}

impl Default for CiPolicy {
    fn default() -> Self {
        Self {
            roles: Vec::new(),
            deployments: Vec::new(),
            repository: None,
            environment: None,
            branch: None,
            organizations: Vec::new(),
            allowed_actions: Vec::new(),
            unused_days: 90,
            access_key_days: 90,
        }
    }
}

impl CiPolicy {
    /// The names or ARNs of all roles in this table, without duplicates.
    pub(crate) fn named(&self) -> Vec<&str> {
        let deploying = self.deployments.iter().map(|one| one.role.as_str());
        let mut all: Vec<&str> = self.roles.iter().map(String::as_str).collect();
        all.extend(deploying);
        all.sort_unstable();
        all.dedup();
        all
    }

    /// Whether this table names a role.
    pub(crate) fn names(&self, arn: &str) -> bool {
        self.named().into_iter().any(|named| is_role(named, arn))
    }
}

/// Whether a name or an ARN of the policy file means a role.
pub(crate) fn is_role(named: &str, arn: &str) -> bool {
    named == arn || arn.rsplit_once('/').is_some_and(|(_, name)| name == named)
}

/// What a role deploys.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct DeploymentPolicy {
    /// The role, by name or by ARN.
    pub role: String,
    /// What it deploys.
    pub kind: DeploymentKind,
    /// The region. Default: the first region in the policies of the role.
    #[serde(default)]
    pub region: Option<String>,
    /// The repository of Amazon ECR. Default, as for all names below: the first name in the policies of
    /// the role.
    #[serde(default)]
    pub ecr_repository: Option<String>,
    /// The ECS cluster.
    #[serde(default)]
    pub cluster: Option<String>,
    /// The ECS service.
    #[serde(default)]
    pub service: Option<String>,
    /// The family of the task definition.
    #[serde(default)]
    pub family: Option<String>,
    /// The Lambda function.
    #[serde(default)]
    pub function: Option<String>,
    /// The bucket.
    #[serde(default)]
    pub bucket: Option<String>,
    /// The id of the CloudFront distribution.
    #[serde(default)]
    pub distribution: Option<String>,
    /// The roles that it passes to a service (the task role and the execution role), by name or ARN.
    #[serde(default)]
    pub passed_roles: Vec<String>,
}

/// A type of deployment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum DeploymentKind {
    /// An image to Amazon ECR, a task definition and a service of Amazon ECS.
    Ecs,
    /// A task definition and a service of Amazon ECS. Another job pushes the image.
    EcsService,
    /// An image to Amazon ECR only.
    Ecr,
    /// Code to a function of AWS Lambda.
    Lambda,
    /// Files to Amazon S3, and an invalidation of Amazon CloudFront.
    S3Cloudfront,
}

impl From<DeploymentKind> for harden_iam::deployment::Deployment {
    fn from(kind: DeploymentKind) -> Self {
        match kind {
            DeploymentKind::Ecs => Self::Ecs,
            DeploymentKind::EcsService => Self::EcsService,
            DeploymentKind::Ecr => Self::Ecr,
            DeploymentKind::Lambda => Self::Lambda,
            DeploymentKind::S3Cloudfront => Self::S3CloudFront,
        }
    }
}

fn repository<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let name = String::deserialize(deserializer)?;
    let plain = |part: &str| {
        !part.is_empty()
            && part
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || "-_.@".contains(c))
    };
    match name.split_once('/') {
        Some((owner, repository)) if plain(owner) && plain(repository) => Ok(Some(name)),
        _ => Err(D::Error::custom("expected a repository as OWNER/NAME")),
    }
}

fn actions<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    let actions = Vec::<String>::deserialize(deserializer)?;
    match actions.iter().find(|one| !one.contains(':')) {
        None => Ok(actions),
        Some(one) => Err(D::Error::custom(format!(
            "`{one}` is not an action; expected `service:Name`"
        ))),
    }
}

fn lookback<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
    let days = u32::deserialize(deserializer)?;
    if (1..=400).contains(&days) {
        return Ok(days);
    }
    Err(D::Error::custom(
        "must be from 1 to 400 days: AWS keeps the last access for 400 days",
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<CiPolicy, toml::de::Error> {
        toml::from_str(text)
    }

    #[test]
    fn invalid_values_are_refused() {
        for text in [
            "repository = \"shop\"",
            "repository = \"acme/*\"",
            "allowed_actions = [\"ecs\"]",
            "unused_days = 0",
            "unused_days = 500",
            "deployments = [{ role = \"deploy\" }]",
            "deployments = [{ role = \"deploy\", kind = \"eks\" }]",
            "role = \"deploy\"",
        ] {
            assert!(read(text).is_err(), "{text}");
        }
    }

    #[test]
    fn roles_are_named_by_name_or_arn() {
        let policy = read(
            "roles = [\"deploy\", \"arn:aws:iam::392853978631:role/ci/push\"]\n\
             deployments = [{ role = \"site\", kind = \"s3-cloudfront\" }]",
        )
        .unwrap();
        let arn = |name: &str| format!("arn:aws:iam::392853978631:role/{name}");
        for name in ["deploy", "ci/deploy", "ci/push", "site"] {
            assert!(policy.names(&arn(name)), "{name}");
        }
        for name in ["push", "deploy2", "site/other"] {
            assert!(!policy.names(&arn(name)), "{name}");
        }
    }
}
