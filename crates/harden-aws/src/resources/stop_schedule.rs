//! EventBridge schedules that stop databases or scale services.

use harden_core::{Kind, Known, Resource, ResourceId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::arn::id_of;

/// A schedule of EventBridge Scheduler whose target is rds:StopDBInstance, rds:StopDBCluster or
/// ecs:UpdateService. Other schedules are not recorded. Source: scheduler:ListSchedules, and
/// scheduler:GetSchedule for the target.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct StopSchedule {
    /// The schedule's ARN.
    pub arn: String,
    /// `ENABLED` or `DISABLED`.
    #[serde(default)]
    pub state: Known<String>,
    /// `cron(…)`, `rate(…)`, `at(…)`.
    #[serde(default)]
    pub schedule: Known<String>,
    /// The end of the schedule, or `None` without an end.
    #[serde(default)]
    pub ends_at: Known<Option<Timestamp>>,
    /// Its effect.
    #[serde(default)]
    pub does: Known<Stops>,
}

/// The effect of a schedule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Stops {
    /// Stops a DB instance.
    Instance(String),
    /// Stops a DB cluster.
    Cluster(String),
    /// Sets the number of tasks of an ECS service.
    Service {
        /// The cluster, by name.
        cluster: String,
        /// The service, by name.
        service: String,
        /// The new desired count, or `None` where it changes something else.
        desired_count: Option<i64>,
    },
}

impl Resource for StopSchedule {
    const KIND: &'static Kind = &Kind::new("aws/stop-schedule")
        .permissions(&["scheduler:ListSchedules", "scheduler:GetSchedule"]);

    fn id(&self) -> ResourceId {
        id_of(Self::KIND.name, &self.arn)
    }
}
