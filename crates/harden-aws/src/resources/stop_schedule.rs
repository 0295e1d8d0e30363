//! Schedules of EventBridge that stop databases or change the size of services.

use harden_core::{Kind, Known, Resource, ResourceId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::arn::id_of;

/// A schedule of EventBridge Scheduler whose target is rds:StopDBInstance, rds:StopDBCluster or
/// ecs:UpdateService; no other is kept. Source: scheduler:ListSchedules, and scheduler:GetSchedule
/// for what it acts on.
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
    /// When it acts for the last time; none where it goes on.
    #[serde(default)]
    pub ends_at: Known<Option<Timestamp>>,
    /// What it does.
    #[serde(default)]
    pub does: Known<Stops>,
}

/// What a schedule does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Stops {
    /// Stops a DB instance.
    Instance(String),
    /// Stops a DB cluster.
    Cluster(String),
    /// Sets how many tasks an ECS service runs.
    Service {
        /// The cluster, by name.
        cluster: String,
        /// The service, by name.
        service: String,
        /// How many; none where it changes something else.
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
