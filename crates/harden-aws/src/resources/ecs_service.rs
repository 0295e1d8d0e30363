//! ECS services.

use harden_core::{Kind, Known, Resource, ResourceId};
use serde::{Deserialize, Serialize};

use super::Tags;
use crate::arn::{Arn, id_of};

/// An ECS service. Source: ecs:ListClusters, ecs:ListServices, ecs:DescribeServices (10 a call).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct EcsService {
    /// The service's ARN.
    pub arn: String,
    /// The cluster's ARN.
    pub cluster_arn: String,
    /// `ACTIVE`, `DRAINING`, `INACTIVE`.
    #[serde(default)]
    pub status: Known<String>,
    /// The desired number of tasks (desiredCount).
    #[serde(default)]
    pub desired_count: Known<i64>,
    /// The ARN of its task definition, with the revision (taskDefinition).
    #[serde(default)]
    pub task_definition: Known<String>,
    /// The launch type of its tasks (`EC2`, `FARGATE`, `EXTERNAL`), or the names of its capacity
    /// providers. Empty where neither is set.
    #[serde(default)]
    pub runs_on: Known<Vec<String>>,
    /// The tags.
    #[serde(default)]
    pub tags: Known<Tags>,
}

impl EcsService {
    /// The cluster's name: the value of the dimension ClusterName of its metrics.
    #[must_use]
    pub fn cluster(&self) -> &str {
        Arn::parse(&self.cluster_arn).map_or(&*self.cluster_arn, |a| a.name())
    }

    /// The service's name: the value of the dimension ServiceName of its metrics.
    #[must_use]
    pub fn service(&self) -> &str {
        self.arn.rsplit('/').next().unwrap_or(&self.arn)
    }

    /// Why the service needs no alarm: none of its tasks is meant to run.
    pub(crate) fn idle_reason(&self) -> Known<Option<&'static str>> {
        match (self.desired_count.ok(), self.status.ok()) {
            (Some(0), _) => return Known::Yes(Some("its desired count is 0")),
            (_, Some(status)) if status != "ACTIVE" => {
                return Known::Yes(Some("it is being deleted: its status is not ACTIVE"));
            }
            _ => {}
        }
        self.status
            .as_ref()
            .and_then(|_| self.desired_count.as_ref().map(|_| None))
    }
}

impl Resource for EcsService {
    const KIND: &'static Kind = &Kind::new("aws/ecs-service").permissions(&[
        "ecs:DescribeServices",
        "ecs:ListClusters",
        "ecs:ListServices",
    ]);

    fn id(&self) -> ResourceId {
        // older service ARNs do not contain the cluster, so the name is built from both
        let id = id_of(Self::KIND.name, &self.arn);
        let name = format!("{}/{}", self.cluster(), self.service());
        ResourceId::new(Self::KIND.name, id.place, &name).shown_as(&self.arn)
    }
}
