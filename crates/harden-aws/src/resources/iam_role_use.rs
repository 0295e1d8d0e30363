//! What roles were used for.

use harden_core::{Kind, Known, Resource, ResourceId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::IamRole;
use super::iam_role::role_id;

/// What a CI role was used for, by service. Source: iam:GenerateServiceLastAccessedDetails, which
/// has IAM work it out, and iam:GetServiceLastAccessedDetails.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct IamRoleUse {
    /// The role's ARN.
    pub role: String,
    /// Each service that its policies allow something of.
    #[serde(default)]
    pub services: Known<Vec<ServiceUse>>,
}

/// When a service was last used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ServiceUse {
    /// The prefix of its actions (ServiceNamespace): `ecr`.
    pub service: String,
    /// When it was last asked for something (LastAuthenticated); nothing if never in the 400 days
    /// that AWS looks back.
    pub last_used: Option<Timestamp>,
}

impl Resource for IamRoleUse {
    const KIND: &'static Kind = &Kind::new("aws/iam-role-use")
        .permissions(&[
            "iam:GenerateServiceLastAccessedDetails",
            "iam:GetServiceLastAccessedDetails",
        ])
        .starts_from(&[IamRole::KIND]);

    fn id(&self) -> ResourceId {
        role_id(Self::KIND.name, &self.role)
    }
}
