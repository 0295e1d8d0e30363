//! Scheduled actions of Application Auto Scaling on ECS services.

use harden_core::{Kind, Known, Resource, ResourceId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::arn::id_of;

/// A scheduled action on an ECS service. Source:
/// application-autoscaling:DescribeScheduledActions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ScalingSchedule {
    /// The action's ARN.
    pub arn: String,
    /// The service, as `service/CLUSTER/SERVICE` (ResourceId).
    pub resource: String,
    /// The action's name.
    pub name: String,
    /// `cron(…)`, `rate(…)`, `at(…)`.
    #[serde(default)]
    pub schedule: Known<String>,
    /// The new minimum capacity, or `None` where it stays.
    #[serde(default)]
    pub min_capacity: Known<Option<i64>>,
    /// The new maximum capacity, or `None` where it stays.
    #[serde(default)]
    pub max_capacity: Known<Option<i64>>,
    /// The end of the schedule, or `None` without an end.
    #[serde(default)]
    pub ends_at: Known<Option<Timestamp>>,
}

impl Resource for ScalingSchedule {
    const KIND: &'static Kind = &Kind::new("aws/scaling-schedule")
        .permissions(&["application-autoscaling:DescribeScheduledActions"]);

    fn id(&self) -> ResourceId {
        let place = id_of(Self::KIND.name, &self.arn).place;
        let name = format!("{}/{}", self.resource, self.name);
        ResourceId::new(Self::KIND.name, place, &name).shown_as(&self.arn)
    }
}
