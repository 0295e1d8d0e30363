//! When Application Auto Scaling changes the size of ECS services by the clock.

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
    /// The least size from then on; none where it stays.
    #[serde(default)]
    pub min_capacity: Known<Option<i64>>,
    /// The greatest size from then on; none where it stays.
    #[serde(default)]
    pub max_capacity: Known<Option<i64>>,
    /// When it acts for the last time; none where it goes on.
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
