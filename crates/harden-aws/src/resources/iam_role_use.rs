//! The last access of roles to services.

use harden_core::{Kind, Known, Resource, ResourceId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::IamRole;
use super::iam_role::role_id;

/// The last access of a CI role to each service. Source: iam:GenerateServiceLastAccessedDetails, which
/// starts the report, and iam:GetServiceLastAccessedDetails.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct IamRoleUse {
    /// The role's ARN.
    pub role: String,
    /// Each service with an action that its policies allow.
    #[serde(default)]
    pub services: Known<Vec<ServiceUse>>,
}

/// The last access to a service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ServiceUse {
    /// The prefix of its actions (ServiceNamespace): `ecr`.
    pub service: String,
    /// The last access (LastAuthenticated), or `None` without one in the last 400 days, which AWS keeps.
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
